using McpGateway.Storage.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace McpGateway.Storage;

// One write: a transaction that ends in the feed's ids and a commit whose outcome is known.
public sealed partial class GatewayDatabase
{
    // Advisory locks on PostgreSQL. The feed's ids are given under "mcpgfeed", what people change is decided under "mcpgtalk".
    private const long FeedLock = 0x6d63_7067_6665_6564;
    private const long DecisionLock = 0x6d63_7067_7461_6c6b;

    /// <summary>
    /// To be called by a write before it reads what it decides by, where no constraint would hold the decision (a limit, the first of its kind):
    /// until it has committed, no other such write runs on any node. (SQLite has one writer anyway.)
    /// </summary>
    public async Task DecideAloneAsync(GatewayDbContext context, CancellationToken cancellationToken)
    {
        if (_options.IsPostgres)
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({DecisionLock})", cancellationToken);
        }
    }

    private async Task<(T Result, bool Told)> WriteOnceAsync<T>(
        Func<GatewayDbContext, ChangeLog, CancellationToken, Task<T>> work, Func<T, bool> keep, CancellationToken cancellationToken)
    {
        await using var context = _contexts.Create();
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.TrackAll;

        // EF swallows it when a savepoint cannot be released because the connection is gone, opens another one, and goes on there without the
        // transaction: half of the write would be lost and the rest committed. Nothing here goes back to a savepoint anyway.
        context.Database.AutoSavepointsEnabled = false;

        // On SQLite this is BEGIN IMMEDIATE: what the work reads cannot change before it commits.
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var log = new ChangeLog(_time);
        var result = await work(context, log, cancellationToken);
        if (!keep(result))
        {
            await transaction.RollbackAsync(CancellationToken.None);
            return (result, false);
        }

        await context.SaveChangesAsync(cancellationToken);
        context.Audit.AddRange(log.AuditEntries);
        await context.SaveChangesAsync(cancellationToken);
        var id = await LockFeedAsync(context, log, cancellationToken);
        context.Changes.AddRange(log.Changes);
        await context.SaveChangesAsync(cancellationToken);
        await CommitAsync(transaction, id);
        return (result, log.Changes.Count > 0);
    }

    // Feed ids must grow in commit order. SQLite has one writer; on PostgreSQL the lock is held from giving the ids until the commit, and
    // taken last, so that it is held for a moment only. The answer is the transaction's id; null where it wrote nothing, or on SQLite.
    private async Task<string?> LockFeedAsync(GatewayDbContext context, ChangeLog log, CancellationToken cancellationToken)
    {
        if (!_options.IsPostgres)
        {
            return null;
        }

        var id = log.Changes.Count > 0
            ? context.Database.SqlQuery<string?>($"""SELECT pg_current_xact_id()::text AS "Value" FROM pg_advisory_xact_lock({FeedLock})""")
            : context.Database.SqlQuery<string?>($"""SELECT pg_current_xact_id_if_assigned()::text AS "Value" """);
        return await id.SingleAsync(cancellationToken);
    }

    // From here on the answer is the database's: a cancelled commit would leave the caller in doubt.
    private async Task CommitAsync(IDbContextTransaction transaction, string? id)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (id is not null && PostgresFailures.Of(exception) is PostgresFailure.Lost or PostgresFailure.Slow)
        {
            if (await WasCommittedAsync(id) is not { } committed)
            {
                throw new TimeoutException("The database went away while a change was committed. Whether it was made is not known: look, then try again.", exception);
            }

            LogCommitInDoubt(committed, exception);
            if (!committed)
            {
                throw;
            }
        }
    }

    /// <summary>What became of a transaction; null when that cannot be learnt soon.</summary>
    private async Task<bool?> WasCommittedAsync(string id)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var context = _contexts.Create();
                var status = await context.Database
                    .SqlQuery<string?>($"""SELECT pg_xact_status({id}::xid8) AS "Value" """).SingleAsync(CancellationToken.None);
                if (status is null or "committed" or "aborted")
                {
                    return status is null ? null : status == "committed";
                }
            }
            catch (Exception exception) when (PostgresFailures.Of(exception) != PostgresFailure.Other)
            {
                // It is not back yet.
            }
            catch (Exception exception) when (exception.GetBaseException() is Npgsql.PostgresException)
            {
                // A server that never had this transaction: another one has taken over.
                return null;
            }

            if (attempt == MaxLooksAtACommit)
            {
                return null;
            }

            await PauseAsync(attempt, CancellationToken.None);
        }
    }
}
