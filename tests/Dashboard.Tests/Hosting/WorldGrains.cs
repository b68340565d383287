using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Abstractions.Metrics;
using McpGateway.Abstractions.Seam;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Abstractions.VirtualServers;

namespace McpGateway.Dashboard.Tests.Hosting;

/// <summary>The grains that the dashboard asks, written by hand over a <see cref="GatewayWorld"/>.</summary>
internal sealed class WorldGrains(GatewayWorld world) : IGrains
{
    public T Get<T>(string key)
        where T : class, IGatewayGrain =>
        typeof(T) switch
        {
            var type when type == typeof(IAccessGrain) => (T)(object)new AccessGrain(world),
            var type when type == typeof(ICatalogGrain) => (T)(object)new CatalogGrain(world),
            var type when type == typeof(IMetricsGrain) => (T)(object)new MetricsGrain(world),
            var type when type == typeof(IChangesGrain) => (T)(object)new ChangesGrain(world),
            var type when type == typeof(ILiveCallsGrain) => (T)(object)new LiveCallsGrain(world),
            _ => throw new NotSupportedException($"The dashboard has no business with {typeof(T).Name}."),
        };

    private sealed class AccessGrain(GatewayWorld world) : IAccessGrain
    {
        public ValueTask<Outcome<SignIn>> SignInAsync(string email, string password, string? address, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            world.LastSignInAddress = address;
            if (world.SignInRefusal is { } refusal)
            {
                return new(refusal);
            }

            var right = email == GatewayWorld.Email && password == GatewayWorld.Password && world.Rights is not null;
            return new(right
                ? new SignIn(GatewayWorld.UserId, email, world.SecurityStamp)
                : new Refusal(RefusalKind.Unauthenticated, "The e-mail address or the password is wrong.", ImmutableDictionary<string, ImmutableArray<string>>.Empty));
        }

        public ValueTask NoteTokenUsesAsync(ImmutableArray<TokenUse> uses, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<PrincipalAccess> GetPrincipalAsync(string userId, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            return new(new PrincipalAccess(userId == GatewayWorld.UserId ? world.Rights : null, world.SecurityStamp, 1));
        }

        public ValueTask<bool> EnsureAdministratorAsync(string email, string password, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<CreatedToken>> CreateTokenAsync(Caller caller, TokenInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<Page<TokenView>>> ListTokensAsync(Caller caller, PageRequest page, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<TokenView>> GetTokenAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<TokenView>> RevokeTokenAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<Page<UserView>>> ListUsersAsync(Caller caller, PageRequest page, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class CatalogGrain(GatewayWorld world) : ICatalogGrain
    {
        public ValueTask<Outcome<CatalogCounts>> CountAsync(Caller caller, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            world.Heard(caller);
            var upstreams = world.Upstreams;
            return new(new CatalogCounts(
                upstreams.Count,
                upstreams.Count(u => u.State == UpstreamState.Online),
                upstreams.Count(u => u.State == UpstreamState.Offline),
                upstreams.Sum(u => u.ToolCount),
                upstreams.Sum(u => u.PromptCount),
                upstreams.Sum(u => u.ResourceCount),
                world.Servers.Count,
                0));
        }

        public ValueTask<Outcome<Page<UpstreamView>>> ListUpstreamsAsync(
            Caller caller, UpstreamQuery query, PageRequest page, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            world.Heard(caller);
            return new(world.CatalogRefusal is { } refusal
                ? refusal
                : new Page<UpstreamView>([.. world.Upstreams.Take(page.Limit)], null, world.Upstreams.Count));
        }

        public ValueTask<Outcome<Page<ServerView>>> ListServersAsync(
            Caller caller, ServerQuery query, PageRequest page, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            return new(world.CatalogRefusal is { } refusal
                ? refusal
                : new Page<ServerView>([.. world.Servers.Take(page.Limit)], null, world.Servers.Count));
        }

        public ValueTask<Outcome<UpstreamView>> CreateUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<UpstreamView>> GetUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<UpstreamView>> UpdateUpstreamAsync(Caller caller, string id, UpstreamInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<UpstreamView>> DeleteUpstreamAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<Outcome<UpstreamProbe>> TestUpstreamAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<Page<ItemView>>> ListItemsAsync(Caller caller, ItemQuery query, PageRequest page, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ItemView>> GetItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ItemView>> UpdateItemAsync(Caller caller, ItemKind kind, string id, ItemInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ItemView>> ApproveItemAsync(
            Caller caller, ItemKind kind, string id, string? definitionHash, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ItemView>> WithdrawItemAsync(Caller caller, ItemKind kind, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ServerView>> CreateServerAsync(Caller caller, ServerInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ServerView>> GetServerAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ServerView>> UpdateServerAsync(Caller caller, string id, ServerInput input, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<Outcome<ServerView>> DeleteServerAsync(Caller caller, string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }

    private sealed class MetricsGrain(GatewayWorld world) : IMetricsGrain
    {
        public ValueTask RecordAsync(MetricsBatch batch, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<SeriesSummary>> SummarizeAsync(MetricsQuery query, CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            return new([.. query.Ids.Where(world.Usage.ContainsKey).Select(id => world.Usage[id])]);
        }
    }

    private sealed class ChangesGrain(GatewayWorld world) : IChangesGrain
    {
        public async IAsyncEnumerable<ChangeBatch> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            await foreach (var batch in world.Feed.WatchAsync(() => world.Heartbeat, cancellationToken))
            {
                yield return batch;
            }
        }

        public ValueTask NudgeAsync() => default;
    }

    private sealed class LiveCallsGrain(GatewayWorld world) : ILiveCallsGrain
    {
        public ValueTask<bool> ReportAsync(ImmutableArray<CallReport> calls, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<ImmutableArray<CallReport>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            world.ThrowInOutage();
            await foreach (var calls in world.LiveCalls.WatchAsync(() => [.. world.Calls.TakeLast(200)], cancellationToken))
            {
                yield return calls;
            }
        }
    }
}
