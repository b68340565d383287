using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Changes;
using McpGateway.Storage.Model;

namespace McpGateway.Storage;

/// <summary>Collects what one write has to say to the feed and the audit; the rows are written at the end of its transaction.</summary>
public sealed class ChangeLog
{
    private readonly TimeProvider _time;
    private readonly HashSet<(ChangeKind Kind, string Key)> _told = [];
    private readonly List<ChangeEntity> _changes = [];
    private readonly List<AuditEntity> _audit = [];

    internal ChangeLog(TimeProvider time) => _time = time;

    internal IReadOnlyList<ChangeEntity> Changes => _changes;

    internal IReadOnlyList<AuditEntity> AuditEntries => _audit;

    /// <summary>Tells every node that what it has cached of this thing is out of date. Said twice, it is told once.</summary>
    public void Changed(ChangeKind kind, string key)
    {
        if (_told.Add((kind, key)))
        {
            _changes.Add(new ChangeEntity { Kind = kind, Key = key, At = _time.GetUtcNow() });
        }
    }

    /// <summary>Notes an administrative change.</summary>
    /// <param name="action">Such as <c>gateways.create</c>.</param>
    /// <param name="detail">What was changed, as JSON without secrets.</param>
    public void Audit(Caller caller, string action, string targetKind, string targetId, string targetName, string? detail) =>
        _audit.Add(new AuditEntity
        {
            At = _time.GetUtcNow(),
            ActorId = caller.Rights.PrincipalId,
            ActorName = caller.Rights.PrincipalName,
            TokenId = caller.TokenId,
            Address = caller.Address,
            RequestId = caller.RequestId,
            Action = action,
            TargetKind = targetKind,
            TargetId = targetId,
            TargetName = targetName,
            Detail = detail,
        });
}
