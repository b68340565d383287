using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpGateway.Gateway.Sealing;

/// <summary>
/// Where the master keys come from: <c>Keys:Current</c> and <c>Keys:Previous</c> (base64, 32 bytes) or the files named by
/// <c>Keys:CurrentFile</c> and <c>Keys:PreviousFile</c>. The standalone edition makes a key in its data folder when there is none.
/// </summary>
public static partial class MasterKeys
{
    /// <exception cref="GatewayStartException">A key is missing or is none; the message names the setting.</exception>
    public static IServiceCollection AddMasterKeys(this IServiceCollection services, IConfiguration configuration)
    {
        var current = Read(configuration, "Keys:Current") ?? MakeOwn(configuration);
        var previous = Read(configuration, "Keys:Previous");
        return services.AddSingleton(new KeyRing(current, previous ?? []));
    }

    private static partial byte[] MakeOwn(IConfiguration configuration);

    private static byte[]? Read(IConfiguration configuration, string key)
    {
        var text = configuration[key];
        var source = key;
        if (text is null && configuration[key + "File"] is { } file)
        {
            source = $"{key}File ({file})";
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new GatewayStartException($"{source}: the file cannot be read: {exception.Message}", exception);
            }
        }

        return text is null ? null : Decode(text, source);
    }

    private static byte[] Decode(string text, string source)
    {
        var bytes = new byte[KeyRing.MasterLength + 1];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == KeyRing.MasterLength
            ? bytes[..length]
            : throw new GatewayStartException($"{source}: must be {KeyRing.MasterLength} random bytes in base64, as 'openssl rand -base64 32' makes them.");
    }
}
