using System.Buffers;
using McpGateway.Protocol.JsonRpc;

namespace McpGateway.Protocol.Mcp;

/// <summary>The edits the gateway makes in responses (protocol.md 2.2).</summary>
public static class ResultSplice
{
    /// <summary>Records the edits of a response. Call it once for a message. Errors have their id replaced and nothing else.</summary>
    /// <param name="edits">Receives the edits.</param>
    /// <param name="source">The message that <paramref name="scan"/> describes.</param>
    /// <param name="scan">A scan without fault.</param>
    /// <param name="change">What shall change.</param>
    public static void EditResult(this SpliceList edits, ReadOnlySpan<byte> source, in ResultScan scan, ResultEdit change)
    {
        Replace(edits, scan.Id, change.Id);
        if (scan.Kind is not MessageKind.Response)
        {
            return;
        }

        Replace(edits, scan.RequestState, change.RequestState);
        Replace(edits, scan.TaskId, change.TaskId);
        Replace(edits, scan.TtlMs, change.TtlMs);
        Replace(edits, scan.CacheScope, change.CacheScope);
        Replace(edits, scan.MetaServerInfo, change.ServerInfo);
        Replace(edits, scan.MetaOverhead, change.Overhead);

        var isMetaMissing = IsMissing(scan.MetaServerInfo, change.ServerInfo) || IsMissing(scan.MetaOverhead, change.Overhead);
        if (isMetaMissing && scan.Meta.IsPresent)
        {
            edits.Begin();
            WriteMeta(edits, scan, change);
            WriteCommaUnless(edits, MetaSplice.IsEmptyObject(scan.Meta.Slice(source)));
            edits.End(new ByteRange(scan.Meta.Start + 1, 0));
        }

        InsertMissing(edits, scan, change, insertsMeta: isMetaMissing && !scan.Meta.IsPresent);
    }

    private static void InsertMissing(SpliceList edits, in ResultScan scan, ResultEdit change, bool insertsMeta)
    {
        edits.Begin();
        var isFirst = true;
        WriteMissing(edits, "\"resultType\":"u8, scan.ResultType, change.ResultTypeIfAbsent, ref isFirst);
        WriteMissing(edits, "\"ttlMs\":"u8, scan.TtlMs, change.TtlMs, ref isFirst);
        WriteMissing(edits, "\"cacheScope\":"u8, scan.CacheScope, change.CacheScope, ref isFirst);
        if (insertsMeta)
        {
            WriteCommaUnless(edits, isFirst);
            isFirst = false;
            edits.Write("\"_meta\":{"u8);
            WriteMeta(edits, scan, change);
            edits.Write("}"u8);
        }

        if (isFirst)
        {
            return; // nothing was written; the next Begin starts at the same place
        }

        WriteCommaUnless(edits, scan.IsResultEmpty);
        edits.End(new ByteRange(scan.Result.Start + 1, 0));
    }

    private static void WriteMissing(
        SpliceList edits, ReadOnlySpan<byte> prefix, ByteRange existing, ReadOnlySpan<byte> value, ref bool isFirst)
    {
        if (!IsMissing(existing, value))
        {
            return;
        }

        WriteCommaUnless(edits, isFirst);
        isFirst = false;
        edits.Write(prefix);
        edits.Write(value);
    }

    private static void WriteMeta(SpliceList edits, in ResultScan scan, ResultEdit change)
    {
        var isFirst = true;
        WriteMissing(edits, "\"io.modelcontextprotocol/serverInfo\":"u8, scan.MetaServerInfo, change.ServerInfo, ref isFirst);
        WriteMissing(edits, "\"io.mcpgateway/overhead\":"u8, scan.MetaOverhead, change.Overhead, ref isFirst);
    }

    private static bool IsMissing(ByteRange existing, ReadOnlySpan<byte> value) => !existing.IsPresent && !value.IsEmpty;

    private static void WriteCommaUnless(SpliceList edits, bool condition)
    {
        if (!condition)
        {
            edits.Write(","u8);
        }
    }

    private static void Replace(SpliceList edits, ByteRange at, ReadOnlySpan<byte> raw)
    {
        if (at.IsPresent && !raw.IsEmpty)
        {
            edits.AddCopy(at, raw);
        }
    }
}
