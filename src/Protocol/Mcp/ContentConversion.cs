using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>
/// Makes a result readable for clients of older revisions, and puts a resource's exposed URI in the place of the upstream's own
/// (protocol.md 2.2). What needs no change costs at most a search for a few words.
/// </summary>
public static class ContentConversion
{
    /// <summary>Room for the longest name that is looked for, <c>description</c>, with each character escaped.</summary>
    private const int ScratchLength = 6 * 11;

    /// <summary>Records the edits of one response. Errors are left alone.</summary>
    /// <param name="edits">Receives the edits.</param>
    /// <param name="source">The message that <paramref name="scan"/> describes.</param>
    /// <param name="scan">A scan without fault.</param>
    /// <param name="method">The request's method, which says where content stands.</param>
    /// <param name="rules">What the client can read.</param>
    /// <param name="exposedUri">The exposed form of an upstream's URI, null for one that is the same; null when no URI differs.</param>
    public static void EditContent(
        this SpliceList edits, ReadOnlySpan<byte> source, in ResultScan scan, McpMethod method, ContentRules rules, Func<string, string?>? exposedUri = null)
    {
        if (scan.Kind is not MessageKind.Response)
        {
            return;
        }

        if (scan.StructuredContent.IsPresent && !IsReadable(source, scan.StructuredContent, rules.Structured))
        {
            DropStructured(edits, source, scan);
        }

        if (exposedUri is not null)
        {
            edits.EditAppUris(source, scan.Meta, exposedUri);
        }

        var member = method switch { McpMethod.PromptsGet => "messages", McpMethod.ResourcesRead => "contents", _ => null };
        var range = member is null ? scan.Content : scan.Result;
        if (!range.IsPresent || (exposedUri is null && !MayHold(range.Slice(source), rules)))
        {
            return;
        }

        var cursor = new JsonCursor(range.Slice(source), stackalloc byte[ScratchLength]);
        var pass = new ContentPass(edits, source, range.Start, rules, exposedUri);
        if (member is null)
        {
            pass.ReadBlocks(ref cursor);
        }
        else
        {
            pass.ReadMember(ref cursor, member);
        }
    }

    private static bool IsReadable(ReadOnlySpan<byte> source, ByteRange value, StructuredRule rule) => rule switch
    {
        StructuredRule.Any => true,
        StructuredRule.ObjectsOnly => value.IsObject(source),
        _ => false,
    };

    /// <summary>Whether a content type that the client does not know can be there. An escaped name is rare, so any escape counts.</summary>
    private static bool MayHold(ReadOnlySpan<byte> content, ContentRules rules) =>
        rules.ChangesContent
        && ((rules.LinksAsText && content.IndexOf("resource_link"u8) >= 0)
            || (rules.AudioAsText && content.IndexOf("audio"u8) >= 0)
            || content.Contains((byte)'\\'));

    /// <summary>Takes <c>structuredContent</c> out; where there is no other content it becomes text, so that nothing is lost.</summary>
    private static void DropStructured(SpliceList edits, ReadOnlySpan<byte> source, in ResultScan scan)
    {
        var value = scan.StructuredContent;
        if (!scan.Content.IsPresent)
        {
            var cut = MemberCut.NameAndValue(source, value);
            edits.Begin();
            edits.Write("\"content\":"u8);
            WriteAsText(edits, value.Slice(source));
            edits.End(cut);
            return;
        }

        edits.Add(MemberCut.Around(source, value), default);
        if (IsEmptyArray(scan.Content.Slice(source)))
        {
            edits.Begin();
            WriteAsText(edits, value.Slice(source));
            edits.End(scan.Content);
        }
    }

    private static void WriteAsText(SpliceList edits, ReadOnlySpan<byte> json)
    {
        edits.Write("[{\"type\":\"text\",\"text\":"u8);
        JsonStringBytes.Write(edits, json);
        edits.Write("}]"u8);
    }

    private static bool IsEmptyArray(ReadOnlySpan<byte> value) => value[0] == (byte)'[' && value[1..^1].Trim(" \t\r\n"u8).IsEmpty;

    /// <summary>Visits the content blocks of one result.</summary>
    private readonly ref struct ContentPass(
        SpliceList edits, ReadOnlySpan<byte> source, int offset, ContentRules rules, Func<string, string?>? exposedUri)
    {
        private readonly ReadOnlySpan<byte> _source = source;

        /// <summary>Visits the entries of an array member of the result: each is a block (<c>contents</c>) or has some (<c>messages</c>).</summary>
        public void ReadMember(ref JsonCursor cursor, ReadOnlySpan<char> member)
        {
            var isContents = member is "contents";
            var name = isContents ? "contents"u8 : "messages"u8;
            cursor.Next();
            while (cursor.NextKey(out var key))
            {
                if (!key.SequenceEqual(name))
                {
                    cursor.ReadValue();
                }
                else if (isContents)
                {
                    ReadBlocks(ref cursor);
                }
                else
                {
                    ReadMessages(ref cursor);
                }
            }
        }

        /// <summary>Visits a block or an array of blocks.</summary>
        public void ReadBlocks(ref JsonCursor cursor)
        {
            var start = cursor.Next();
            if (cursor.TokenType is JsonTokenType.StartObject)
            {
                Edit(ContentBlock.Read(ref cursor, start));
            }
            else if (cursor.TokenType is JsonTokenType.StartArray)
            {
                for (start = cursor.Next(); cursor.TokenType is not JsonTokenType.EndArray; start = cursor.Next())
                {
                    if (cursor.TokenType is JsonTokenType.StartObject)
                    {
                        Edit(ContentBlock.Read(ref cursor, start));
                    }
                    else
                    {
                        cursor.SkipRest();
                    }
                }
            }
        }

        private void ReadMessages(ref JsonCursor cursor)
        {
            cursor.Next();
            if (cursor.TokenType is not JsonTokenType.StartArray)
            {
                cursor.SkipRest();
                return;
            }

            for (cursor.Next(); cursor.TokenType is not JsonTokenType.EndArray; cursor.Next())
            {
                if (cursor.TokenType is not JsonTokenType.StartObject)
                {
                    cursor.SkipRest();
                    continue;
                }

                while (cursor.NextKey(out var key))
                {
                    if (key.SequenceEqual("content"u8))
                    {
                        ReadBlocks(ref cursor);
                    }
                    else
                    {
                        cursor.ReadValue();
                    }
                }
            }
        }

        private void Edit(in ContentBlock block)
        {
            if (rules.LinksAsText && IsOfType(block, "resource_link"u8))
            {
                WriteLink(block);
            }
            else if (rules.AudioAsText && IsOfType(block, "audio"u8))
            {
                WriteAudio(block);
            }
            else
            {
                ExposeUri(block.Uri);
                ExposeUri(block.ResourceUri);
            }
        }

        private bool IsOfType(in ContentBlock block, ReadOnlySpan<byte> type) =>
            block.Type.IsPresent && JsonStringBytes.TextEquals(Token(block.Type), type);

        private ReadOnlySpan<byte> Token(ByteRange range) => range.Shift(offset).Slice(_source);

        private void ExposeUri(ByteRange uri)
        {
            if (uri.IsPresent && exposedUri?.Invoke(JsonStringBytes.GetString(Token(uri))) is { } exposed)
            {
                edits.Begin();
                JsonStringBytes.Write(edits, exposed);
                edits.End(uri.Shift(offset));
            }
        }

        // What the link said, as a person would write it; tokens are escaped already, so that they are copied.
        private void WriteLink(in ContentBlock block)
        {
            edits.Begin();
            edits.Write("{\"type\":\"text\",\"text\":\"Resource"u8);
            WriteInner(" "u8, block.Title.IsPresent ? block.Title : block.Name);
            WriteInner("\\n"u8, block.Description);
            if (block.Uri.IsPresent)
            {
                edits.Write("\\n"u8);
                var own = Token(block.Uri);
                if (exposedUri?.Invoke(JsonStringBytes.GetString(own)) is { } exposed)
                {
                    edits.Write(JsonStringBytes.Inner(JsonStringBytes.Encode(exposed)));
                }
                else
                {
                    edits.Write(JsonStringBytes.Inner(own));
                }
            }

            EndText(block);
        }

        private void WriteAudio(in ContentBlock block)
        {
            edits.Begin();
            edits.Write("{\"type\":\"text\",\"text\":\"[Audio left out"u8);
            WriteInner(": "u8, block.MimeType);
            var bytes = Math.Max(block.Data.Length - 2, 0) / 4 * 3;
            edits.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $", about {bytes} bytes. This client's protocol revision has no audio content.]")));
            EndText(block);
        }

        private void WriteInner(ReadOnlySpan<byte> before, ByteRange token)
        {
            if (token.IsPresent)
            {
                edits.Write(before);
                edits.Write(JsonStringBytes.Inner(Token(token)));
            }
        }

        private void EndText(in ContentBlock block)
        {
            edits.Write("\""u8);
            if (block.Annotations.IsPresent)
            {
                edits.Write(",\"annotations\":"u8);
                edits.Write(Token(block.Annotations));
            }

            edits.Write("}"u8);
            edits.End(block.Raw.Shift(offset));
        }
    }
}
