using McpGateway.Abstractions.Seam;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage;

/// <summary>Stored state of grains as rows of the gateway's database.</summary>
internal sealed class DatabaseGrainStore(GatewayDatabase database, TimeProvider time) : IGrainStore
{
    public async ValueTask<StoredState?> ReadAsync(string type, string key, string name, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            (db, token) => db.GrainStates
                .Where(state => state.Type == type && state.Key == key && state.Name == name)
                .Select(state => new StoredState(state.Payload, state.Etag))
                .FirstOrDefaultAsync(token),
            cancellationToken);

    public async ValueTask<string?> WriteAsync(
        string type, string key, string name, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken)
    {
        var bytes = payload.ToArray();
        var next = Ids.Create(time);
        try
        {
            var written = await database.WriteAsync(
                (db, _, token) => etag is null
                    ? InsertAsync(db, new GrainStateEntity
                    {
                        Type = type,
                        Key = key,
                        Name = name,
                        Payload = bytes,
                        Etag = next,
                        UpdatedAt = time.GetUtcNow(),
                    })
                    : db.GrainStates
                        .Where(state => state.Type == type && state.Key == key && state.Name == name && state.Etag == etag)
                        .ExecuteUpdateAsync(
                            row => row
                                .SetProperty(state => state.Payload, bytes)
                                .SetProperty(state => state.Etag, next)
                                .SetProperty(state => state.UpdatedAt, time.GetUtcNow()),
                            token),
                cancellationToken);
            return written == 1 ? next : null;
        }
        catch (UniqueConflictException)
        {
            // There is a row already: the caller, who knows of none, has an old view.
            return null;
        }
    }

    public async ValueTask<bool> ClearAsync(string type, string key, string name, string etag, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            (db, _, token) => db.GrainStates
                .Where(state => state.Type == type && state.Key == key && state.Name == name && state.Etag == etag)
                .ExecuteDeleteAsync(token),
            cancellationToken) == 1;

    private static Task<int> InsertAsync(GatewayDbContext db, GrainStateEntity row)
    {
        db.GrainStates.Add(row);
        return Task.FromResult(1);
    }
}
