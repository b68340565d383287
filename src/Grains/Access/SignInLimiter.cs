namespace McpGateway.Grains.Access;

/// <summary>
/// Counts failed sign-ins per e-mail address and network address, in this process: ten within a minute refuse further tries until that
/// minute is over. The table is bounded, so that made-up addresses cannot fill the memory.
/// </summary>
internal sealed class SignInLimiter(TimeProvider time)
{
    public const int MaxFailures = 10;
    private const int MaxEntries = 10_000;
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Email, string? Address), Window> _windows = [];

    /// <summary>
    /// Takes one of the tries that are left, before the password is looked at: tries that run side by side cannot all slip through.
    /// False when none is left.
    /// </summary>
    public bool TryBegin(string email, string? address)
    {
        lock (_lock)
        {
            var key = (email, address);
            var now = time.GetUtcNow();
            if (!_windows.TryGetValue(key, out var window) || window.End <= now)
            {
                MakeRoom(now);
                _windows[key] = window = new Window(now + s_window, 0);
            }

            if (window.Tries >= MaxFailures)
            {
                return false;
            }

            _windows[key] = window with { Tries = window.Tries + 1 };
            return true;
        }
    }

    /// <summary>The try succeeded: nothing counts against these two any more.</summary>
    public void Succeeded(string email, string? address)
    {
        lock (_lock)
        {
            _windows.Remove((email, address));
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_windows.Count < MaxEntries)
        {
            return;
        }

        foreach (var (key, _) in _windows.Where(entry => entry.Value.End <= now).ToList())
        {
            _windows.Remove(key);
        }

        // Still full: an attack from many addresses. The window that ends first is worth the least.
        if (_windows.Count >= MaxEntries)
        {
            _windows.Remove(_windows.MinBy(entry => entry.Value.End).Key);
        }
    }

    private readonly record struct Window(DateTimeOffset End, int Tries);
}
