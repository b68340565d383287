namespace McpGateway.Protocol.Mcp;

/// <summary>What has to change in a result before a client of some revision can read it (protocol.md 2.2, last rows).</summary>
/// <param name="Structured">What the client knows of structured output.</param>
/// <param name="LinksAsText">The client does not know content of type <c>resource_link</c> (before 2025-06-18).</param>
/// <param name="AudioAsText">The client does not know content of type <c>audio</c> (2024-11-05).</param>
public readonly record struct ContentRules(StructuredRule Structured, bool LinksAsText, bool AudioAsText)
{
    /// <summary>The rules of a revision.</summary>
    public static ContentRules For(ProtocolRevision revision) => new(
        revision.HasAnyStructuredContent() ? StructuredRule.Any
            : revision.HasStructuredOutput() ? StructuredRule.ObjectsOnly : StructuredRule.None,
        LinksAsText: !revision.HasStructuredOutput(),
        AudioAsText: !revision.HasAudioAndAnnotations());

    /// <summary>A content type that the client does not know is possible.</summary>
    public bool ChangesContent => LinksAsText || AudioAsText;
}
