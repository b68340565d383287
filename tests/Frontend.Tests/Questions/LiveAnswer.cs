using System.Text.Json;
using McpGateway.Testing;

namespace McpGateway.Frontend.Tests.Questions;

/// <summary>An answer that is read while it comes: the messages of an event stream, or the one of a JSON body.</summary>
internal sealed class LiveAnswer(HttpResponseMessage response) : IDisposable
{
    private StreamReader? _reader;

    public HttpResponseMessage Response => response;

    /// <summary>The next message; null at the end.</summary>
    public Task<JsonElement?> NextAsync() => ReadAsync().Soon();

    public void Dispose()
    {
        _reader?.Dispose();
        response.Dispose();
    }

    private async Task<JsonElement?> ReadAsync()
    {
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var isFirst = _reader is null;
        _reader ??= new StreamReader(await response.Content.ReadAsStreamAsync());
        if (!isStream)
        {
            return isFirst ? JsonElement.Parse(await _reader.ReadToEndAsync()) : null;
        }

        while (await _reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("data: {", StringComparison.Ordinal))
            {
                return JsonElement.Parse(line["data: ".Length..]);
            }
        }

        return null;
    }
}
