using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Changes;
using McpGateway.Grains.Administration;
using McpGateway.Storage;
using McpGateway.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace McpGateway.Grains.Access;

internal sealed partial class AccessGrain
{
    private const int MaxEmail = 320;

    public async ValueTask<Outcome<SignIn>> SignInAsync(string email, string password, string? address, CancellationToken cancellationToken)
    {
        var normalized = email.Length > MaxEmail ? "" : Names.Normalize(email);
        if (!_limiter.TryBegin(normalized, address))
        {
            return AccessRules.Limited("Too many failed sign-ins for this address. Try again in a minute.");
        }

        var user = await _database.ReadAsync(
            (db, token) => db.Users.FirstOrDefaultAsync(row => row.NormalizedEmail == normalized, token), cancellationToken);
        if (!_passwords.Verify(user, password, out var rehash))
        {
            await AuditFailureAsync(user, address, cancellationToken);
            return AccessRules.Unauthenticated("The e-mail address or the password is wrong.");
        }

        _limiter.Succeeded(normalized, address);
        return await _database.TryWriteAsync<SignIn>(
            async (db, log, token) =>
            {
                var current = await db.Users.FirstOrDefaultAsync(row => row.Id == user!.Id, token);
                if (current is not { Enabled: true } || current.PasswordHash != user!.PasswordHash)
                {
                    // Changed between the check and now: the password that was checked no longer counts.
                    return AccessRules.Unauthenticated("The e-mail address or the password is wrong.");
                }

                current.LastLoginAt = Time.GetUtcNow();
                current.PasswordHash = rehash ? _passwords.Hash(password) : current.PasswordHash;
                log.Audit(ActorOf(current, address), "auth.login", "user", current.Id, current.Email, null);
                return new SignIn(current.Id, current.Email, current.SecurityStamp);
            },
            cancellationToken);
    }

    public async ValueTask<bool> EnsureAdministratorAsync(string email, string password, CancellationToken cancellationToken)
    {
        ThrowUnlessUsable(email, password);
        var user = new UserEntity
        {
            Id = Ids.Create(Time),
            Email = email.Trim(),
            NormalizedEmail = Names.Normalize(email),
            IsAdministrator = true,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            CreatedAt = Time.GetUtcNow(),
        };
        if (await _database.ReadAsync((db, token) => db.Users.AnyAsync(token), cancellationToken))
        {
            return false;
        }

        user.PasswordHash = _passwords.Hash(password);
        try
        {
            return await _database.WriteAsync(
                async (db, log, token) =>
                {
                    await _database.DecideAloneAsync(db, token);
                    if (await db.Users.AnyAsync(token))
                    {
                        return false;
                    }

                    db.Users.Add(user);
                    log.Audit(Caller.System, "users.create", "user", user.Id, user.Email, """{"is_administrator":true}""");
                    log.Changed(ChangeKind.Principal, user.Id);
                    return true;
                },
                cancellationToken);
        }
        catch (UniqueConflictException)
        {
            // Another node was quicker.
            return false;
        }
    }

    // Only of users that exist: a made-up address must not be able to make the gateway write to its disk.
    private async ValueTask AuditFailureAsync(UserEntity? user, string? address, CancellationToken cancellationToken)
    {
        if (user is null)
        {
            return;
        }

        await _database.TryWriteAsync<bool>(
            (_, log, _) =>
            {
                log.Audit(ActorOf(user, address), "auth.login_failed", "user", user.Id, user.Email, null);
                return Task.FromResult<Outcome<bool>>(true);
            },
            cancellationToken);
    }

    private static Caller ActorOf(UserEntity user, string? address) =>
        new(new Rights(user.Id, user.Email, Permissions.None, false, []), null, [], address, "sign-in");

    private static void ThrowUnlessUsable(string email, string password)
    {
        var at = email.Trim().IndexOf('@', StringComparison.Ordinal);
        if (email.Length > MaxEmail || at <= 0 || at == email.Trim().Length - 1 || !TextRules.IsPrintable(email))
        {
            throw new ArgumentException("The administrator's e-mail address must have the form name@host.", nameof(email));
        }

        if (password.Length is < Passwords.MinLength or > Passwords.MaxLength)
        {
            throw new ArgumentException(
                $"The administrator's password must have {Passwords.MinLength} to {Passwords.MaxLength} characters.", nameof(password));
        }
    }
}
