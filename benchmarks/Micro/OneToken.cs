using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Access;
using McpGateway.Frontend.Feed;
using McpGateway.Gateway.Hosting;
using McpGateway.Gateway.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace McpGateway.Micro;

/// <summary>The authenticator as the gateway composes it, over grains that know one token, and a clock that stands so that the feed is always live.</summary>
internal static class OneToken
{
    public static (RequestAuthenticator Authenticator, string Token) Create()
    {
        var keys = new KeyRing(new byte[KeyRing.MasterLength]);
        var apiTokens = new ApiToken(keys);
        var token = apiTokens.Create();
        var rights = new Rights("u-1", "ada@example.com", Permissions.Use, false, []);
        var grains = new Grains(new TokenAccess(token.Id, token.SecretHash, rights, ["srv-1"], [], null, 0));
        var time = new StandingClock();
        var feed = new FeedStatus(time);
        feed.Heard(0);
        var options = Options.Create(new AccessOptions());
        return (
            new RequestAuthenticator(
                apiTokens,
                new TokenAccessCache(grains, feed, options, time, NullLogger<TokenAccessCache>.Instance),
                new SignInCache(new SignInTokens(keys, options, time), options, time),
                new PrincipalCache(grains, feed, options, time, NullLogger<PrincipalCache>.Instance),
                new ClientAddress(Options.Create(new NetworkOptions())),
                time),
            token.Text);
    }

    private sealed class Grains(TokenAccess access) : IGrains, ITokenGrain
    {
        public T Get<T>(string key)
            where T : class, IGatewayGrain => this as T ?? throw new NotSupportedException($"There is no {typeof(T).Name} here.");

        public ValueTask<TokenAccess?> GetAccessAsync(CancellationToken cancellationToken) => new(access);

        public ValueTask TouchAsync(DateTimeOffset lastUse, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 1;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddYears(60);
    }
}
