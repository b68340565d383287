using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// ASP.NET Core's data protection over the <see cref="KeyRing"/>: no key store, every node opens what any node protected, and restarts
/// keep sessions. The first purpose picks the key, the whole chain of purposes is associated data.
/// </summary>
internal sealed class KeyRingDataProtection(KeyRing keys) : IDataProtectionProvider
{
    public IDataProtector CreateProtector(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        return new Protector(keys.Sealer("data-protection/" + purpose), Extend([], purpose));
    }

    // Length-prefixed, so that ("a", "bc") and ("ab", "c") differ.
    private static byte[] Extend(byte[] chain, string purpose)
    {
        var name = Encoding.UTF8.GetBytes(purpose);
        return [.. chain, .. BitConverter.GetBytes(name.Length), .. name];
    }

    private sealed class Protector(Sealer sealer, byte[] purposes) : IDataProtector
    {
        public IDataProtector CreateProtector(string purpose)
        {
            ArgumentNullException.ThrowIfNull(purpose);
            return new Protector(sealer, Extend(purposes, purpose));
        }

        public byte[] Protect(byte[] plaintext)
        {
            ArgumentNullException.ThrowIfNull(plaintext);
            return sealer.Seal(plaintext, purposes);
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            ArgumentNullException.ThrowIfNull(protectedData);
            if (protectedData.Length < Sealer.Overhead)
            {
                throw Refused();
            }

            var plaintext = new byte[protectedData.Length - Sealer.Overhead];
            return sealer.TryOpen(protectedData, purposes, plaintext) ? plaintext : throw Refused();
        }

        private static CryptographicException Refused() =>
            new("The value was altered, or protected for another purpose or under keys that are gone.");
    }
}

/// <summary>Composition of <see cref="KeyRingDataProtection"/>.</summary>
public static class KeyRingDataProtectionExtensions
{
    /// <summary>
    /// Protects cookies, antiforgery tokens and circuits under the registered <see cref="KeyRing"/>. Call it after whatever calls
    /// <c>AddDataProtection</c> (authentication, antiforgery, Razor components): it also takes out the framework's own key store, which
    /// would write keys into the home folder at start.
    /// </summary>
    public static IServiceCollection AddKeyRingDataProtection(this IServiceCollection services)
    {
        services.AddDataProtection();
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider, KeyRingDataProtection>());
        for (var i = services.Count - 1; i >= 0; i--)
        {
            if (services[i].ServiceType == typeof(IHostedService)
                && services[i].ImplementationType?.Assembly == typeof(DataProtectionServiceCollectionExtensions).Assembly)
            {
                services.RemoveAt(i);
            }
        }

        return services;
    }
}
