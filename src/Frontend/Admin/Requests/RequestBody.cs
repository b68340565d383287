using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Gateway.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace McpGateway.Frontend.Admin.Requests;

/// <summary>A body that was read: its values, or what to answer instead.</summary>
internal sealed record ReadBody(RequestValues Values, IResult? Problem);

/// <summary>Reads the JSON bodies of requests within the limit of <c>Http:MaxRequestBodyBytes</c>.</summary>
internal sealed class RequestBody(IOptions<HttpOptions> options)
{
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly long _limit = options.Value.MaxRequestBodyBytes;

    /// <summary>Reads and checks a body of this shape. Ignored fields are named in the answer's <c>Warning</c> header.</summary>
    /// <param name="optional">A missing body counts as an empty object.</param>
    public async Task<ReadBody> ReadAsync(HttpContext context, RequestShape shape, bool optional = false)
    {
        var (document, problem) = await ReadDocumentAsync(context, optional);
        using (document)
        {
            if (problem is not null)
            {
                return new(RequestValues.None, problem);
            }

            var errors = new FieldErrors();
            var ignored = new SortedSet<string>(StringComparer.Ordinal);
            var values = document is null ? RequestValues.None : new FieldReader(errors, ignored).ReadRoot(document.RootElement, shape);
            Warnings.Ignored(context, "fields", ignored);
            return errors.Any ? new(RequestValues.None, Problems.Of(errors.ToRefusal())) : new(values, null);
        }
    }

    /// <summary>The body as a JSON object. The document is null when there is a problem, or no body where none is needed.</summary>
    public async Task<(JsonDocument? Document, IResult? Problem)> ReadDocumentAsync(HttpContext context, bool optional = false)
    {
        var request = context.Request;
        if (optional && (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false))
        {
            return (null, null);
        }

        if (!IsJson(request.ContentType))
        {
            return (null, Problems.Of(
                StatusCodes.Status415UnsupportedMediaType, $"Content-Type must be application/json, but is '{request.ContentType}'."));
        }

        if (request.ContentLength > _limit || await ReadBytesAsync(context) is not { } bytes)
        {
            return (null, Problems.Of(
                StatusCodes.Status413PayloadTooLarge, $"The body may have at most {_limit} bytes (Http:MaxRequestBodyBytes)."));
        }

        return Parse(bytes);
    }

    private static (JsonDocument? Document, IResult? Problem) Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var document = JsonDocument.Parse(bytes, s_strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return (document, null);
            }

            document.Dispose();
            return (null, Problems.Of(StatusCodes.Status400BadRequest, "The body must be a JSON object."));
        }
        catch (JsonException exception)
        {
            return (null, Problems.Of(StatusCodes.Status400BadRequest, DescribeMalformed(exception)));
        }
    }

    private static string DescribeMalformed(JsonException exception)
    {
        // A doubled field comes without a position, and its name stands in the message.
        if (exception.BytePositionInLine is not { } column)
        {
            return $"The body is not valid JSON: {exception.Message}";
        }

        var message = exception.Message.AsSpan();
        var tail = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return $"The body is not valid JSON at line {exception.LineNumber + 1}, byte {column + 1}: {(tail < 0 ? message : message[..tail])}";
    }

    /// <summary>All bytes; null when there are more than the limit.</summary>
    private async Task<byte[]?> ReadBytesAsync(HttpContext context)
    {
        // Our limit may be larger than the server's own.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature && feature.MaxRequestBodySize <= _limit)
        {
            feature.MaxRequestBodySize = _limit + 1;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(context.RequestAborted);
            }
            catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return null;
            }

            if (result.Buffer.Length > _limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return false;
        }

        return type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));
    }
}
