using System.Net;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Routing;
using McpGateway.Gateway.Routing;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Frontend.Mcp;

/// <summary>Decides who may use which virtual server. An unknown and a forbidden one give the same answer.</summary>
internal sealed class McpGate(RequestAuthenticator authenticator, ServerTable servers)
{
    private readonly ConditionalWeakTable<ServerModel, ConditionalWeakTable<CallerIdentity, BoundView>> _views = [];

    /// <summary>Lets a caller in whom another node has authenticated; null when the caller may not use the server any more.</summary>
    public async ValueTask<Admission?> ReadmitAsync(CallerIdentity identity, IPAddress? address, string serverId, CancellationToken cancellationToken) =>
        await servers.GetAsync(serverId, cancellationToken) is { } server && MayUse(identity, server.Header)
            ? new Admission(identity, address, server, await ViewAsync(identity, server, cancellationToken))
            : null;

    /// <summary>Lets the request in, or answers it and gives null.</summary>
    public async ValueTask<Admission?> AdmitAsync(HttpContext http, string serverId)
    {
        var authentication = await authenticator.AuthenticateAsync(http);
        if (authentication.IsRefused)
        {
            await RefuseAsync(http, AuthenticationChallenge.For(authentication.Status));
            return null;
        }

        var identity = authentication.Identity!;
        try
        {
            if (await servers.GetAsync(serverId, http.RequestAborted) is { } server && MayUse(identity, server.Header))
            {
                return new Admission(identity, authentication.Address, server, await ViewAsync(identity, server, http.RequestAborted));
            }
        }
        catch (Exception exception) when (GrainFailure.IsTransient(exception))
        {
            http.Response.Headers.RetryAfter = "1";
            await Answers.WriteErrorAsync(
                http, StatusCodes.Status503ServiceUnavailable, McpErrorCode.Unavailable, "The virtual server cannot be looked up at the moment; try again.");
            return null;
        }

        if (identity.IsAnonymous)
        {
            await RefuseAsync(http, AuthenticationChallenge.For(AuthenticationStatus.Missing));
            return null;
        }

        await Answers.WriteErrorAsync(
            http, StatusCodes.Status404NotFound, McpErrorCode.InvalidRequest, $"There is no virtual server with the id '{serverId}'.");
        return null;
    }

    /// <summary>Whether the caller may use this virtual server.</summary>
    internal static bool MayUse(CallerIdentity caller, SnapshotHeader server)
    {
        if (!server.Enabled)
        {
            return false;
        }

        if (caller.IsAnonymous)
        {
            return server.Anonymous;
        }

        // The server of everything shows a bound token what its servers offer.
        var isEverything = server.ServerId == IVirtualServerGrain.Everything;
        return caller.Rights.Has(Permissions.ServersUse)
            && (isEverything || caller.IsBoundTo(server.ServerId))
            && (server.Anonymous || caller.Rights.Sees(server.Visibility, server.OwnerId, server.TeamId));
    }

    /// <summary>What of a virtual server the caller sees; the same object as long as nothing of it has changed.</summary>
    internal async ValueTask<CallerView> ViewAsync(CallerIdentity caller, ServerModel server, CancellationToken cancellationToken)
    {
        if (server.Header.ServerId != IVirtualServerGrain.Everything)
        {
            return CallerView.All;
        }

        // Kept as long as both the model and the caller's access record are current: either is replaced when it changes.
        var views = _views.GetOrCreateValue(server);
        if (views.TryGetValue(caller, out var known) && known.Parts.All(part => ReferenceEquals(servers.Peek(part.Header.ServerId), part)))
        {
            return known.View;
        }

        var made = await MakeViewAsync(caller, server, cancellationToken);
        views.AddOrUpdate(caller, made);
        return made.View;
    }

    private async ValueTask<BoundView> MakeViewAsync(CallerIdentity caller, ServerModel server, CancellationToken cancellationToken)
    {
        if (caller.ServerIds.IsDefaultOrEmpty)
        {
            return new BoundView(CallerView.Of(server, entry => caller.Rights.Sees(entry.Visibility, entry.OwnerId, entry.TeamId)), []);
        }

        var parts = new List<ServerModel>();
        foreach (var id in caller.ServerIds)
        {
            if (await servers.GetAsync(id, cancellationToken) is { } part && MayUse(caller, part.Header))
            {
                parts.Add(part);
            }
        }

        var items = parts
            .SelectMany(part => Enum.GetValues<ItemKind>().SelectMany(kind => part.Table(kind).Routes))
            .Select(route => route.Entry.ItemId)
            .ToHashSet(StringComparer.Ordinal);
        return new BoundView(CallerView.Of(server, entry => items.Contains(entry.ItemId)), parts);
    }

    private static async Task RefuseAsync(HttpContext http, AuthenticationChallenge challenge)
    {
        challenge.Apply(http.Response);
        await Answers.WriteErrorAsync(http, challenge.StatusCode, McpErrorCode.InvalidRequest, challenge.Detail);
    }

    /// <summary>A view with the models it was computed from.</summary>
    private sealed record BoundView(CallerView View, IReadOnlyList<ServerModel> Parts);
}
