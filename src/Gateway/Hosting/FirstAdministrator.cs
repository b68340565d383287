using System.Security.Cryptography;
using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpGateway.Gateway.Hosting;

/// <summary>
/// Makes the first administrator when there is no user yet: from <c>MCPGATEWAY_ADMIN_EMAIL</c> and <c>MCPGATEWAY_ADMIN_PASSWORD</c>, or
/// with a random password that is shown once.
/// </summary>
public sealed class FirstAdministrator(IGrains grains, IConfiguration configuration, TimeProvider time) : IHostedService
{
    public const string DefaultEmail = "admin@localhost";
    private const string EmailKey = "ADMIN_EMAIL";
    private const string PasswordKey = "ADMIN_PASSWORD";
    private const int ShortestPassword = 12;

    // No letters and digits that look alike: it is read off a screen.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int PasswordLength = 20;

    // With the time-out of a grain call, about a minute.
    private const int Attempts = 10;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>The account made at this start; null when there was one already, or its password was given.</summary>
    public (string Email, string Password)? Made { get; private set; }

    /// <summary>Tells of the account made at this start, if one was: to the console and nowhere else, since logs are kept and shipped.</summary>
    public void Announce()
    {
        if (Made is var (email, password))
        {
            Console.WriteLine($"""

                First start. The administrator is {email} with the password
                  {password}
                It is shown this once and not stored anywhere.
                """);
        }
    }

    /// <summary>What is wrong with the account that the environment gives.</summary>
    public static IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        if (configuration[PasswordKey] is { Length: < ShortestPassword })
        {
            yield return $"MCPGATEWAY_ADMIN_PASSWORD: must have at least {ShortestPassword} characters.";
        }

        if (configuration[EmailKey] is { } email && !email.Contains('@', StringComparison.Ordinal))
        {
            yield return $"MCPGATEWAY_ADMIN_EMAIL: must be an e-mail address, but is '{email}'.";
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var email = configuration[EmailKey] ?? DefaultEmail;
        var given = configuration[PasswordKey];
        var password = given ?? RandomNumberGenerator.GetString(Alphabet, PasswordLength);
        var made = await EnsureAsync(grains.Get<IAccessGrain>("0"), email, password, cancellationToken);
        Made = made && given is null ? (email, password) : null;
    }

    // A busy machine may need longer than a call of a grain may take, and its database may be starting.
    private async Task<bool> EnsureAsync(IAccessGrain access, string email, string password, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // An earlier attempt may have made the account without an answer: then the password is right.
                return await access.EnsureAdministratorAsync(email, password, cancellationToken)
                    || (attempt > 1 && (await access.SignInAsync(email, password, address: null, cancellationToken)).Succeeded);
            }
            catch (Exception exception) when (GrainFailure.IsTransient(exception))
            {
                if (attempt == Attempts)
                {
                    throw new GatewayStartException($"McpGateway cannot start: its first administrator could not be looked for. {exception.Message}", exception);
                }

                await Task.Delay(s_pause, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Composition of <see cref="FirstAdministrator"/>.</summary>
public static class FirstAdministratorServices
{
    /// <summary>Makes the first administrator when the host starts, which must run grains or reach them.</summary>
    public static IServiceCollection AddFirstAdministrator(this IServiceCollection services) =>
        services.AddSingleton<FirstAdministrator>().AddHostedService(provider => provider.GetRequiredService<FirstAdministrator>());
}
