using McpGateway.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace McpGateway.Grains.Access;

/// <summary>Password hashes: PBKDF2 with SHA-512 (the framework's format, which carries its own parameters).</summary>
internal sealed class Passwords
{
    public const int MinLength = 8;
    public const int MaxLength = 1024;
    private const int Iterations = 210_000;

    private readonly PasswordHasher<UserEntity> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly Lazy<string> _nobodys;

    public Passwords() => _nobodys = new Lazy<string>(() => Hash(Guid.NewGuid().ToString("N")));

    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>
    /// Checks a password. For a user that does not exist, is disabled or has none the answer is no, after the same work: how long it
    /// takes tells nobody which addresses exist.
    /// </summary>
    public bool Verify(UserEntity? user, string password, out bool rehash)
    {
        var hash = user is { Enabled: true, PasswordHash: { } own } ? own : null;
        var result = _hasher.VerifyHashedPassword(null!, hash ?? _nobodys.Value, password.Length > MaxLength ? "" : password);
        rehash = result == PasswordVerificationResult.SuccessRehashNeeded;
        return hash is not null && result != PasswordVerificationResult.Failed;
    }
}
