namespace McpGateway.Protocol.Tests;

/// <summary>Draws requests without fault: members in any order, with or without params and <c>_meta</c>.</summary>
internal static class RandomMessage
{
    private static readonly string[] s_ids = ["1", "-5", "\"x\"", "\"\\u0061\"", "98765432109876543210"];

    public static string Request(Random random)
    {
        var draw = new RandomJson(random);
        var hasParams = draw.Pick(5) > 0;
        var method = !hasParams ? "ping" : draw.Flip() ? "tools/call" : "prompts/get";
        var members = new List<(string, string)>
        {
            ("jsonrpc", draw.Text("2.0")), ("id", s_ids[draw.Pick(s_ids.Length)]), ("method", draw.Text(method)),
        };
        if (hasParams)
        {
            members.Add(("params", Params(draw)));
        }

        // Members of the params' names are opaque at the top; those of the message are distinct.
        return draw.Space() + draw.Object(1, [.. members]) + draw.Space();
    }

    private static string Params(RandomJson draw)
    {
        var members = new List<(string, string)> { ("name", draw.Text(draw.Flip() ? "find" : "a\"b/é")), ("arguments", draw.Object(2)) };
        if (draw.Pick(3) > 0)
        {
            members.Add(("_meta", Meta(draw)));
        }
        else
        {
            members.Add(("_meta", "{" + draw.Space() + "}"));
        }

        if (draw.Pick(4) == 0)
        {
            members.RemoveAt(2);
            members.Add(("ref", draw.Object(0)));
            return draw.Bare([.. members]);
        }

        return draw.Object(1, [.. members]);
    }

    private static string Meta(RandomJson draw)
    {
        (string, string)[] all =
        [
            ("progressToken", draw.Flip() ? "7" : draw.Text("t")), ("io.modelcontextprotocol/protocolVersion", draw.Text("2026-07-28")),
            ("io.modelcontextprotocol/clientInfo", draw.Object(1)), ("traceparent", draw.Text("00-1")), ("x", draw.Value(2)),
            ("io.modelcontextprotocol/other", draw.Value(1)), ("com.example/y", draw.Value(1)),
        ];
        return draw.Bare([.. all.Where(_ => draw.Flip())]);
    }
}
