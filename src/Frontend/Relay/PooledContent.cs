using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace McpGateway.Frontend.Relay;

/// <summary>A JSON request body that stands ready in memory which somebody else owns.</summary>
internal sealed class PooledContent : HttpContent
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly ReadOnlyMemory<byte> _body;

    public PooledContent(ReadOnlyMemory<byte> body)
    {
        _body = body;
        Headers.ContentType = s_json;
    }

    /// <summary>When it went out, and so when the request had a connection, as a timestamp; 0 before.</summary>
    public long SentAt { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        SentAt = Stopwatch.GetTimestamp();
        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
