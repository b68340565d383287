using System.Text;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Testing.Upstreams;

/// <summary>An SSE answer that starts with its first event.</summary>
internal sealed class FakeEventStream(HttpResponse response)
{
    private readonly SemaphoreSlim _writing = new(1);

    public bool Started { get; private set; }

    public Task SendAsync(string message) => WriteAsync($"event: message\ndata: {message}\n\n");

    public Task StartAsync() => WriteAsync(": hello\n\n");

    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _writing.WaitAsync();
        try
        {
            if (!Started)
            {
                Started = true;
                response.ContentType = "text/event-stream";
            }

            await response.Body.WriteAsync(bytes);
            await response.Body.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }
}
