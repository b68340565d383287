using System.Text.RegularExpressions;

namespace McpGateway.Architecture.Tests;

/// <summary>The two editions differ in pairs of files and nowhere else (seam: no <c>#if</c>, no Orleans outside the seam and the hosts).</summary>
public sealed partial class EditionTests
{
    [Fact]
    public void Source_HasNoConditionalCompilation() =>
        SourceTree.Files("src", ".cs").Where(file => Conditional().IsMatch(File.ReadAllText(file))).Select(SourceTree.Relative).ShouldBeEmpty();

    // Projects that only the clustered edition has.
    private static readonly string[] s_clustered = ["src/Cluster/", "src/Silo/"];

    [Fact]
    public void Orleans_BeyondItsAttributes_IsNamedInClusteredFilesOnly() =>
        SourceTree.Files("src", ".cs")
            .Where(file => !file.EndsWith(".Clustered.cs", StringComparison.Ordinal)
                && !s_clustered.Any(folder => SourceTree.Relative(file).StartsWith(folder, StringComparison.Ordinal)))
            .Where(file => OrleansUsing().Matches(File.ReadAllText(file)).Any(match => match.Groups[1].Value is not ("Orleans" or "Orleans.Concurrency")))
            .Select(SourceTree.Relative)
            .ShouldBeEmpty();

    [Fact]
    public void Grains_NeverLeaveTheirTurn() =>
        SourceTree.Files("src/Grains", ".cs").Where(file => File.ReadAllText(file).Contains(".ConfigureAwait(false)", StringComparison.Ordinal))
            .Select(SourceTree.Relative).ShouldBeEmpty();

    [Fact]
    public void Time_ComesFromTheTimeProvider() =>
        SourceTree.Files("src", ".cs").Where(file => Clock().IsMatch(File.ReadAllText(file))).Select(SourceTree.Relative).ShouldBeEmpty();

    [Fact]
    public void Logging_IsGenerated() =>
        SourceTree.Files("src", ".cs").Where(file => DirectLog().IsMatch(File.ReadAllText(file))).Select(SourceTree.Relative).ShouldBeEmpty();

    // What follows an upstream's answer runs on the threads that wait for sockets (SocketThreads).
    [Theory]
    [InlineData("src/Protocol")]
    [InlineData("src/Gateway")]
    [InlineData("src/Frontend")]
    public void ThePathOfACall_NeverBlocks(string folder) =>
        SourceTree.Files(folder, ".cs").Where(file => Blocking().IsMatch(File.ReadAllText(file))).Select(SourceTree.Relative).ShouldBeEmpty();

    [GeneratedRegex(@"^\s*#(if|elif)\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"^using (Orleans[\w.]*);", RegexOptions.Multiline)]
    private static partial Regex OrleansUsing();

    [GeneratedRegex(@"DateTime(Offset)?\.(UtcNow|Now)\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\.Wait\(\)|\.Wait(All|One)\(|\.GetAwaiter\(\)\.GetResult\(|\bThread\.Sleep\(|\bMonitor\.Wait\(")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();
}
