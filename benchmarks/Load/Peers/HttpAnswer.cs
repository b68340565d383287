using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace McpGateway.Load.Peers;

/// <summary>Writes the answers of one connection, all into the same buffer: the stub shares the processor with what is measured.</summary>
internal sealed class HttpAnswer
{
    private static readonly ConcurrentDictionary<string, StubAnswers> s_byPath = new(StringComparer.Ordinal);

    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);

    private byte[] _path = [];
    private StubAnswers? _answers;

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>How long the other side has to wait for it.</summary>
    public TimeSpan Delay { get; private set; }

    public void Write(HttpMessage request)
    {
        _buffer.ResetWrittenCount();
        Delay = TimeSpan.Zero;
        if (!request.Head.StartsWith("POST "u8))
        {
            Respond("405 Method Not Allowed", default);
            return;
        }

        var id = StubAnswers.Id(request.Body);
        if (id.IsEmpty)
        {
            Respond("202 Accepted", default);
            return;
        }

        var answers = For(request.Head);
        var answer = answers.To(request.Body);
        var sse = answer.IsCall && answers.Sse;
        Delay = answer.IsCall ? answers.Delay : TimeSpan.Zero;
        var length = StubAnswers.Length(answer, id);
        Write($"HTTP/1.1 {answer.Status}\r\nContent-Type: {(sse ? "text/event-stream\r\nTransfer-Encoding: chunked" : $"application/json\r\nContent-Length: {length}")}\r\n{answer.Headers}\r\n");
        if (sse)
        {
            Write($"{length + "event: message\ndata: \n\n".Length:x}\r\nevent: message\ndata: ");
        }

        StubAnswers.Write(answer, id, _buffer);
        if (sse)
        {
            _buffer.Write("\n\n\r\n0\r\n\r\n"u8);
        }
    }

    /// <summary>Requests of one connection have the same path nearly always.</summary>
    private StubAnswers For(ReadOnlySpan<byte> head)
    {
        var path = head["POST ".Length..head.IndexOf(" HTTP/"u8)];
        if (_answers is null || !path.SequenceEqual(_path))
        {
            _path = path.ToArray();
            _answers = s_byPath.GetOrAdd(Encoding.ASCII.GetString(path), StubAnswers.Of);
        }

        return _answers;
    }

    private void Respond(string status, ReadOnlySpan<byte> body)
    {
        Write($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n\r\n");
        _buffer.Write(body);
    }

    private void Write(string text) => _buffer.Advance(Encoding.ASCII.GetBytes(text, _buffer.GetSpan(text.Length)));
}
