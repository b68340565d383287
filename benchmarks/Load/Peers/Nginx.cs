using McpGateway.Load.Measuring;

namespace McpGateway.Load.Peers;

/// <summary>nginx as a plain reverse proxy in front of the stub: keep-alive to both sides, no log, a worker a core.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private Nginx(TemporaryFolder folder, MeasuredProcess process, Uri address) => (_folder, Process, Address) = (folder, process, address);

    public MeasuredProcess Process { get; }

    public Uri Address { get; }

    /// <summary>Null, said on standard error, where nginx is not installed.</summary>
    public static async Task<Nginx?> StartAsync(string upstream)
    {
        var folder = new TemporaryFolder();
        var address = new Uri($"http://127.0.0.1:{Gateway.FreePort()}");
        try
        {
            var configuration = Path.Combine(folder.Path, "nginx.conf");
            await File.WriteAllTextAsync(configuration, Configuration(folder.Path, new Uri(upstream).Authority, address.Port));
            var nginx = new Nginx(folder, MeasuredProcess.Start("nginx", ["-p", folder.Path, "-c", configuration, "-e", "stderr"]), address);
            nginx.Process.WithChildren = true;
            await Gateway.UntilListeningAsync(address);
            return nginx;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            folder.Dispose();
            await Console.Error.WriteLineAsync("nginx is not installed (Debian: apt install nginx-light): measured without it.");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private static string Configuration(string folder, string upstream, int port) => $$"""
        daemon off;
        worker_processes auto;
        pid {{folder}}/nginx.pid;
        error_log stderr crit;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          keepalive_requests 1000000000;
          upstream stub { server {{upstream}}; keepalive 1024; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:{{port}} backlog=1024;
            location / {
              proxy_pass http://stub;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }
        """;
}
