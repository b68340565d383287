using System.Collections.Concurrent;
using System.Text.Json;

namespace McpGateway.Testing.Upstreams;

public sealed partial class FakeUpstream
{
    private readonly ConcurrentDictionary<(string Session, string Uri), byte> _subscriptions = new();

    /// <summary>Whether it tells of updated resources to whoever asks.</summary>
    public bool OffersSubscriptions { get; set; }

    /// <summary>Resources of whose updates it does not tell.</summary>
    public ConcurrentBag<string> Unwatchable { get; } = [];

    /// <summary>What it was asked to tell of, by sessions and by open listens, in order; a resource that several asked for is there so often.</summary>
    public IReadOnlyList<string> Watched =>
        [.. _subscriptions.Keys.Select(key => key.Uri).Concat(_streams.Values.SelectMany(stream => stream.Watched)).Order(StringComparer.Ordinal)];

    /// <summary>Says that a resource was updated, to those who asked to be told of it or of the one above it.</summary>
    /// <param name="below">What the resource is below the one that was asked for.</param>
    public async Task UpdateAsync(string uri, string below = "")
    {
        foreach (var stream in _streams.Values)
        {
            if (stream.Watched.Contains(uri) || _subscriptions.ContainsKey((stream.Session, uri)))
            {
                await SendAsync(stream, "notifications/resources/updated", $$"""{"uri":{{Quote(uri + below)}}}""");
            }
        }
    }

    private (string? Result, int Code, string Text) Subscribe(string method, FakeCall call)
    {
        var uri = call.Params.GetProperty("uri").GetString()!;
        if (method == "resources/unsubscribe")
        {
            _subscriptions.TryRemove((call.Session, uri), out _);
        }
        else if (Unwatchable.Contains(uri))
        {
            return (null, -32002, "Not to be watched");
        }
        else
        {
            _subscriptions[(call.Session, uri)] = 0;
        }

        return ("{}", 0, "");
    }

    /// <summary>The resources of a listen that it tells of.</summary>
    private string[] WatchedBy(JsonElement notifications) =>
        OffersSubscriptions && notifications.TryGetProperty("resourceSubscriptions", out var uris)
            ? [.. uris.EnumerateArray().Select(uri => uri.GetString()!).Where(uri => !Unwatchable.Contains(uri))]
            : [];
}
