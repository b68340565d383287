using System.Collections.Concurrent;
using System.Text.Json;
using McpGateway.Testing;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>One of the official clients, driven through <c>tests/peers/client.mjs</c>.</summary>
internal sealed class PeerClient : IAsyncDisposable
{
    private readonly ChildProgram _program;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1);
    private int _lastId;

    private PeerClient(ChildProgram program)
    {
        _program = program;
        _ = ReadAsync();
    }

    /// <summary>What the server said unasked, in order: notifications and progress.</summary>
    public ConcurrentQueue<JsonElement> Events { get; } = new();

    /// <summary>Answers of <c>connect</c>: protocolVersion, server, capabilities, sessionId.</summary>
    public JsonElement Handshake { get; private set; }

    /// <summary>Starts a client and connects it.</summary>
    /// <param name="options">The arguments of the driver's <c>connect</c>.</param>
    public static async Task<PeerClient> ConnectAsync(object options)
    {
        Peers.Require();
        var client = new PeerClient(ChildProgram.Start(Peers.Node, [Peers.ClientDriver]));
        try
        {
            client.Handshake = await client.SendAsync("connect", options).Answer;
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls a method of the client, such as <c>listTools</c>.</summary>
    public Task<JsonElement> CallAsync(string method, object? parameters = null) => Begin(method, parameters).Answer;

    public Task<JsonElement> CallToolAsync(string name, object? arguments = null) => CallAsync("callTool", new { name, arguments = arguments ?? new { } });

    /// <summary>Calls a method without waiting for the answer, and with progress.</summary>
    public (int Id, Task<JsonElement> Answer) Begin(string method, object? parameters = null) =>
        SendAsync("call", new { method, @params = parameters, progress = method == "callTool" });

    /// <summary>Cancels a call as the client does it.</summary>
    public Task AbortAsync(int id) => SendAsync("abort", new { call = id }).Answer;

    /// <summary>Ends the session, then the connection.</summary>
    public Task CloseAsync() => SendAsync("close", new { }).Answer;

    /// <summary>Waits until the server has said something that the client did not ask for.</summary>
    public Task WaitForNotificationAsync(string method) => Eventually.TrueAsync(
        () => Events.Any(said => said.TryGetProperty("method", out var name) && name.GetString() == method), $"the client hears {method}. It heard: {string.Join(' ', Events)}");

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        _writing.Dispose();
    }

    private (int Id, Task<JsonElement> Answer) SendAsync(string op, object args)
    {
        var id = Interlocked.Increment(ref _lastId);
        var pending = _pending.GetOrAdd(id, static _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously));
        return (id, WriteAsync());

        async Task<JsonElement> WriteAsync()
        {
            await _writing.WaitAsync();
            try
            {
                await _program.Input.WriteLineAsync(JsonSerializer.Serialize(new { id, op, args }));
                await _program.Input.FlushAsync();
            }
            finally
            {
                _writing.Release();
            }

            return await pending.Task.WaitAsync(TimeSpan.FromSeconds(90));
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var line in _program.Lines.ReadAllAsync())
        {
            var said = JsonElement.Parse(line);
            if (!said.TryGetProperty("id", out var id))
            {
                Events.Enqueue(said);
            }
            else if (_pending.TryRemove(id.GetInt32(), out var pending))
            {
                if (said.TryGetProperty("error", out var error))
                {
                    pending.TrySetException(new PeerException(error));
                }
                else
                {
                    pending.TrySetResult(said.GetProperty("ok"));
                }
            }
        }

        foreach (var pending in _pending.Values)
        {
            pending.TrySetException(new InvalidOperationException($"The client ended. It wrote: {_program.Recent}"));
        }
    }
}

/// <summary>A client's call failed.</summary>
internal sealed class PeerException(JsonElement error) : Exception(error.ToString())
{
    public JsonElement Error { get; } = error;
}
