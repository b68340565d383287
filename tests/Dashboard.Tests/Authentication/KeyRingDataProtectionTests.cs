using System.Security.Cryptography;
using McpGateway.Gateway.Sealing;
using Microsoft.AspNetCore.DataProtection;

namespace McpGateway.Dashboard.Tests.Authentication;

public sealed class KeyRingDataProtectionTests
{
    private static readonly byte[] s_old = [.. Enumerable.Repeat((byte)1, KeyRing.MasterLength)];
    private static readonly byte[] s_new = [.. Enumerable.Repeat((byte)2, KeyRing.MasterLength)];

    [Fact]
    public void Value_ProtectedOnOneNode_OpensOnAnother()
    {
        var value = Create(new KeyRing(s_old)).CreateProtector("cookies", "v1").Protect("hello");

        Create(new KeyRing(s_old)).CreateProtector("cookies").CreateProtector("v1").Unprotect(value).ShouldBe("hello");
    }

    [Fact]
    public void Value_OfThePreviousMaster_StillOpens()
    {
        var value = Create(new KeyRing(s_old)).CreateProtector("cookies").Protect("hello");

        Create(new KeyRing(s_new, s_old)).CreateProtector("cookies").Unprotect(value).ShouldBe("hello");
        Should.Throw<CryptographicException>(() => Create(new KeyRing(s_new)).CreateProtector("cookies").Unprotect(value));
    }

    [Fact]
    public void Value_ForAnotherPurpose_IsRefused()
    {
        var provider = Create(new KeyRing(s_old));
        var value = provider.CreateProtector("a", "bc").Protect([1, 2, 3]);

        Should.Throw<CryptographicException>(() => provider.CreateProtector("ab", "c").Unprotect(value));
        Should.Throw<CryptographicException>(() => provider.CreateProtector("a").Unprotect(value));
        Should.Throw<CryptographicException>(() => provider.CreateProtector("a", "b", "c").Unprotect(value));
    }

    [Fact]
    public void Value_Altered_IsRefused()
    {
        var protector = Create(new KeyRing(s_old)).CreateProtector("a");
        var value = protector.Protect([1, 2, 3]);
        for (var i = 0; i < value.Length; i++)
        {
            var altered = (byte[])value.Clone();
            altered[i] ^= 1;
            Should.Throw<CryptographicException>(() => protector.Unprotect(altered));
        }

        Should.Throw<CryptographicException>(() => protector.Unprotect([]));
    }

    [Fact]
    public void TimeLimitedValue_AfterItsTime_IsRefused()
    {
        var protector = Create(new KeyRing(s_old)).CreateProtector("a").ToTimeLimitedDataProtector();

        protector.Unprotect(protector.Protect("hello", TimeSpan.FromMinutes(1))).ShouldBe("hello");
        Should.Throw<CryptographicException>(() => protector.Unprotect(protector.Protect("hello", TimeSpan.FromMinutes(-1))));
    }

    [Fact]
    public void Composition_LeavesNoKeyStoreBehind()
    {
        var services = new ServiceCollection();
        services.AddAuthentication();
        services.AddKeyRingDataProtection();

        services.ShouldNotContain(service => service.ServiceType == typeof(IHostedService));
    }

    private static IDataProtectionProvider Create(KeyRing keys) =>
        new ServiceCollection().AddSingleton(keys).AddKeyRingDataProtection().BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
}
