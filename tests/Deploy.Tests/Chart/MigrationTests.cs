using System.Globalization;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>The schema is brought up to date before anything needs it, whoever has the database.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task AnOutsideDatabase_IsMigratedBeforeTheReleaseChanges()
    {
        var objects = await Combinations.RenderAsync("least");
        var job = objects.OfKind("Job").ShouldHaveSingleItem();
        job.Annotation("helm.sh/hook").ShouldBe("pre-install,pre-upgrade");
        job.Annotation("helm.sh/hook-delete-policy").ShouldBe("before-hook-creation,hook-succeeded");
        var owner = objects.PodOwners().Single(one => one.Owner == job);
        owner.Main["args"].List().Select(one => (string?)one).ShouldBe(["migrate"]);
        ((string?)owner.Main["image"]).ShouldBe((string?)objects.Tier("silo").Main["image"]);
        ((int?)job["spec"]!["activeDeadlineSeconds"]).ShouldNotBeNull();
        objects.Tier("silo").Spec["initContainers"].ShouldBeNull();
    }

    [Fact]
    public async Task ABundledDatabase_IsMigratedByTheSilosThemselves_SinceNoHookCouldFindIt()
    {
        var objects = await Combinations.RenderAsync("trial, everything on");
        objects.OfKind("Job").ShouldBeEmpty();
        foreach (var tier in new[] { "silo", "stdio" })
        {
            var first = objects.Tier(tier).Spec["initContainers"].List().ShouldHaveSingleItem();
            first["args"].List().Select(one => (string?)one).ShouldBe(["migrate"]);
            first.Environment().Keys.ShouldContain("MCPGATEWAY_Storage__ConnectionString");
            // Longer than an image takes to be pulled: a container that is started again waits longer each time.
            TimeSpan.Parse(first.Environment()["MCPGATEWAY_Storage__StartWait"].ShouldNotBeNull(), CultureInfo.InvariantCulture).ShouldBe(TimeSpan.FromMinutes(5));
        }

        objects.Tier("frontend").Spec["initContainers"].ShouldBeNull();
    }

    [Fact]
    public async Task Silos_NeverMigrateAtStart()
    {
        foreach (var name in Combinations.Names.Select(row => row.Data))
        {
            (await Combinations.RenderAsync(name)).Tier("silo").Environment["MCPGATEWAY_Storage__MigrateAtStart"].ShouldBe("false", name);
        }
    }

    [Fact]
    public async Task TheJob_HoldsNoKeysAndNoPasswordsOfOthers()
    {
        var job = (await Combinations.RenderAsync("least")).PodOwners().Single(owner => owner.Owner.Kind() == "Job");
        job.Environment.Keys.ShouldNotContain(name => name.Contains("ADMIN", StringComparison.Ordinal) || name.Contains("Keys", StringComparison.Ordinal));
        job.Spec["volumes"].List().ShouldAllBe(volume => volume["secret"] == null);
    }
}
