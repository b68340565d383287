using System.Collections.Frozen;

namespace McpGateway.Dashboard.Components.Controls;

/// <summary>The few icons of the shell, drawn in strokes on a 24 by 24 grid: no font has to load before they show.</summary>
internal static class Icons
{
    private static readonly FrozenDictionary<string, string> s_paths = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["menu"] = """<path d="M4 7h16M4 12h16M4 17h16"/>""",
        ["overview"] = """<path d="M3 13h4l3-8 4 14 3-6h4"/>""",
        ["theme"] = """<circle cx="12" cy="12" r="8.5"/><path d="M12 3.500v17a8.500 8.500 0 0 0 0-17z" fill="currentColor"/>""",
        ["system"] = """<rect x="3" y="5" width="18" height="12" rx="1.5"/><path d="M9 20h6M12 17v3"/>""",
        ["light"] = """<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600 7 7M17 17l1.400 1.400M5.600 18.400 7 17M17 7l1.400-1.400"/>""",
        ["dark"] = """<path d="M20 14.500A8.500 8.500 0 0 1 9.500 4 8.500 8.500 0 1 0 20 14.500z"/>""",
        ["check"] = """<path d="m5 12.500 4.500 4.500L19 7.500"/>""",
        ["sign-out"] = """<path d="M14 4H5v16h9M10 12h11M17.500 8.500 21 12l-3.500 3.500"/>""",
        ["online"] = """<circle cx="12" cy="12" r="9"/><path d="m8 12.300 2.800 2.800L16 9.600"/>""",
        ["offline"] = """<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6M15 9l-6 6"/>""",
        ["pending"] = """<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.500 2"/>""",
        ["key"] = """<circle cx="8" cy="15" r="4"/><path d="m11 12 8-8M16 7l3 3M14 9l2 2"/>""",
        ["disabled"] = """<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>""",
        ["error"] = """<path d="M12 4 2.800 20h18.400z"/><path d="M12 10v4.500M12 17.300v.2"/>""",
        ["server"] = """<rect x="3.500" y="4" width="17" height="7" rx="1.500"/><rect x="3.500" y="13" width="17" height="7" rx="1.500"/><path d="M7.500 7.500h.1M7.500 16.500h.1"/>""",
        ["tool"] = """<path d="M14.500 6.500a4 4 0 0 0 5 5L21 13a5.800 5.800 0 0 1-7.500 1L7 20.500 3.500 17l6.500-6.500A5.800 5.800 0 0 1 11 3z"/>""",
        ["prompt"] = """<path d="M4 5h16v11H11l-5 4v-4H4z"/>""",
        ["resource"] = """<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>""",
        ["layers"] = """<path d="m12 3 9 5-9 5-9-5zM3 12.500l9 5 9-5"/>""",
        ["copy"] = """<rect x="8" y="8" width="12" height="12" rx="1.500"/><path d="M16 8V4H4v12h4"/>""",
        ["pause"] = """<path d="M9 6v12M15 6v12"/>""",
        ["public"] = """<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>""",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Paths(string name) => s_paths[name];
}
