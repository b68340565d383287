using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Sessions;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Routing;
using McpGateway.Frontend.Sessions;
using McpGateway.Protocol.JsonRpc;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Subscriptions;

/// <summary>
/// Answers <c>resources/subscribe</c> and <c>resources/unsubscribe</c> of legacy clients. The subscription is noted by the session's grain;
/// whichever node has the session's event stream listens to the upstream (<see cref="SessionWatchers"/>).
/// </summary>
internal sealed class SessionSubscriptions(
    IGrains grains, UpstreamTable upstreams, ListenerFactory listeners, IOptions<McpOptions> options, TimeProvider time)
{
    private static readonly WatchEars s_deaf = new(static (_, _) => { }, static (_, _) => { }, static (_, _) => { });

    public async ValueTask SubscribeAsync(McpExchange exchange)
    {
        if (!exchange.Caller.Rights.Has(Permissions.ResourcesRead))
        {
            await exchange.FailAsync(GatewayError.Forbidden, $"This needs the permission '{PermissionNames.Of(Permissions.ResourcesRead).First()}'.");
            return;
        }

        if (exchange.Envelope.Uri.Length > SubscriptionFilter.MaxUriLength)
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, $"params.uri: may have {SubscriptionFilter.MaxUriLength} characters at most.");
            return;
        }

        if (CallTargets.Find(exchange) is not { } route)
        {
            await CallRelay.FailUnknownAsync(exchange);
            return;
        }

        if (exchange.Session is not { } session)
        {
            await exchange.FailAsync(McpErrorCode.InvalidRequest, "A subscription needs a session, on whose event stream updates are told of: open one with initialize.");
            return;
        }

        var link = await upstreams.GetAsync(route.Entry.UpstreamId, exchange.Reply.ClientGone);
        if (link is not { Route.Enabled: true })
        {
            await exchange.FailAsync(GatewayError.CodeOf(UpstreamFault.Disabled), "The MCP server behind this is switched off.");
        }
        else if (!link.HasSubscriptions)
        {
            await exchange.FailAsync(McpErrorCode.InvalidParams, $"params.uri: the MCP server '{link.Route.Name}' does not tell of updated resources.");
        }
        else
        {
            var uri = JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.Uri));
            var wish = ResourceTargets.WishFor(Watcher.Of(exchange), link, route, uri);
            await SubscribeAsync(exchange, session, link, wish, uri);
        }
    }

    public async ValueTask UnsubscribeAsync(McpExchange exchange)
    {
        if (exchange.Session is { } session)
        {
            var uri = JsonStringBytes.GetString(exchange.Slice(exchange.Envelope.Uri));
            await grains.Get<ISessionGrain>(session.Id.Key).UnsubscribeAsync(uri, exchange.Reply.ClientGone);
        }

        await AcknowledgeAsync(exchange);
    }

    private async ValueTask SubscribeAsync(McpExchange exchange, ClientSession session, UpstreamLink link, ConnectionWish wish, string uri)
    {
        var grain = grains.Get<ISessionGrain>(session.Id.Key);
        session.HasSubscribed = true;
        if (ConnectionKey.Parse(wish.Key)?.Owner == session.Id.Key && session.NoteConnection(wish.Key))
        {
            await grain.OwnAsync(wish.Key, exchange.Reply.ClientGone);
        }

        if (await AskAsync(exchange, link, wish) is { IsWatched: false } standing)
        {
            await (standing.IsRefused
                ? exchange.FailAsync(standing.ErrorCode, standing.Detail ?? "The MCP server refused the subscription.")
                : exchange.FailAsync(GatewayError.CodeOf(standing.Fault), $"The MCP server '{link.Route.Name}' could not answer. {standing.Detail}"));
        }
        else if (await grain.SubscribeAsync(uri, exchange.Reply.ClientGone))
        {
            await AcknowledgeAsync(exchange);
        }
        else
        {
            await exchange.FailAsync(McpErrorCode.LimitExceeded, $"This session is subscribed to {ISessionGrain.MaxSubscriptions} resources already.");
        }
    }

    /// <summary>What the upstream says of the subscription. The connection keeps it for some seconds, in which the session's stream takes it over.</summary>
    private async ValueTask<WatchStanding> AskAsync(McpExchange exchange, UpstreamLink link, ConnectionWish wish)
    {
        await using var listener = listeners.Listen(exchange.ToCaller(), wish, s_deaf);
        try
        {
            var asked = listener.Standings.WaitAsync(TimeSpan.FromSeconds(link.Route.TimeoutSeconds), time, exchange.Reply.ClientGone);
            return (await KeepAlive.WhileAsync(asked, exchange.Reply, options.Value.KeepAlive, time))[0];
        }
        catch (TimeoutException)
        {
            return new WatchStanding(wish.Resources.Keys.First(), UpstreamFault.TimedOut, 0, $"It gave no answer within {link.Route.TimeoutSeconds} s.");
        }
    }

    private static ValueTask AcknowledgeAsync(McpExchange exchange) => exchange.SucceedAsync(static (output, _) => output.Write("{}"u8), 0);
}
