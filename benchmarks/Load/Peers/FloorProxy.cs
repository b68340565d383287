using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace McpGateway.Load.Peers;

/// <summary>
/// The least that a proxy on Kestrel and SocketsHttpHandler can do: it hands bodies over as they are, looks at nothing and counts nothing. What
/// the gateway costs beyond it is the gateway's own. It prints its port and runs until it is killed or its standard input closes.
/// </summary>
internal static class FloorProxy
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    public static async Task<int> RunAsync(string upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        using var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null };
        using var client = new HttpMessageInvoker(handler);
        app.Run(context => ForwardAsync(context, client, upstream));
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task ForwardAsync(HttpContext context, HttpMessageInvoker client, string upstream)
    {
        var reader = context.Request.BodyReader;
        var body = await reader.ReadAsync(context.RequestAborted);
        while (!body.IsCompleted)
        {
            reader.AdvanceTo(body.Buffer.Start, body.Buffer.End);
            body = await reader.ReadAsync(context.RequestAborted);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, upstream + context.Request.Path)
        {
            Content = new ReadOnlyMemoryContent(body.Buffer.IsSingleSegment ? body.Buffer.First : body.Buffer.ToArray()),
        };
        request.Content.Headers.ContentType = s_json;
        using var response = await client.SendAsync(request, context.RequestAborted);
        reader.AdvanceTo(body.Buffer.End);

        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.MediaType;
        context.Response.ContentLength = response.Content.Headers.ContentLength;
        await using var answer = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        int read;
        do
        {
            read = await answer.ReadAsync(context.Response.BodyWriter.GetMemory(4096), context.RequestAborted);
            context.Response.BodyWriter.Advance(read);
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }
        while (read > 0);
    }
}
