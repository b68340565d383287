using System.Runtime.CompilerServices;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Upstreams;

namespace McpGateway.Grains.Administration;

internal sealed partial class CatalogGrain
{
    public async IAsyncEnumerable<Outcome<UpstreamProbe>> TestUpstreamAsync(
        Caller caller, UpstreamInput input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await MayNotTestAsync(caller, input, cancellationToken) is { } refusal)
        {
            yield return refusal;
            yield break;
        }

        var settings = input with { Transport = UpstreamRules.TransportOf(input, null) };
        if (settings.Transport != TransportKind.Stdio)
        {
            yield return await _prober.ProbeAsync(settings, cancellationToken);
            yield break;
        }

        await foreach (var probe in Grains.Get<IProcessProbeGrain>(Guid.NewGuid().ToString("N")).ProbeAsync(settings, cancellationToken))
        {
            yield return probe;
        }
    }

    /// <summary>A test starts a process or calls out with the gateway's own address, so it is in the audit like a creation.</summary>
    private async ValueTask<Refusal?> MayNotTestAsync(Caller caller, UpstreamInput input, CancellationToken cancellationToken)
    {
        if (MayNotCreate(caller, input) is { } forbidden)
        {
            return forbidden;
        }

        var outcome = await _database.TryWriteAsync<bool>(
            async (db, log, token) =>
            {
                // A name is not needed to try an address.
                var mistakes = UpstreamRules.Check(input with { Name = input.Name ?? "test" }, null);
                await OwnershipRules.CheckAsync(db, caller, mistakes, input.Visibility, input.TeamId, null, token);
                if (mistakes.Any)
                {
                    return mistakes.ToRefusal();
                }

                var detail = new AuditDetail();
                detail.Set("transport", UpstreamRules.TransportOf(input, null).ToString());
                detail.Set(input.Url is null ? "command" : "url", input.Url ?? input.Command);
                log.Audit(caller, "gateways.test", Gateway, "", input.Name?.Trim() ?? "", detail.ToString());
                return true;
            },
            cancellationToken);
        return outcome.Refusal;
    }
}
