using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;

namespace McpGateway.Gateway.Tests.Routing;

public sealed class ServerCompilerTests
{
    private static readonly Dictionary<string, ItemOverride> s_none = [];

    private static CatalogItem Item(string id, string upstream, string name, ItemKind kind = ItemKind.Tool) =>
        new(kind, id, upstream, upstream, name, "hash-" + id, Visibility.Public, null, "owner");

    private static string[] Names(IReadOnlyCollection<CatalogItem> items, Dictionary<string, ItemOverride>? overrides = null, string separator = "-") =>
        [.. ServerCompiler.Compile(items, overrides ?? s_none, separator).Select(entry => entry.ExposedName)];

    [Fact]
    public void Compile_OneUpstream_KeepsOriginalNames() =>
        Names([Item("1", "git", "commit"), Item("2", "git", "weird name!")]).ShouldBe(["commit", "weird name!"]);

    [Fact]
    public void Compile_SeveralUpstreams_PrefixesWithTheUpstream() =>
        Names([Item("1", "git", "find"), Item("2", "crm", "find")]).ShouldBe(["crm-find", "git-find"]);

    [Fact]
    public void Compile_OtherSeparator_IsUsed() =>
        Names([Item("1", "git", "find"), Item("2", "crm", "find")], separator: "__").ShouldBe(["crm__find", "git__find"]);

    [Fact]
    public void Compile_LongNames_StayWithin64AndApart()
    {
        var longName = new string('x', 80);
        var names = Names([Item("1", "git", longName + "a"), Item("2", "git", longName + "b"), Item("3", "crm", "find")]);
        names.ShouldAllBe(name => name.Length <= ExposedNames.MaxLength);
        names.ShouldBeUnique();
    }

    [Fact]
    public void Compile_MadeNamesCollide_OlderItemKeepsTheNameWhateverTheOrder()
    {
        CatalogItem[] items = [Item("1", "a", "b-c"), Item("2", "a-b", "c"), Item("3", "z", "q")];
        var forward = ServerCompiler.Compile(items, s_none);
        var backward = ServerCompiler.Compile([.. items.Reverse()], s_none);
        forward.ShouldBe(backward);
        forward.Single(entry => entry.ItemId == "1").ExposedName.ShouldBe("a-b-c");
        forward.Single(entry => entry.ItemId == "2").ExposedName.ShouldStartWith("a-b-c-");
    }

    [Fact]
    public void Compile_OverrideTakesAMadeName_TheMadeOneGivesWay()
    {
        var overrides = new Dictionary<string, ItemOverride> { ["2"] = new("commit", "Better words.") };
        var entries = ServerCompiler.Compile([Item("1", "git", "commit"), Item("2", "git", "push")], overrides);
        entries.Single(entry => entry.ItemId == "2").ExposedName.ShouldBe("commit");
        entries.Single(entry => entry.ItemId == "2").Description.ShouldBe("Better words.");
        entries.Single(entry => entry.ItemId == "1").ExposedName.ShouldStartWith("commit-");
    }

    [Fact]
    public void Compile_ResourcesClash_YoungerGetsTheUpstreamInItsScheme()
    {
        var names = Names([Item("1", "a", "file:///x", ItemKind.Resource), Item("2", "b", "file:///x", ItemKind.Resource)]);
        names.ShouldBe(["b+file:///x", "file:///x"]);
    }

    [Fact]
    public void Compile_ToolAndPromptOfOneName_DoNotCollide() =>
        Names([Item("1", "a", "x"), Item("2", "a", "x", ItemKind.Prompt)]).ShouldBe(["x", "x"]);

    [Theory]
    [InlineData("GitHub Enterprise", "github-enterprise")]
    [InlineData("  Crème brûlée ", "crme-brle")]
    [InlineData("a__b--c", "a-b-c")]
    [InlineData("-x-", "x")]
    public void Slug_OfAName_IsLowerCaseAscii(string name, string slug) => ExposedNames.Slug(name).ShouldBe(slug);

    [Fact]
    public void Slug_OfANameWithoutLatinLetters_IsStillUsable() => ExposedNames.Slug("日本").ShouldMatch("^server-[0-9a-f]{6}$");

    [Fact]
    public void CatalogName_UnusualCharacters_AreReplaced() => ExposedNames.CatalogName("fs", "read file/ü").ShouldBe("fs-read_file__");
}
