using System.Text.Json;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>The stdio bridge as a client starts it, spoken to line by line.</summary>
internal sealed class StdioBridgeProgram : IAsyncDisposable
{
    private readonly ChildProgram _program;

    private StdioBridgeProgram(ChildProgram program) => _program = program;

    public ChildProgram Program => _program;

    public static StdioBridgeProgram Start(string url, string? token) => new(ChildProgram.Start(
        "dotnet", ["exec", Repository.Gateway, "stdio", "--url", url], [("MCPGATEWAY_TOKEN", token)]));

    public async Task SendAsync(string message)
    {
        await _program.Input.WriteLineAsync(message);
        await _program.Input.FlushAsync();
    }

    /// <summary>The next message on standard output; anything but a message fails the test.</summary>
    public async Task<JsonElement> ReadAsync()
    {
        var line = await _program.ReadLineAsync();
        var message = JsonElement.Parse(line);
        message.GetProperty("jsonrpc").GetString().ShouldBe("2.0");
        return message;
    }

    public async Task<JsonElement> AskAsync(string message)
    {
        await SendAsync(message);
        return await ReadAsync();
    }

    /// <summary>The handshake of a legacy client.</summary>
    public async Task<JsonElement> InitializeAsync()
    {
        var answer = await AskAsync(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}""");
        await SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        return answer;
    }

    /// <summary>Closes standard input, as a client that is done, and waits for the end.</summary>
    public Task<int> CloseAsync()
    {
        _program.Input.Close();
        return _program.WaitForEndAsync();
    }

    public ValueTask DisposeAsync() => _program.DisposeAsync();
}
