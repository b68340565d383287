using McpGateway.Frontend.Relay;

namespace McpGateway.Frontend.Mcp;

/// <summary>Reads a request's body whole into rented memory.</summary>
internal static class RequestBody
{
    /// <summary>The body, to be disposed by the caller; null when it is larger than <paramref name="limit"/> bytes.</summary>
    public static async ValueTask<PooledBuffer?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var received = result.Buffer;
            if (received.Length > limit)
            {
                reader.AdvanceTo(received.End);
                return null;
            }

            if (result.IsCompleted)
            {
                var body = new PooledBuffer(Math.Max((int)received.Length, 1));
                foreach (var segment in received)
                {
                    body.Write(segment.Span);
                }

                reader.AdvanceTo(received.End);
                return body;
            }

            reader.AdvanceTo(received.Start, received.End);
        }
    }
}
