using System.Security.Cryptography;
using McpGateway.Gateway.Hosting;
using Microsoft.Extensions.Configuration;

namespace McpGateway.Gateway.Sealing;

public static partial class MasterKeys
{
    private const string FileName = "master.key";

    private static partial byte[] MakeOwn(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["Storage:DataFolder"] ?? "data");
        var path = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            return File.Exists(path) ? Decode(File.ReadAllText(path), path) : Make(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewayStartException($"The data folder '{folder}' cannot be used: {exception.Message}", exception);
        }
    }

    private static byte[] Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(KeyRing.MasterLength);
        var making = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(making, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key)));
            // On disk before it is used: what is sealed under a lost key is lost too.
            file.Flush(flushToDisk: true);
        }

        File.Move(making, path, overwrite: false);
        return key;
    }
}
