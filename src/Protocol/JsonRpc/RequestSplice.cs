using System.Buffers;

namespace McpGateway.Protocol.JsonRpc;

/// <summary>The edits the gateway makes in requests and notifications. Each records an edit in a <see cref="SpliceList"/>.</summary>
/// <remarks>A member that is absent cannot be replaced: those methods then answer false and record nothing.</remarks>
public static class RequestSplice
{
    /// <summary>Replaces <c>params.name</c>.</summary>
    public static bool ReplaceName(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> name) =>
        ReplaceString(edits, envelope.Name, name);

    /// <summary>Replaces <c>params.uri</c>.</summary>
    public static bool ReplaceUri(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> uri) =>
        ReplaceString(edits, envelope.Uri, uri);

    /// <summary>Replaces <c>params.ref.name</c>.</summary>
    public static bool ReplaceRefName(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> name) =>
        ReplaceString(edits, envelope.RefName, name);

    /// <summary>Replaces <c>params.ref.uri</c>.</summary>
    public static bool ReplaceRefUri(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> uri) =>
        ReplaceString(edits, envelope.RefUri, uri);

    /// <summary>Replaces <c>params.taskId</c>.</summary>
    public static bool ReplaceTaskId(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> taskId) =>
        ReplaceString(edits, envelope.TaskId, taskId);

    /// <summary>Replaces <c>params.requestState</c>.</summary>
    public static bool ReplaceRequestState(this SpliceList edits, in Envelope envelope, ReadOnlySpan<char> state) =>
        ReplaceString(edits, envelope.RequestState, state);

    /// <summary>Replaces the id, of requests and of responses. The new one is raw JSON and is copied.</summary>
    public static bool ReplaceId(this SpliceList edits, in Envelope envelope, ReadOnlySpan<byte> rawId) =>
        ReplaceRaw(edits, envelope.Id, rawId);

    /// <summary>Replaces <c>params.requestId</c> of <c>notifications/cancelled</c>. The new one is raw JSON and is copied.</summary>
    public static bool ReplaceRequestId(this SpliceList edits, in Envelope envelope, ReadOnlySpan<byte> rawId) =>
        ReplaceRaw(edits, envelope.RequestId, rawId);

    /// <summary>
    /// Replaces the progress token where the message carries it: <c>params.progressToken</c> in <c>notifications/progress</c>, else
    /// <c>_meta.progressToken</c>. Not together with <see cref="EditMeta"/> on a request, which sets the token itself.
    /// </summary>
    public static bool ReplaceProgressToken(this SpliceList edits, in Envelope envelope, ReadOnlySpan<byte> rawToken) =>
        ReplaceRaw(edits, envelope.ProgressToken, rawToken);

    /// <summary>Changes <c>params._meta</c>, creating it, or <c>params</c>, if absent. At most once for a message.</summary>
    /// <param name="edits">Receives the edit.</param>
    /// <param name="source">The message that <paramref name="envelope"/> describes.</param>
    /// <param name="envelope">Of a request or notification without fault.</param>
    /// <param name="change">What shall change.</param>
    public static void EditMeta(this SpliceList edits, ReadOnlySpan<byte> source, in Envelope envelope, MetaEdit change) =>
        MetaSplice.Apply(edits, source, envelope, change);

    /// <summary>
    /// Sets or removes <c>params.inputResponses</c> and <c>params.requestState</c>: what makes a request a retry (2026-07-28).
    /// </summary>
    /// <param name="edits">Receives the edits.</param>
    /// <param name="envelope">Of a request without fault, whose <c>params</c> has members: every method that may be retried has.</param>
    /// <param name="inputResponses">A JSON object; empty for none.</param>
    /// <param name="requestState">A JSON string; empty for none.</param>
    public static void SetRetry(
        this SpliceList edits, in Envelope envelope, ReadOnlySpan<byte> inputResponses, ReadOnlySpan<byte> requestState)
    {
        SetParam(edits, envelope, envelope.InputResponses, "\"inputResponses\":"u8, inputResponses);
        SetParam(edits, envelope, envelope.RequestState, "\"requestState\":"u8, requestState);
    }

    private static void SetParam(
        SpliceList edits, in Envelope envelope, ByteRange present, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (present.IsPresent)
        {
            // A null says the same as an absent member, and taking the text out could meet the edit of a neighbour.
            edits.AddCopy(present, value.IsEmpty ? "null"u8 : value);
        }
        else if (!value.IsEmpty)
        {
            edits.Begin();
            edits.Write(name);
            edits.Write(value);
            edits.Write(","u8);
            edits.End(new ByteRange(envelope.Params.Start + 1, 0));
        }
    }

    private static bool ReplaceString(SpliceList edits, ByteRange at, ReadOnlySpan<char> text)
    {
        if (!at.IsPresent)
        {
            return false;
        }

        edits.Begin();
        JsonStringBytes.Write(edits, text);
        edits.End(at);
        return true;
    }

    private static bool ReplaceRaw(SpliceList edits, ByteRange at, ReadOnlySpan<byte> raw)
    {
        if (!at.IsPresent)
        {
            return false;
        }

        edits.AddCopy(at, raw);
        return true;
    }
}
