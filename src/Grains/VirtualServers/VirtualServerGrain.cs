using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Grains.Seam;
using McpGateway.Storage;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.VirtualServers;

internal sealed class VirtualServerGrain : GatewayGrain, IVirtualServerGrain
{
    private const int PartBytes = 192 * 1024;
    private const int EntryBytes = 320;
    private const int HashesAtOnce = 400;

    private readonly GatewayDatabase _database;
    private readonly SnapshotReader _reader;
    private Snapshot? _snapshot;
    private long _asOf = -1;
    private Task? _compilation;

    public VirtualServerGrain(GatewayDatabase database, SnapshotReader reader) => (_database, _reader) = (database, reader);

    public async IAsyncEnumerable<SnapshotPart> ReadAsync(SnapshotRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await CompileAsync(request.AtLeast, cancellationToken);
        if (_snapshot is not { } snapshot)
        {
            yield break;
        }

        var header = snapshot.Header with { AsOf = _asOf };
        if (string.Equals(header.Etag, request.KnownEtag, StringComparison.Ordinal))
        {
            yield return new SnapshotPart(header with { Unchanged = true, EntryCount = 0, Upstreams = [] }, []);
            yield break;
        }

        SnapshotHeader? first = header;
        foreach (var entries in InParts(snapshot.Entries, static entry => EntryBytes + (2 * entry.ExposedName.Length) + (entry.Description?.Length ?? 0)))
        {
            yield return new SnapshotPart(first, entries);
            first = null;
        }

        if (first is not null)
        {
            yield return new SnapshotPart(first, []);
        }
    }

    public async IAsyncEnumerable<DefinitionPart> ReadDefinitionsAsync(
        ImmutableArray<string> hashes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in hashes.Chunk(HashesAtOnce))
        {
            var definitions = await _database.ReadAsync(
                (db, ct) => db.Definitions.Where(definition => chunk.Contains(definition.Hash))
                    .Select(definition => new { definition.Hash, definition.Json })
                    .ToListAsync(ct),
                cancellationToken);
            foreach (var part in InParts([.. definitions.Select(definition => new DefinitionBlob(definition.Hash, definition.Json))], static blob => blob.Json.Length))
            {
                yield return new DefinitionPart(part);
            }
        }
    }

    /// <summary>
    /// Compiles in single flight until the snapshot shows what the asker has heard of. The first compilation may have begun before; the
    /// second cannot, so there is never need of a third.
    /// </summary>
    private async Task CompileAsync(long atLeast, CancellationToken cancellation)
    {
        for (var round = 0; round < 2 && _asOf < atLeast; round++)
        {
            // One that is over is not joined: it may have ended before it was even noted down, because reading need not wait for anything.
            if (_compilation is not { IsCompleted: false })
            {
                _compilation = CompileOnceAsync();
            }

            await _compilation.WaitAsync(cancellation);
        }
    }

    private async Task CompileOnceAsync() => (_asOf, _snapshot) = await _reader.ReadAsync(Key, CancellationToken.None);

    private static IEnumerable<ImmutableArray<T>> InParts<T>(IReadOnlyCollection<T> items, Func<T, int> size)
    {
        var part = ImmutableArray.CreateBuilder<T>();
        var bytes = 0;
        foreach (var item in items)
        {
            var length = size(item);
            if (part.Count > 0 && bytes + length > PartBytes)
            {
                yield return part.DrainToImmutable();
                bytes = 0;
            }

            part.Add(item);
            bytes += length;
        }

        if (part.Count > 0)
        {
            yield return part.ToImmutable();
        }
    }
}
