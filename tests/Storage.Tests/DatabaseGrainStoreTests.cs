using System.Text;
using McpGateway.Abstractions.Seam;

namespace McpGateway.Storage.Tests;

public sealed class DatabaseGrainStoreTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task State_WrittenAndReadBack_IsTheSame(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var store = Store(database);
        (await store.ReadAsync("session", "a", "state", Cancellation)).ShouldBeNull();

        var first = await WriteAsync(store, "one", null);
        var second = await WriteAsync(store, "two", first);

        second.ShouldNotBeNull().ShouldNotBe(first);
        var stored = await store.ReadAsync("session", "a", "state", Cancellation);
        Encoding.UTF8.GetString(stored!.Payload).ShouldBe("two");
        stored.ETag.ShouldBe(second);
        (await store.ReadAsync("session", "a", "other", Cancellation)).ShouldBeNull();
        (await store.ReadAsync("upstream", "a", "state", Cancellation)).ShouldBeNull();
    }

    [Theory, BothDatabases]
    public async Task Write_ByOneWhoKnowsAnotherVersion_ChangesNothing(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var store = Store(database);
        var first = await WriteAsync(store, "one", null);
        await WriteAsync(store, "two", first);

        (await WriteAsync(store, "stale", first)).ShouldBeNull();
        (await WriteAsync(store, "knows of none", null)).ShouldBeNull();
        (await store.ClearAsync("session", "a", "state", first!, Cancellation)).ShouldBeFalse();

        Encoding.UTF8.GetString((await store.ReadAsync("session", "a", "state", Cancellation))!.Payload).ShouldBe("two");
    }

    [Theory, BothDatabases]
    public async Task Clear_OfTheRightVersion_DeletesIt(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var store = Store(database);
        var etag = await WriteAsync(store, "one", null);

        (await store.ClearAsync("session", "a", "state", etag!, Cancellation)).ShouldBeTrue();

        (await store.ReadAsync("session", "a", "state", Cancellation)).ShouldBeNull();
        (await WriteAsync(store, "late", etag)).ShouldBeNull();
        (await WriteAsync(store, "anew", null)).ShouldNotBeNull();
    }

    [Theory, BothDatabases]
    public async Task Write_FirstStateByManyAtOnce_OneWins(DatabaseKind kind)
    {
        using var database = await databases.CreateAsync(kind);
        var store = Store(database);

        var etags = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAsync(store, $"{i}", null), Cancellation)));

        etags.Count(etag => etag is not null).ShouldBe(1);
    }

    private static DatabaseGrainStore Store(GatewayDatabase database) => new(database, TimeProvider.System);

    private static Task<string?> WriteAsync(IGrainStore store, string text, string? etag) =>
        store.WriteAsync("session", "a", "state", Encoding.UTF8.GetBytes(text), etag, Cancellation).AsTask();
}
