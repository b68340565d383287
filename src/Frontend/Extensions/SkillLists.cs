using System.Runtime.InteropServices;
using System.Text.Json;
using McpGateway.Frontend.Mcp;
using McpGateway.Frontend.Relay;
using McpGateway.Frontend.Sessions;
using McpGateway.Gateway.Metering;
using McpGateway.Protocol.JsonRpc;
using McpGateway.Protocol.Mcp;

namespace McpGateway.Frontend.Extensions;

/// <summary>
/// Answers <c>skills/list</c> for several upstreams: their entries one after the other, byte by byte, because they carry digests. One that
/// cannot answer is left out.
/// </summary>
internal sealed class SkillLists(UpstreamQueries queries)
{
    private const int MaxPages = 20;
    private const int MaxSkills = 10_000;

    public ValueTask ServeAsync(McpExchange exchange, IReadOnlyList<ExtensionTarget> members)
    {
        // All pages of all members come as one, so no cursor of ours exists.
        return exchange.Envelope.Cursor.IsPresent
            ? exchange.FailAsync(McpErrorCode.InvalidParams, "params.cursor: is not a cursor that this server gave; leave it out to begin anew.")
            : queries.RunAsync(exchange, members[0].Link, running => ListAsync(exchange, members, running));
    }

    private async ValueTask<RelayOutcome> ListAsync(McpExchange exchange, IReadOnlyList<ExtensionTarget> members, RunningCall running)
    {
        var skills = new List<JsonElement>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            foreach (var skill in await ReadAsync(exchange, member, running))
            {
                // The older member keeps a URI that two have: by it the skill is read.
                if (skills.Count < MaxSkills && (UriOf(skill) is not { } uri || known.Add(uri)))
                {
                    skills.Add(skill);
                }
            }
        }

        await exchange.SucceedAsync(Write, (exchange, skills));
        return RelayOutcome.Answered(CallResult.Succeeded);
    }

    private async ValueTask<List<JsonElement>> ReadAsync(McpExchange exchange, ExtensionTarget member, RunningCall running)
    {
        var skills = new List<JsonElement>();
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var reply = await queries.AskAsync(exchange, member.Link, Request(exchange, cursor), running);
            running.TryPass(0, isProgress: true);
            if (!reply.HasResult || !reply.Result.TryGetProperty("skills"u8, out var entries) || entries.ValueKind != JsonValueKind.Array)
            {
                break;
            }

            skills.AddRange(entries.EnumerateArray());
            if (!reply.Result.TryGetProperty("nextCursor"u8, out var next) || next.ValueKind != JsonValueKind.String)
            {
                break;
            }

            cursor = next.GetString();
        }

        return skills;
    }

    /// <summary>The client's request, for another page.</summary>
    private static ReadOnlyMemory<byte> Request(McpExchange exchange, string? cursor)
    {
        if (cursor is null)
        {
            return exchange.Body;
        }

        using var message = new PooledBuffer(512);
        JsonRpcWriter.WriteRequest(message, exchange.Id, McpMethods.Name(McpMethod.SkillsList), Answers.Object(writer =>
        {
            writer.WriteString("cursor"u8, cursor);
            if (exchange.Envelope.Meta.IsPresent)
            {
                writer.WritePropertyName("_meta"u8);
                writer.WriteRawValue(exchange.Slice(exchange.Envelope.Meta), skipInputValidation: true);
            }
        }));
        return message.WrittenSpan.ToArray();
    }

    private static string? UriOf(JsonElement skill) =>
        skill.ValueKind == JsonValueKind.Object && skill.TryGetProperty("uri"u8, out var uri) && uri.ValueKind == JsonValueKind.String ? uri.GetString() : null;

    private static void Write(PooledBuffer output, (McpExchange Exchange, List<JsonElement> Skills) state)
    {
        output.Write("{\"skills\":["u8);
        for (var i = 0; i < state.Skills.Count; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            output.Write(JsonMarshal.GetRawUtf8Value(state.Skills[i]));
        }

        output.Write("]"u8);
        ModernResult.WriteMembers(output, state.Exchange, isCacheable: true);
        output.Write("}"u8);
    }
}
