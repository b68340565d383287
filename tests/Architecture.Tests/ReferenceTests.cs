using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace McpGateway.Architecture.Tests;

/// <summary>Who may reference whom (style A3): in project files and in <c>using</c> lines.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Abstractions"] = [],
        ["Protocol"] = [],
        ["Gateway"] = ["Abstractions", "Protocol"],
        ["Storage"] = ["Abstractions"],
        ["Grains"] = ["Abstractions", "Protocol", "Gateway", "Storage"],
        ["Cluster"] = ["Abstractions"],
        ["Silo"] = ["Abstractions", "Cluster", "Gateway", "Grains", "Storage"],
        ["Frontend"] = ["Abstractions", "Cluster", "Protocol", "Gateway"],
        ["Dashboard"] = ["Abstractions", "Gateway"],
        ["DashboardHost"] = ["Abstractions", "Cluster", "Dashboard", "Gateway"],
    };

    // The standalone edition is one process: the frontend's project and one composition file know the rest.
    private static readonly string[] s_composed = ["Grains", "Storage", "Dashboard"];
    private const string Composition = "src/Frontend/Configuration/GatewayApplication.Standalone.cs";

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_OnlyWhatItMay(string project)
    {
        var file = XDocument.Load(Path.Combine(SourceTree.Root, "src", project, $"McpGateway.{project}.csproj"));
        foreach (var reference in file.Descendants("ProjectReference").Where(reference => (string?)reference.Attribute("OutputItemType") != "Analyzer"))
        {
            var target = Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["McpGateway.".Length..];
            var isComposition = project == "Frontend" && s_composed.Contains(target)
                && ((string?)reference.Parent!.Attribute("Condition"))?.Contains("'$(Clustered)' != 'true'", StringComparison.Ordinal) == true;
            (isComposition || s_allowed[project].Contains(target)).ShouldBeTrue($"{project} must not reference {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_Usings_NameOnlyWhatItMay(string project)
    {
        var broken = SourceTree.Files(Path.Combine("src", project), ".cs")
            .Where(file => SourceTree.Relative(file) != Composition)
            .SelectMany(file => UsingLine().Matches(File.ReadAllText(file)).Select(match => (File: SourceTree.Relative(file), Target: match.Groups[1].Value)))
            .Where(use => use.Target != project && !s_allowed[project].Contains(use.Target))
            .ToList();
        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Dashboard_OfGateway_UsesOnlyHostingAndSealing() =>
        SourceTree.Files("src/Dashboard", ".cs")
            .SelectMany(file => GatewayUsing().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Where(area => area is not ("Hosting" or "Sealing"))
            .ShouldBeEmpty();

    [Fact]
    public void Database_IsNamedInStorageOnly() =>
        SourceTree.Files("src", ".cs")
            .Where(file => !SourceTree.Relative(file).StartsWith("src/Storage/", StringComparison.Ordinal))
            .Where(file => DriverUsing().IsMatch(File.ReadAllText(file)))
            .Select(SourceTree.Relative)
            .ShouldBeEmpty();

    [GeneratedRegex(@"^using (?:static )?McpGateway\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^using (?:static )?McpGateway\.Gateway\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex GatewayUsing();

    [GeneratedRegex(@"^using (?:Npgsql|Microsoft\.Data\.Sqlite)", RegexOptions.Multiline)]
    private static partial Regex DriverUsing();
}
