using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using McpGateway.Dashboard.Cluster;
using McpGateway.Dashboard.Configuration;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Dashboard.Authentication;

/// <summary>What is known of the user of one page.</summary>
internal enum UserState
{
    /// <summary>Not asked yet, or nobody could answer. Asked again.</summary>
    Unknown,

    SignedIn,

    /// <summary>Disabled, gone, or signed in under an old security stamp.</summary>
    SignedOut,
}

/// <summary>The user of one circuit, with the rights of this moment. Rights are read when the page starts and every 30 seconds.</summary>
internal sealed partial class CurrentUser(
    AuthenticationStateProvider authentication,
    IGrains grains,
    IOptions<DashboardOptions> options,
    TimeProvider time,
    ILogger<CurrentUser> logger) : IAsyncDisposable
{
    // While nobody can answer, a person is waiting before an empty page: asked again sooner.
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private SessionClaims? _session;
    private Task _checking = Task.CompletedTask;

    /// <summary>Raised, on any thread, when <see cref="State"/> or <see cref="Rights"/> changed.</summary>
    public event Action? Changed;

    public UserState State { get; private set; }

    /// <summary>What the user may do; null unless signed in.</summary>
    public Rights? Rights { get; private set; }

    public string Email => Rights?.PrincipalName ?? _session?.Email ?? "";

    /// <summary>The one rule: known, enabled, and signed in under the stamp of today.</summary>
    public static bool IsStillSignedIn(SessionClaims session, PrincipalAccess access) =>
        access.Rights is not null && string.Equals(session.SecurityStamp, access.SecurityStamp, StringComparison.Ordinal);

    /// <summary>Who asks, for one grain call.</summary>
    public Caller ToCaller() =>
        new(Rights ?? throw new InvalidOperationException("Nobody is signed in."), null, [], _session?.Address, Guid.NewGuid().ToString("N"));

    /// <summary>Reads the rights now.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        _session ??= SessionClaims.From((await authentication.GetAuthenticationStateAsync()).User);
        if (_session is null)
        {
            Set(UserState.SignedOut, null);
            return;
        }

        try
        {
            var access = await grains.Get<IAccessGrain>(GrainKeys.Worker).GetPrincipalAsync(_session.UserId, cancellationToken);
            var signedIn = IsStillSignedIn(_session, access);
            Set(signedIn ? UserState.SignedIn : UserState.SignedOut, signedIn ? access.Rights : null);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What was known stays: an outage of a few seconds must not close everybody's pages.
            LogNotRead(exception, _session.UserId);
        }
    }

    /// <summary>Starts reading the rights again and again until disposed or signed out. Idempotent.</summary>
    public void KeepChecking()
    {
        if (_checking.IsCompleted && State != UserState.SignedOut && !_stopping.IsCancellationRequested)
        {
            // Off the page's own thread of work, which is for rendering.
            _checking = Task.Run(() => CheckAsync(_stopping.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _checking;
        _stopping.Dispose();
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (State != UserState.SignedOut)
            {
                await Task.Delay(State == UserState.Unknown ? s_retryAfter : options.Value.RecheckEvery, time, cancellationToken);
                await LoadAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The circuit ended.
        }
    }

    private void Set(UserState state, Rights? rights)
    {
        if (State != state || !Equals(rights, Rights))
        {
            (State, Rights) = (state, rights);
            Changed?.Invoke();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rights of user {UserId} could not be read.")]
    private partial void LogNotRead(Exception exception, string userId);
}
