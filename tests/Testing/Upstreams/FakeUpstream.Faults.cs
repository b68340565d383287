using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace McpGateway.Testing.Upstreams;

public sealed partial class FakeUpstream
{
    /// <summary>Answers with the fault that is due; true when that was the whole answer. Faults of content are left to the answer.</summary>
    private Task<bool> Misbehave(HttpContext context, string? method, JsonElement message, out FakeFault fault)
    {
        fault = TakeFault(method ?? "");
        return fault switch
        {
            FakeFault.None or FakeFault.WrongId or FakeFault.SameCursor or FakeFault.EndlessPages or FakeFault.NoList or FakeFault.Error =>
                Task.FromResult(false),
            _ => MisbehaveAsync(context, fault, message),
        };
    }

    private async Task<bool> MisbehaveAsync(HttpContext context, FakeFault fault, JsonElement message)
    {
        var response = context.Response;
        switch (fault)
        {
            case FakeFault.WrongContentType:
                response.ContentType = "text/html";
                await response.WriteAsync("<html><body>It works!</body></html>");
                break;
            case FakeFault.Garbage:
                await WriteJsonAsync(context, 200, "{\"jsonrpc\":\"2.0\",,");
                break;
            case FakeFault.Huge:
                var id = message.GetProperty("id").GetRawText();
                await WriteJsonAsync(context, 200, Success(id, "{\"tools\":[],\"padding\":\"" + new string('x', HugeBytes) + "\"}"));
                break;
            case FakeFault.Empty:
                await WriteJsonAsync(context, 200, "");
                break;
            case FakeFault.CutCharacter:
                response.ContentType = "application/json";
                await response.Body.WriteAsync(CutIn(message));
                break;
            case FakeFault.CutCharacterInEvent:
                await new FakeEventStream(response).WriteAsync(EventOf(CutIn(message)));
                break;
            case FakeFault.Unauthorized:
                response.StatusCode = 401;
                response.Headers.WWWAuthenticate = "Bearer";
                break;
            case FakeFault.Forbidden:
                response.StatusCode = 403;
                break;
            case FakeFault.ServerError:
                response.StatusCode = 500;
                response.ContentType = "text/html";
                await response.WriteAsync("<h1>Internal Server Error</h1>");
                break;
            case FakeFault.Busy:
                response.StatusCode = 503;
                response.Headers.RetryAfter = "30";
                break;
            case FakeFault.BusyInWords:
                response.Headers.RetryAfter = "30";
                await WriteJsonAsync(context, 429, Failure(message.GetProperty("id").GetRawText(), -32000, "Too many requests"));
                break;
            case FakeFault.SessionNotFound:
                await WriteJsonAsync(context, 404, Failure("null", -32001, "Session not found"));
                break;
            case FakeFault.VersionRefused:
                var refused = Failure(
                    message.GetProperty("id").GetRawText(), -32022, "Unsupported protocol version", $$"""{"supported":["{{Modern}}"],"requested":"{{Modern}}"}""");
                await WriteJsonAsync(context, 400, refused);
                break;
            case FakeFault.Redirect:
                response.StatusCode = 307;
                response.Headers.Location = "/elsewhere";
                break;
            case FakeFault.Silence:
                await WaitForEndAsync(context);
                break;
            case FakeFault.CutBody:
                response.ContentType = "application/json";
                await response.WriteAsync("{\"jsonrpc\":\"2.0\",");
                await response.Body.FlushAsync();
                context.Abort();
                break;
            default:
                await MisbehaveOnStreamAsync(context, fault);
                break;
        }

        return true;
    }

    /// <summary>An answer without its last bytes: the first half of a character is the end of it.</summary>
    private static byte[] CutIn(JsonElement message) =>
        [.. Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":{{message.GetProperty("id").GetRawText()}},"result":{"content":[{"type":"text","text":"caf"""), 0xC3];

    private static byte[] EventOf(byte[] data) => [.. "event: message\ndata: "u8, .. data, .. "\n\n"u8];

    private async Task MisbehaveOnStreamAsync(HttpContext context, FakeFault fault)
    {
        var events = new FakeEventStream(context.Response);
        if (fault == FakeFault.CutStream)
        {
            await events.WriteAsync("event: message\ndata: {\"jsonrpc\":\"2.0\",");
            context.Abort();
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        while (!ending.IsCancellationRequested)
        {
            await events.WriteAsync(fault == FakeFault.EndlessNotifications
                ? "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"data\":\"" + new string('x', 2000) + "\"}}\n\n"
                : ": " + new string('x', 2000) + "\n\n");
            await Task.Yield();
        }
    }

    private async Task WaitForEndAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (ending.Token.Register(() => ended.TrySetResult()))
        {
            await ended.Task;
        }
    }
}
