using FsCheck;
using FsCheck.Fluent;

namespace McpGateway.Protocol.Tests;

/// <summary>
/// Runs FsCheck properties from a fact. A failure prints the seed and the shrunk input. <c>FUZZ=N</c> in the environment runs each N times
/// as long: <c>FUZZ=200 ./test.sh Protocol</c> takes about half an hour.
/// </summary>
internal static class Properties
{
    private static readonly int s_factor =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ"), System.Globalization.CultureInfo.InvariantCulture, out var factor) ? Math.Max(1, factor) : 1;

    /// <summary>Checks a property over arbitrary byte arrays, which shrink.</summary>
    public static void ForAllBytes(Action<byte[]> property, int runs = 1000) =>
        Run(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), property), runs);

    /// <summary>Checks a property over texts of the given alphabet, which makes meaningful sequences likely.</summary>
    public static void ForAllFrom(string[] alphabet, Action<string> property, int runs = 1000) =>
        Run(Prop.ForAll(
            Gen.Elements(alphabet).ArrayOf().Select(string.Concat).ToArbitrary(), property), runs);

    /// <summary>Checks a property over random sources, for input that is easier drawn than generated.</summary>
    public static void ForAllSeeds(Action<Random> property, int runs = 1000) =>
        Run(Prop.ForAll(
            Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => property(new Random(seed))), runs);

    private static void Run(Property property, int runs) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs * s_factor).WithEndSize(60), property);
}
