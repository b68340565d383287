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
    ListenHub hub, TaskWatches tasks, RequestAuthenticator authenticator, ServerTable servers, IOptions<McpOptions> options, TimeProvider time)
{
    public async ValueTask ServeAsync(McpExchange exchange)
    {
        if (SubscriptionFilter.Read(exchange.Slice(exchange.Envelope.Notifications), out var problem) is not { } wanted)
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, problem);
            return;
        }

        var lists = wanted.Lists & Offered(exchange);
        var stream = new ListenStream(exchange.Server.Header.ServerId, PlaceOf(exchange), exchange.Caller, lists, exchange.Server);
        if (!hub.TryOpen(stream))
        {
            await exchange.FailAsync(
                GatewayError.CodeOf(UpstreamFault.Busy),
                $"{options.Value.MaxListensPerPrincipal} subscriptions/listen streams of this caller are open already.",
                modernStatus: StatusCodes.Status429TooManyRequests);
            return;
        }

        try
        {
            await ListenAsync(exchange, stream, new SubscriptionFilter(lists, [], tasks.Honoured(exchange, wanted.TaskIds)));
        }
        finally
        {
            hub.Close(stream);
        }
    }

    private async ValueTask ListenAsync(McpExchange exchange, ListenStream stream, SubscriptionFilter honoured)
    {
        ReadOnlyMemory<byte> id = exchange.Id.ToArray();
        await exchange.Reply.NotifyAsync(ListenMessages.Acknowledged(id, honoured));
        var watching = tasks.Watch(exchange, honoured.TaskIds, stream.TellTask);
        await using var _ = watching.ConfigureAwait(true);
        // What changed between the admission and the registration would else stay untold.
        await RecheckAsync(exchange, stream);
        while (await WaitAsync(stream, exchange.Reply.ClientGone) is { } isSignalled)
        {
            if (!isSignalled)
            {
                await exchange.Reply.KeepAliveAsync();
            }

            await RecheckAsync(exchange, stream);
            await TellAsync(exchange.Reply, id, stream.TakeChanged());
            foreach (var task in stream.TakeTasks())
            {
                await exchange.Reply.NotifyAsync(ListenMessages.Task(id, task));
            }
        }

        await exchange.SucceedAsync(
            static (output, state) => ListenMessages.WriteResult(output, state.id, state.ServerInfo), (id, exchange.Server.Identity.ServerInfo));
    }

    private static async ValueTask TellAsync(IReply reply, ReadOnlyMemory<byte> id, ChangedLists changed)
    {
        for (var list = ChangedLists.Tools; list <= ChangedLists.Resources; list = (ChangedLists)((int)list << 1))
        {
            if (changed.HasFlag(list))
            {
                await reply.NotifyAsync(ListenMessages.ListChanged(id, list));
            }
        }
    }

    /// <summary>Looks whether the caller is still let in and the server is still what was told: credentials expire without any change of the feed.</summary>
    private async ValueTask RecheckAsync(McpExchange exchange, ListenStream stream)
    {
        if (exchange.Http is { } http)
        {
            var authentication = await authenticator.AuthenticateAsync(http);
            if (authentication.IsRefused)
            {
                stream.Complete();
                return;
            }

            stream.Caller = authentication.Identity!;
        }

        try
        {
            hub.Follow(stream, await servers.GetAsync(stream.ServerId, exchange.Reply.ClientGone));
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            // Nobody can say what the server is, so nobody may listen to it; a new request is told to try again.
            stream.Complete();
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

    // Callers without credentials share a principal, but not a limit.
    private static string PlaceOf(McpExchange exchange) =>
        exchange.Caller.IsAnonymous ? $"{exchange.Caller.Key}|{exchange.Admission.Address}" : exchange.Caller.Rights.PrincipalId;
}
