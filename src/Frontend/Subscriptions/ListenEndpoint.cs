using System.Collections.Immutable;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Tasks;
using McpGateway.Protocol.JsonRpc;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// Serves <c>subscriptions/listen</c> (2026-07-28): a POST whose answer stays open. It ends with the request's result when the gateway
/// drains or the caller may not listen any longer; a client that wants to end it goes away.
/// </summary>
internal sealed class ListenEndpoint(
    ListenHub hub,
    TaskWatches tasks,
    RequestAuthenticator authenticator,
    McpGate gate,
    ServerTable servers,
    ResourceTargets targets,
    ListenerFactory factory,
    IOptions<McpOptions> options,
    TimeProvider time)
{
    // So long the acknowledgement waits for what upstreams say of the resources. Those that have not said no by then are acknowledged.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public async ValueTask ServeAsync(McpExchange exchange)
    {
        if (SubscriptionFilter.Read(exchange.Slice(exchange.Envelope.Notifications), out var problem) is not { } wanted)
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, problem);
            return;
        }

        var lists = wanted.Lists & Offered(exchange);
        var stream = new ListenStream(exchange.Server.Header.ServerId, exchange.Admission.Share, exchange.Caller, lists, exchange.Server);
        if (!hub.TryOpen(stream))
        {
            await exchange.RefuseAsync(
                McpErrorCode.LimitExceeded,
                $"{options.Value.MaxListensPerPrincipal} subscriptions/listen streams of this caller are open already.",
                status: StatusCodes.Status429TooManyRequests);
            return;
        }

        var listeners = factory.ForStream(exchange.ToCaller(), new WatchEars(stream.TellUpdated, static (_, _) => { }, static (_, _) => { }));
        try
        {
            await ListenAsync(exchange, stream, listeners, wanted with { Lists = lists, TaskIds = tasks.Honoured(exchange, wanted.TaskIds) });
        }
        finally
        {
            hub.Close(stream);
            await listeners.DisposeAsync();
        }
    }

    private async ValueTask ListenAsync(McpExchange exchange, ListenStream stream, ConnectionListeners listeners, SubscriptionFilter wanted)
    {
        ReadOnlyMemory<byte> id = exchange.Id.ToArray();
        var seen = Watcher.Of(exchange);
        var honoured = wanted with { Uris = await WatchAsync(listeners, seen, wanted.Uris, exchange.Reply.ClientGone) };
        await exchange.Reply.NotifyAsync(SubscriptionMessages.Acknowledged(id, honoured));
        var watching = tasks.Watch(exchange, honoured.TaskIds, stream.TellTask);
        await using var _ = watching.ConfigureAwait(true);
        // What changed between the admission and the registration would else stay untold.
        stream.Wake();
        while (await WaitAsync(stream, exchange.Reply.ClientGone) is { } isSignalled)
        {
            if (!isSignalled)
            {
                await exchange.Reply.KeepAliveAsync();
            }

            if (await RecheckAsync(exchange, stream, seen) is { } sees && sees != seen)
            {
                seen = sees;
                listeners.Align(await targets.FindAsync(seen, honoured.Uris, exchange.Reply.ClientGone));
            }

            await TellAsync(exchange.Reply, id, stream);
        }

        await exchange.SucceedAsync(
            static (output, state) => SubscriptionMessages.WriteResult(output, state.id, state.ServerInfo), (id, exchange.Server.Identity.ServerInfo));
    }

    /// <summary>Begins to listen for resources, and gives those that nobody has said no to.</summary>
    private async ValueTask<ImmutableArray<string>> WatchAsync(
        ConnectionListeners listeners, Watcher watcher, ImmutableArray<string> uris, CancellationToken clientGone)
    {
        if (uris.IsEmpty)
        {
            return [];
        }

        listeners.Align(await targets.FindAsync(watcher, uris, clientGone));
        var asked = Task.WhenAll(listeners.All.Select(listener => listener.Standings));
        await Task.WhenAny(asked, Task.Delay(s_patience, time, clientGone));
        var watched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var listener in listeners.All)
        {
            var refused = listener.Standings.IsCompletedSuccessfully
                ? (await listener.Standings).Where(standing => standing.IsRefused || standing.Fault == UpstreamFault.Busy).Select(standing => standing.Uri)
                : [];
            watched.UnionWith(listener.Wish.Resources.RemoveRange(refused).Values);
        }

        return [.. uris.Where(watched.Contains)];
    }

    private static async ValueTask TellAsync(IReply reply, ReadOnlyMemory<byte> id, ListenStream stream)
    {
        var changed = stream.TakeChanged();
        for (var list = ChangedLists.Tools; list <= ChangedLists.Resources; list = (ChangedLists)((int)list << 1))
        {
            if (changed.HasFlag(list))
            {
                await reply.NotifyAsync(SubscriptionMessages.ListChanged(id, list));
            }
        }

        foreach (var uri in stream.Updates.Take())
        {
            await reply.NotifyAsync(SubscriptionMessages.ResourceUpdated(uri, id));
        }

        foreach (var task in stream.TakeTasks())
        {
            await reply.NotifyAsync(SubscriptionMessages.Task(id, task));
        }
    }

    /// <summary>
    /// Looks whether the caller is still let in and the server is still what was told, because credentials expire without any change of the
    /// feed. Gives what the caller sees now, or null when the stream is to end.
    /// </summary>
    private async ValueTask<Watcher?> RecheckAsync(McpExchange exchange, ListenStream stream, Watcher seen)
    {
        if (exchange.Http is { } http)
        {
            var authentication = await authenticator.AuthenticateAsync(http);
            if (authentication.IsRefused)
            {
                stream.Complete();
                return null;
            }

            stream.Caller = authentication.Identity!;
        }

        try
        {
            var server = await servers.GetAsync(stream.ServerId, exchange.Reply.ClientGone);
            return hub.Follow(stream, server)
                ? seen with { Caller = stream.Caller, Server = server!, View = await gate.ViewAsync(stream.Caller, server!, exchange.Reply.ClientGone) }
                : null;
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            // Nobody can say what the server is, so nobody may listen to it; a new request is told to try again.
            stream.Complete();
            return null;
        }
    }

    /// <summary>True for something to tell, false when it is time for a sign of life, null when the stream shall end.</summary>
    private async ValueTask<bool?> WaitAsync(ListenStream stream, CancellationToken clientGone)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), quiet, options.Value.KeepAlive, Timeout.InfiniteTimeSpan);
        try
        {
            if (!await stream.Signal.WaitToReadAsync(quiet.Token))
            {
                return null;
            }

            stream.Signal.TryRead(out _);
            return true;
        }
        catch (OperationCanceledException) when (!clientGone.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The lists whose changes this caller may be told of: what the server declares and the caller may read.</summary>
    private static ChangedLists Offered(McpExchange exchange)
    {
        var (server, rights) = (exchange.Server, exchange.Caller.Rights);
        var lists = rights.Has(Permissions.ToolsRead) ? ChangedLists.Tools : ChangedLists.None;
        lists |= server.Identity.HasPrompts && rights.Has(Permissions.PromptsRead) ? ChangedLists.Prompts : ChangedLists.None;
        lists |= server.Identity.HasResources && rights.Has(Permissions.ResourcesRead) ? ChangedLists.Resources : ChangedLists.None;
        return lists;
    }
}
