using System.Text.RegularExpressions;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Upgrades;

/// <summary>
/// Expand and contract (docs/KUBERNETES.md): while a release is replaced, and after a roll-back, the version before works on the new schema. So a
/// migration only adds. One that takes away what the version before has left behind says so: <c>// Contract: unused since 1.4.</c>
/// </summary>
public sealed partial class MigrationRuleTests
{
    public static TheoryData<string> Migrations => [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "src", "Storage"), "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == "Migrations" && MigrationName().IsMatch(Path.GetFileName(file)))
        .Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Migrations))]
    public void AMigration_OnlyAdds(string path) => Problems(Repository.Text(path)).ShouldBeEmpty(path);

    [Fact]
    public void Migrations_AreFound_ForBothDatabases()
    {
        Migrations.Count(row => row.Data.Contains("Postgres", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        Migrations.Count(row => row.Data.Contains("Sqlite", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("migrationBuilder.DropColumn(name: \"a\", table: \"b\");", "DropColumn")]
    [InlineData("migrationBuilder.RenameTable(name: \"a\", newName: \"b\");", "RenameTable")]
    [InlineData("migrationBuilder.Sql(\"ALTER TABLE a DROP b\");", "Sql")]
    [InlineData("migrationBuilder.AddColumn<int>(name: \"a\", table: \"b\", nullable: false);", "without a default")]
    public void WhatTheVersionBeforeCannotWorkWith_IsFound(string line, string problem) =>
        Problems($$"""
            protected override void Up(MigrationBuilder migrationBuilder)
            {
                {{line}}
            }

            protected override void Down(MigrationBuilder migrationBuilder)
            {
            }
            """).ShouldHaveSingleItem().ShouldContain(problem);

    private static IEnumerable<string> Problems(string text)
    {
        var up = text[text.IndexOf("void Up(", StringComparison.Ordinal)..];
        up = up[..up.IndexOf("void Down(", StringComparison.Ordinal)];
        if (Contraction().IsMatch(up))
        {
            return [];
        }

        return
        [
            .. Step().Matches(up).Select(match => match.Groups[1].Value)
                .Where(step => step is not ("CreateTable" or "CreateIndex" or "AddColumn" or "InsertData"))
                .Select(step => $"{step} changes what the version before works with"),
            .. AddedColumn().Matches(up).Select(match => match.Value)
                .Where(column => column.Contains("nullable: false", StringComparison.Ordinal) && !column.Contains("default", StringComparison.Ordinal))
                .Select(column => $"a column without a default: {column}"),
        ];
    }

    [GeneratedRegex(@"^\d{14}_\w+\.cs$")]
    private static partial Regex MigrationName();

    [GeneratedRegex(@"migrationBuilder\.(\w+)")]
    private static partial Regex Step();

    [GeneratedRegex(@"AddColumn<[^>]+>\([^;]*;")]
    private static partial Regex AddedColumn();

    [GeneratedRegex(@"// Contract: unused since \d")]
    private static partial Regex Contraction();
}
