using System.Text;

namespace McpGateway.Protocol.Mcp;

/// <summary>What a revision is called and what exists in it (the table of protocol.md 1.1).</summary>
public static class ProtocolRevisions
{
    /// <summary>The newest revision with the <c>initialize</c> handshake: what a server answers to an unknown one.</summary>
    public const ProtocolRevision LatestLegacy = ProtocolRevision.November2025;

    /// <summary>The newest revision.</summary>
    public const ProtocolRevision LatestModern = ProtocolRevision.July2026;

    /// <summary>What a legacy HTTP request without version header is taken for.</summary>
    public const ProtocolRevision AssumedWithoutHeader = ProtocolRevision.March2025;

    private static readonly string[] s_texts = ["", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    /// <summary>The legacy revisions, newest first.</summary>
    public static IReadOnlyList<ProtocolRevision> Legacy { get; } =
        [ProtocolRevision.November2025, ProtocolRevision.June2025, ProtocolRevision.March2025, ProtocolRevision.November2024];

    /// <summary>The modern revisions, newest first: what <c>supportedVersions</c> lists.</summary>
    public static IReadOnlyList<ProtocolRevision> Modern { get; } = [ProtocolRevision.July2026];

    /// <summary>The revision of that date, if we know it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ProtocolRevision revision)
    {
        for (var i = s_texts.Length - 1; i > 0; i--)
        {
            if (text.SequenceEqual(s_texts[i]))
            {
                revision = (ProtocolRevision)i;
                return true;
            }
        }

        revision = ProtocolRevision.None;
        return false;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out ProtocolRevision)"/>
    /// <param name="utf8">Unescaped, without quotes.</param>
    /// <param name="revision">The revision.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ProtocolRevision revision)
    {
        revision = ProtocolRevision.None;
        Span<char> text = stackalloc char[10];
        return utf8.Length == text.Length && Ascii.ToUtf16(utf8, text, out _) is System.Buffers.OperationStatus.Done
            && TryParse(text, out revision);
    }

    /// <summary>The date on the wire; empty for <see cref="ProtocolRevision.None"/>.</summary>
    public static string Text(this ProtocolRevision revision) => s_texts[(int)revision];

    /// <summary>Metadata in every request, no session, no requests from the server.</summary>
    public static bool IsModern(this ProtocolRevision revision) => revision >= ProtocolRevision.July2026;

    /// <summary>Opens with <c>initialize</c>.</summary>
    public static bool IsLegacy(this ProtocolRevision revision) => revision is > ProtocolRevision.None and < ProtocolRevision.July2026;

    /// <summary>Arrays of messages MUST be received; in every other revision they are refused.</summary>
    public static bool AcceptsBatches(this ProtocolRevision revision) => revision is ProtocolRevision.March2025;

    /// <summary>The transport is HTTP+SSE with an <c>endpoint</c> event.</summary>
    public static bool UsesHttpSse(this ProtocolRevision revision) => revision is ProtocolRevision.November2024;

    /// <summary>Requests after <c>initialize</c> carry <c>MCP-Protocol-Version</c>.</summary>
    public static bool HasVersionHeader(this ProtocolRevision revision) => revision >= ProtocolRevision.June2025;

    /// <summary>Server and client may share a session, named by <c>Mcp-Session-Id</c>.</summary>
    public static bool HasSessions(this ProtocolRevision revision) => revision is >= ProtocolRevision.March2025 and < ProtocolRevision.July2026;

    /// <summary>A broken stream can be resumed with <c>Last-Event-ID</c>.</summary>
    public static bool HasResumption(this ProtocolRevision revision) => revision.HasSessions();

    /// <summary>A stream may begin with an event without data and be polled (<c>retry</c>).</summary>
    public static bool HasStreamPolling(this ProtocolRevision revision) => revision is ProtocolRevision.November2025;

    /// <summary>The server may send requests of its own; in modern revisions it answers <c>input_required</c> instead.</summary>
    public static bool HasServerRequests(this ProtocolRevision revision) => revision.IsLegacy();

    /// <summary>Elicitation with a form exists.</summary>
    public static bool HasElicitation(this ProtocolRevision revision) => revision >= ProtocolRevision.June2025;

    /// <summary>Elicitation by URL exists.</summary>
    public static bool HasUrlElicitation(this ProtocolRevision revision) => revision >= ProtocolRevision.November2025;

    /// <summary>Tasks are part of the core.</summary>
    public static bool HasCoreTasks(this ProtocolRevision revision) => revision is ProtocolRevision.November2025;

    /// <summary>Audio content, tool annotations, the <c>completions</c> capability and progress messages exist.</summary>
    public static bool HasAudioAndAnnotations(this ProtocolRevision revision) => revision >= ProtocolRevision.March2025;

    /// <summary><c>structuredContent</c>, <c>outputSchema</c>, <c>resource_link</c>, <c>title</c> and <c>_meta</c> exist.</summary>
    public static bool HasStructuredOutput(this ProtocolRevision revision) => revision >= ProtocolRevision.June2025;

    /// <summary><c>structuredContent</c> may be any JSON value, not only an object.</summary>
    public static bool HasAnyStructuredContent(this ProtocolRevision revision) => revision.IsModern();

    /// <summary>Icons and an implementation's description and website exist.</summary>
    public static bool HasIcons(this ProtocolRevision revision) => revision >= ProtocolRevision.November2025;

    /// <summary>Results carry <c>resultType</c>, cacheable ones <c>ttlMs</c> and <c>cacheScope</c>.</summary>
    public static bool HasResultType(this ProtocolRevision revision) => revision.IsModern();

    /// <summary>"Resource not found" is -32002; later it is -32602 with <c>data.uri</c>.</summary>
    public static bool HasResourceNotFoundCode(this ProtocolRevision revision) => revision.IsLegacy();
}
