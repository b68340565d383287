using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Bridging;

/// <summary>
/// The one HTTP answer of a batch: a JSON array of the responses in the order of their requests, or an event stream as soon as one of the
/// requests has something to say before its response.
/// </summary>
internal sealed class BatchAnswer(HttpReply http, int count) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private readonly byte[]?[] _responses = new byte[]?[count];
    private bool _streaming;

    public CancellationToken ClientGone => http.ClientGone;

    /// <summary>Sends something that comes before a response. The answer is a stream from here on.</summary>
    public async ValueTask NotifyAsync(ReadOnlyMemory<byte> message)
    {
        await _writing.WaitAsync(ClientGone);
        try
        {
            await StreamAsync();
            await http.NotifyAsync(message);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask KeepAliveAsync()
    {
        await _writing.WaitAsync(ClientGone);
        try
        {
            await StreamAsync();
            await http.KeepAliveAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes the response to the request at this place of the batch.</summary>
    public async ValueTask CompleteAsync(int place, ReadOnlyMemory<byte> response)
    {
        await _writing.WaitAsync(ClientGone);
        try
        {
            if (_streaming)
            {
                await http.NotifyAsync(response);
            }
            else
            {
                // Its memory is rented, and the others may take a while.
                _responses[place] = response.ToArray();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Every request has its response or was cancelled: ends the answer.</summary>
    public async ValueTask EndAsync()
    {
        if (_streaming)
        {
            return;
        }

        using var array = new PooledBuffer(_responses.Sum(static response => (response?.Length ?? 0) + 1) + 2);
        foreach (var response in _responses)
        {
            if (response is not null)
            {
                array.Write(array.Length == 0 ? "["u8 : ","u8);
                array.Write(response);
            }
        }

        if (array.Length == 0)
        {
            await http.AbandonAsync();
            return;
        }

        array.Write("]"u8);
        await http.CompleteAsync(array.Written, StatusCodes.Status200OK);
    }

    public void Dispose() => _writing.Dispose();

    private async ValueTask StreamAsync()
    {
        if (_streaming)
        {
            return;
        }

        _streaming = true;
        for (var place = 0; place < _responses.Length; place++)
        {
            if (_responses[place] is { } response)
            {
                _responses[place] = null;
                await http.NotifyAsync(response);
            }
        }
    }
}
