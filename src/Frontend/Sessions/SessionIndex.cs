using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace McpGateway.Frontend.Sessions;

/// <summary>
/// Sessions by key and by the id that their clients hold, and which of them are one owner's. A look-up takes no lock; entering and leaving take one, and cost the same however
/// many sessions there are.
/// </summary>
internal sealed class SessionIndex
{
    private readonly ConcurrentDictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ClientSession> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ClientSession>> _owners = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<ClientSession> All => _sessions.Select(static entry => entry.Value);

    public bool TryGet(string key, [NotNullWhen(true)] out ClientSession? session) => _sessions.TryGetValue(key, out session);

    /// <summary>By the whole sealed id, which need not be opened again. Whose session it is remains to be asked.</summary>
    public bool TryGetByText(string text, [NotNullWhen(true)] out ClientSession? session) => _texts.TryGetValue(text, out session);

    /// <summary>Adds a session, or answers the one of this key that is already there.</summary>
    public ClientSession GetOrAdd(ClientSession session)
    {
        lock (_gate)
        {
            if (!_sessions.TryAdd(session.Id.Key, session))
            {
                return _sessions[session.Id.Key];
            }

            if (!_owners.TryGetValue(session.OwnerKey, out var own))
            {
                _owners[session.OwnerKey] = own = [];
            }

            own.Add(session);
            _texts[session.Text] = session;
            _count++;
            return session;
        }
    }

    public void Remove(ClientSession session)
    {
        lock (_gate)
        {
            if (!_sessions.TryRemove(KeyValuePair.Create(session.Id.Key, session)))
            {
                return;
            }

            _texts.TryRemove(KeyValuePair.Create(session.Text, session));
            _count--;
            var own = _owners[session.OwnerKey];
            own.Remove(session);
            if (own.Count == 0)
            {
                _owners.Remove(session.OwnerKey);
            }
        }
    }

    /// <summary>The sessions of one owner at this moment, when they are at least so many; else none.</summary>
    public ClientSession[] OfCrowded(string ownerKey, int atLeast)
    {
        lock (_gate)
        {
            return _owners.TryGetValue(ownerKey, out var own) && own.Count >= atLeast ? [.. own] : [];
        }
    }
}
