using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Images;

/// <summary>What the images promise, read from the Dockerfile. (Whether they build and run is tried where there is a container engine.)</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] s_lines = Repository.Text("deploy", "docker", "Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');

    public static TheoryData<string> Targets => ["silo", "frontend", "dashboard", "stdio", "standalone", "standalone-stdio"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void AnImage_RunsAsAnUnprivilegedUser(string target) =>
        Chain(target).SelectMany(stage => stage).Last(line => line.StartsWith("USER ", StringComparison.Ordinal)).ShouldBe("USER 1654:1654");

    [Theory]
    [MemberData(nameof(Targets))]
    public void AnImage_SaysWhatItIs(string target)
    {
        var labels = string.Join(' ', Chain(target).SelectMany(stage => stage).Where(line => line.StartsWith("LABEL ", StringComparison.Ordinal)));
        foreach (var label in new[] { "title", "description", "version", "revision", "licenses", "vendor" })
        {
            labels.ShouldContain($"org.opencontainers.image.{label}=");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void AnImage_StartsAProgram_WithoutAShell(string target)
    {
        var stage = Stage(target);
        stage.ShouldContain(line => line.StartsWith("ENTRYPOINT [\"dotnet\", \"McpGateway.", StringComparison.Ordinal));
        stage.Where(line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)).ShouldAllBe(line => line.Contains("CMD [", StringComparison.Ordinal));
        stage.ShouldContain(line => line.StartsWith("EXPOSE ", StringComparison.Ordinal));
    }

    // A shell-less base image can run nothing while it is built, and one of another architecture only under emulation.
    [Theory]
    [InlineData("silo")]
    [InlineData("frontend")]
    [InlineData("dashboard")]
    [InlineData("standalone")]
    public void AnImageWithoutAShell_IsMadeByCopyingAlone(string target) =>
        Chain(target).SelectMany(stage => stage).ShouldNotContain(line => line.StartsWith("RUN ", StringComparison.Ordinal));

    [Fact]
    public void BaseImages_CanBeReplaced_AndHaveNoPlaceOfOurOwn()
    {
        var bases = s_lines.Select(line => BaseImage().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        bases.Count.ShouldBe(5);
        bases.ShouldAllBe(image => image.StartsWith("mcr.microsoft.com/", StringComparison.Ordinal)
            || image.StartsWith("docker.io/library/", StringComparison.Ordinal) || image.StartsWith("ghcr.io/astral-sh/", StringComparison.Ordinal));
        s_lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal))
            .ShouldAllBe(line => line.Contains("_IMAGE}", StringComparison.Ordinal) || StageName().IsMatch(line));
    }

    [Fact]
    public void Compiling_IsDoneOnTheBuildersOwnArchitecture()
    {
        s_lines.ShouldContain("FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS source");
        Repository.Text("deploy", "docker", "publish.sh").ShouldContain("-a \"$architecture\"");
    }

    [Fact]
    public void PackageSources_ReachNoLayer()
    {
        var restoring = s_lines.Where(line => line.StartsWith("RUN ", StringComparison.Ordinal) && line.Contains("publish", StringComparison.Ordinal)).ToList();
        restoring.Count.ShouldBe(2);
        restoring.ShouldAllBe(line => line.Contains("--mount=type=secret,id=nuget", StringComparison.Ordinal) && line.Contains("--mount=type=cache", StringComparison.Ordinal));
        s_lines.ShouldNotContain(line => line.StartsWith("COPY", StringComparison.Ordinal) && line.Contains("NuGet", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void BuildContext_HoldsNothingButSource()
    {
        var rules = Repository.Text(".dockerignore").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        rules[0].ShouldBe("*");
        rules.Where(rule => rule[0] == '!').ShouldBe(
        [
            "!src", "!build", "!Directory.Build.props", "!Directory.Build.targets", "!Directory.Packages.props", "!global.json", "!.editorconfig",
            "!LICENSE", "!deploy/docker",
        ], ignoreOrder: true);
    }

    // Published or not, all that a program needs of the repository must be in the context.
    [Fact]
    public void EveryProgram_ThatIsPublished_IsAProject()
    {
        var programs = s_lines.SelectMany(line => Published().Matches(line)).SelectMany(match => match.Groups[1].Value.Split(' ')).Distinct().ToList();
        programs.ShouldBe(["Silo", "Frontend", "DashboardHost"], ignoreOrder: true);
        s_lines.SelectMany(line => EntryPoint().Matches(line)).Select(match => match.Groups[1].Value).Distinct().ShouldBe(programs, ignoreOrder: true);
    }

    // A target and the stages that it stands on, the furthest first.
    private static List<string[]> Chain(string target)
    {
        List<string[]> chain = [];
        for (var name = target; name is not null && Stage(name) is { Length: > 0 } stage; name = Parent(name))
        {
            chain.Insert(0, stage);
        }

        return chain;
    }

    private static string[] Stage(string name) =>
        [.. s_lines.SkipWhile(line => !IsStage(line, name)).Skip(1).TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal))];

    private static string? Parent(string name) =>
        s_lines.Where(line => IsStage(line, name)).Select(line => line.Split(' ')[^3]).SingleOrDefault(parent => !parent.Contains('$', StringComparison.Ordinal));

    private static bool IsStage(string line, string name) =>
        line.StartsWith("FROM ", StringComparison.Ordinal) && line.EndsWith($" AS {name}", StringComparison.Ordinal);

    [GeneratedRegex(@"^ARG \w+_IMAGE=(\S+)$")]
    private static partial Regex BaseImage();

    [GeneratedRegex(@"^FROM [a-z-]+ AS [a-z-]+$")]
    private static partial Regex StageName();

    [GeneratedRegex(@"publish ""\$TARGETARCH"" ""\$VERSION"" (?:true|false) ([\w ]+)$")]
    private static partial Regex Published();

    [GeneratedRegex(@"^ENTRYPOINT \[""dotnet"", ""McpGateway\.(\w+)\.dll""\]")]
    private static partial Regex EntryPoint();
}
