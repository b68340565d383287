using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

/// <summary>Applies a virtual server's own settings to its row, and notes for the audit what was set.</summary>
internal static class ServerChange
{
    public static void Apply(ServerEntity row, ServerInput input, Visibility visibility, string? teamId, bool isNew, AuditDetail detail)
    {
        if (input.Name?.Trim() is { } name && row.Name != name)
        {
            detail.Set("name", row.Name = name);
        }

        row.Description = Text("description", input.Description, row.Description, detail);
        row.Instructions = Text("instructions", input.Instructions, row.Instructions, detail);
        row.Separator = Text("separator", input.Separator, row.Separator, detail);
        if (!input.Tags.IsDefault && TextRules.Normalize(input.Tags) is var tags && !row.Tags.SequenceEqual(tags))
        {
            detail.Set("tags", row.Tags = tags);
        }

        if (isNew || row.Visibility != visibility)
        {
            row.Visibility = visibility;
            detail.Set("visibility", visibility.ToString());
        }

        if (row.TeamId != teamId)
        {
            detail.Set("team_id", row.TeamId = teamId);
        }

        if (input.Anonymous is { } anonymous && row.Anonymous != anonymous)
        {
            detail.Set("anonymous", row.Anonymous = anonymous);
        }

        if (input.Enabled is { } enabled && row.Enabled != enabled)
        {
            detail.Set("enabled", row.Enabled = enabled);
        }
    }

    /// <summary>Null leaves a text, an empty one takes it away.</summary>
    private static string? Text(string field, string? given, string? before, AuditDetail detail)
    {
        if (given is null || given == (before ?? ""))
        {
            return before;
        }

        var text = given.Length == 0 ? null : given;
        detail.Set(field, text);
        return text;
    }
}
