using McpGateway.Abstractions.Seam;
using McpGateway.GrainProxies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace McpGateway.Grains.Tests.Seam;

public sealed class ProxyGeneratorTests
{
    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is "netstandard.dll" or "System.Runtime.dll" or "System.Private.CoreLib.dll"
                or "System.Collections.dll" or "System.Collections.Immutable.dll" or "System.Private.Uri.dll" or "System.Threading.dll" or "System.Linq.Expressions.dll" or "System.Core.dll")
            .Append(typeof(IGatewayGrain).Assembly.Location)
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    [Fact]
    public void GoodInterface_OfEveryShape_Compiles()
    {
        var (generated, problems) = Run("""
            [GenerateSerializer] public sealed record Caller(string Name, ImmutableArray<Right> Rights) { public int Count => Rights.Length; public Uri Address => new(Name); }
            [GenerateSerializer] public enum Right { Read, Write }
            [GenerateSerializer] public sealed record Outcome<T>(T? Value, string? Error);
            [GenerateSerializer] public readonly record struct Point(int X, int Y);
            [GenerateSerializer] public abstract record Event { [GenerateSerializer] public sealed record Ended(int Code) : Event; }
            [GenerateSerializer] public sealed record Tree(ImmutableArray<Tree> Children, ImmutableDictionary<string, Point?> Places) { [Id(0)] public string Name { get; init; } = ""; [Id(1)] public Guid? Id { get; init; } }
            [GenerateSerializer] public readonly struct Pair { [Id(0)] public readonly int X; [Id(1)] public int Y { get; init; } }
            public enum Unmarked : byte { One }

            public interface IParentGrain : IGatewayGrain { ValueTask InheritedAsync(); }
            public interface IGoodGrain : IParentGrain
            {
                ValueTask NoneAsync();
                ValueTask<int> @class(int @int = 5, CancellationToken cancellationToken = default);
                ValueTask<Outcome<Point>> ManyAsync(string? a, Guid b, DateTimeOffset? c, TimeSpan d, byte[] e, ReadOnlyMemory<byte> f, Caller g, decimal h, Right? i, Pair j);
                ValueTask<Outcome<Caller?>?> OverloadAsync(int a);
                ValueTask<Tree> OverloadAsync(CancellationToken cancellationToken, string a);
                IAsyncEnumerable<Event> WatchAsync(Unmarked a, long b, CancellationToken cancellationToken = default);
            }
            """);
        problems.ShouldBeEmpty();
        generated.ShouldContain("global::System.Threading.Tasks.ValueTask global::Sample.IParentGrain.InheritedAsync()");
        generated.ShouldNotContain("((global::System.Object)");
    }

    [Fact]
    public void InterfaceThatIsNoGrain_IsLeftAlone() =>
        Run("public interface IOther { Task FooAsync(); }").Generated.ShouldBeEmpty();

    [Fact]
    public void PartialInterface_IsWrittenOnce()
    {
        var (generated, problems) = Run("""
            public partial interface IPartGrain : IGatewayGrain { ValueTask OneAsync(); }
            public partial interface IPartGrain { ValueTask TwoAsync(); }
            """);
        problems.ShouldBeEmpty();
        generated.Split("internal sealed class").Length.ShouldBe(2);
    }

    [Fact]
    public void NestedAndInternalInterfaces_Compile() =>
        Run("""
            internal static class Outer { internal interface IInnerGrain : IGatewayGrain { ValueTask OneAsync(); } }
            internal interface IInnerGrain : IGatewayGrain { ValueTask OneAsync(); }
            """).Problems.ShouldBeEmpty();

    [Theory]
    [InlineData("Task FooAsync();", "must answer ValueTask")]
    [InlineData("Task<int> FooAsync();", "must answer ValueTask")]
    [InlineData("void Foo();", "must answer ValueTask")]
    [InlineData("int Foo();", "must answer ValueTask")]
    [InlineData("ref ValueTask FooAsync();", "must answer ValueTask")]
    [InlineData("ValueTask FooAsync<T>(T item);", "is generic")]
    [InlineData("ValueTask FooAsync(ref int item);", "ref, out or in")]
    [InlineData("ValueTask FooAsync(out int item);", "ref, out or in")]
    [InlineData("ValueTask FooAsync(in int item);", "ref, out or in")]
    [InlineData("ValueTask FooAsync(params byte[] items);", "params")]
    [InlineData("ValueTask FooAsync(CancellationToken a, CancellationToken b);", "more than one CancellationToken")]
    [InlineData("ValueTask FooAsync() => default;", "has a body")]
    [InlineData("static ValueTask FooAsync() => default;", "is static")]
    [InlineData("int Foo { get; }", "is a property")]
    [InlineData("int this[int index] { get; }", "is a property")]
    [InlineData("event Action Foo;", "is an event")]
    public void MemberOfABadShape_IsGW001(string member, string reason)
    {
        var (generated, problems) = Run($"public interface IBadGrain : IGatewayGrain {{ {member} }}");
        var problem = problems.ShouldHaveSingleItem();
        problem.Id.ShouldBe("GW001");
        problem.GetMessage(null).ShouldContain(reason);
        problem.Location.SourceTree.ShouldBeNull();
        problem.Location.GetLineSpan().Path.ShouldBe("Sample.cs");
        generated.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("public interface IBadGrain<T> : IGatewayGrain { }", "is generic")]
    [InlineData("public class Outer { private interface IBadGrain : IGatewayGrain { } }", "is not visible")]
    public void InterfaceOfABadShape_IsGW001(string source, string reason)
    {
        var problem = Run(source).Problems.ShouldHaveSingleItem();
        problem.Id.ShouldBe("GW001");
        problem.GetMessage(null).ShouldContain(reason);
    }

    [Theory]
    [InlineData("object")]
    [InlineData("dynamic")]
    [InlineData("DateTime")]
    [InlineData("Uri")]
    [InlineData("int[]")]
    [InlineData("byte[,]")]
    [InlineData("List<int>")]
    [InlineData("IReadOnlyList<int>")]
    [InlineData("Dictionary<string, int>")]
    [InlineData("ImmutableArray<object>")]
    [InlineData("ImmutableList<int>")]
    [InlineData("ReadOnlyMemory<char>")]
    [InlineData("(int, string)")]
    [InlineData("Action")]
    [InlineData("Exception")]
    [InlineData("Unmarked")]
    [InlineData("Unmarked?")]
    [InlineData("ImmutableDictionary<string, Unmarked>")]
    [InlineData("Good<Unmarked>")]
    [InlineData("Settable")]
    [InlineData("Good<Settable>")]
    [InlineData("FieldOpen")]
    [InlineData("DeepInside")]
    [InlineData("MarkedClass")]
    [InlineData("OpenStruct")]
    [InlineData("ChildOfUnmarked")]
    [InlineData("Closed")]
    [InlineData("NoId")]
    [InlineData("SameId")]
    [InlineData("FieldNoId")]
    [InlineData("IBadGrain")]
    public void TypeThatIsNoImmutableWireType_IsGW002(string type)
    {
        const string types = """
            public sealed record Unmarked(int X);
            [GenerateSerializer] public sealed record Good<T>(T Item);
            [GenerateSerializer] public sealed record NoId(int Y) { public int X { get; init; } }
            [GenerateSerializer] public sealed record SameId { [Id(1)] public int X { get; init; } [Id(1)] public int Y { get; init; } }
            [GenerateSerializer] public readonly struct FieldNoId { public readonly int X; }
            [GenerateSerializer] public sealed record Settable { [Id(0)] public int X { get; set; } }
            [GenerateSerializer] public sealed record FieldOpen { [Id(0)] public int X; }
            [GenerateSerializer] public sealed record DeepInside(ImmutableArray<Good<Good<int[]>>> Items);
            [GenerateSerializer] public sealed class MarkedClass { [Id(0)] public int X { get; init; } }
            [GenerateSerializer] public record struct OpenStruct(int X);
            public record UnmarkedParent(int X);
            [GenerateSerializer] public sealed record ChildOfUnmarked(int X, int Y) : UnmarkedParent(X);
            [GenerateSerializer] public abstract record Closed { public sealed record Case(int X) : Closed; }
            """;
        foreach (var member in (string[])[$"ValueTask FooAsync({type} item);", $"ValueTask<{type}> FooAsync();", $"IAsyncEnumerable<{type}> FooAsync();"])
        {
            var (generated, problems) = Run($"{types} public interface IBadGrain : IGatewayGrain {{ {member} }}");
            problems.ShouldHaveSingleItem().Id.ShouldBe("GW002");
            generated.ShouldBeEmpty();
        }
    }

    [Fact]
    public void CancellationToken_AsAnAnswer_IsGW002() =>
        Run("public interface IBadGrain : IGatewayGrain { ValueTask<CancellationToken> FooAsync(); }").Problems.ShouldHaveSingleItem().Id.ShouldBe("GW002");

    [Fact]
    public void WireType_Refused_SaysWhere()
    {
        var message = Run("""
            [GenerateSerializer] public sealed record Outer(ImmutableArray<Inner> Items);
            [GenerateSerializer] public sealed record Inner { [Id(0)] public int X { get; set; } }
            public interface IBadGrain : IGatewayGrain { ValueTask FooAsync(int good, Outer bad); }
            """).Problems.ShouldHaveSingleItem().GetMessage(null);
        message.ShouldBe("parameter 'bad' of IBadGrain.FooAsync: Outer: 'Items': Inner: 'X' has a setter; make it init-only");
    }

    [Fact]
    public void SeveralProblems_AreAllReported() =>
        Run("public interface IBadGrain : IGatewayGrain { void Foo(); ValueTask BarAsync(object a, Uri b); int Baz { get; } }")
            .Problems.Select(static problem => problem.Id).Order().ShouldBe(["GW001", "GW001", "GW002", "GW002"]);

    [Fact]
    public void EditElsewhere_WritesNothingAnew()
    {
        var before = Compile("public interface IGoodGrain : IGatewayGrain { ValueTask OneAsync(); }");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ProxyGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGenerators(before);
        driver = driver.RunGenerators(before.AddSyntaxTrees(CSharpSyntaxTree.ParseText("internal sealed class Other { }")));
        driver.GetRunResult().Results.Single().TrackedOutputSteps.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs)
            .ShouldAllBe(static output => output.Reason == IncrementalStepRunReason.Cached);
    }

    private static (string Generated, IReadOnlyList<Diagnostic> Problems) Run(string source)
    {
        var compilation = Compile(source);
        CSharpGeneratorDriver.Create(new ProxyGenerator()).RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported);

        // What the source alone gets wrong is not the generator's affair; what comes on top is.
        var before = compilation.GetDiagnostics().Where(static found => found.Severity == DiagnosticSeverity.Error).Select(static found => found.Id).ToHashSet();
        before.ShouldBeEmpty();
        var after = output.GetDiagnostics().Where(static found => found.Severity >= DiagnosticSeverity.Warning && found.Id is not "CS1701" and not "CS0067");
        var generated = string.Concat(output.SyntaxTrees.Skip(1).Select(static tree => tree.ToString()));
        return (generated, [.. reported, .. after]);
    }

    private static CSharpCompilation Compile(string source)
    {
        const string usings = """
            #nullable enable
            using System; using System.Collections.Generic; using System.Collections.Immutable; using System.Threading; using System.Threading.Tasks;
            using McpGateway.Abstractions.Seam; using Orleans;
            namespace Sample;
            """;
        return CSharpCompilation.Create(
            "Sample",
            [CSharpSyntaxTree.ParseText(usings + source, path: "Sample.cs")],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }
}
