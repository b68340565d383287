using Microsoft.EntityFrameworkCore;

namespace McpGateway.Storage;

public sealed partial class GatewayDatabase
{
    // The advisory lock between writers that rely on definitions and the one that deletes them ("mcpgdefs").
    private const long DefinitionsLock = 0x6d63706764656673;

    /// <summary>Hashes of definitions that no item has any more, at most so many.</summary>
    public Task<List<string>> FindUnusedDefinitionsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync((context, token) => Unused(context).OrderBy(static hash => hash).Take(limit).ToListAsync(token), cancellationToken);

    /// <summary>Deletes those of these definitions that no item has. Answers how many went.</summary>
    public Task<int> DeleteUnusedDefinitionsAsync(IReadOnlyCollection<string> hashes, CancellationToken cancellationToken) =>
        WriteAsync(
            async (context, _, token) =>
            {
                if (_options.IsPostgres)
                {
                    await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({DefinitionsLock})", token);
                }

                var unused = await Unused(context).Where(hash => hashes.Contains(hash)).ToListAsync(token);
                return await context.Definitions.Where(definition => unused.Contains(definition.Hash)).ExecuteDeleteAsync(token);
            },
            cancellationToken);

    /// <summary>
    /// To be called by a write before it reads which definitions there are: until it has committed, none is deleted. (SQLite has one writer
    /// anyway.)
    /// </summary>
    public async Task KeepDefinitionsAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        if (_options.IsPostgres)
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock_shared({DefinitionsLock})", cancellationToken);
        }
    }

    private static IQueryable<string> Unused(GatewayDbContext context) => context.Definitions.Select(definition => definition.Hash)
        .Except(context.Items.Select(item => item.CurrentHash))
        .Except(context.Items.Select(item => item.ApprovedHash));
}
