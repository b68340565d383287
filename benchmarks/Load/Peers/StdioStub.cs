using System.Buffers;

namespace McpGateway.Load.Peers;

/// <summary>The stub as a stdio server of 2025-11-25 with five tools: one message a line, answered in the order in which they come.</summary>
internal static class StdioStub
{
    public static async Task<int> RunAsync()
    {
        var answers = StubAnswers.Of("/legacy/5");
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        var received = new byte[256 * 1024];
        var filled = 0;
        var written = new ArrayBufferWriter<byte>(64 * 1024);
        int read;
        while ((read = await input.ReadAsync(received.AsMemory(filled))) > 0)
        {
            filled += read;
            filled = Answer(received, filled, answers, written);
            await output.WriteAsync(written.WrittenMemory);
            written.ResetWrittenCount();
        }

        return 0;
    }

    /// <summary>Answers the whole lines. How many bytes are left of one that is not whole.</summary>
    private static int Answer(byte[] received, int filled, StubAnswers answers, ArrayBufferWriter<byte> written)
    {
        var rest = received.AsSpan(0, filled);
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            var message = rest[..end];
            var id = StubAnswers.Id(message);
            if (!id.IsEmpty)
            {
                StubAnswers.Write(answers.To(message), id, written);
                written.Write("\n"u8);
            }
        }

        rest.CopyTo(received);
        return rest.Length;
    }
}
