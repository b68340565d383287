using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>The REST API as an administrator, or whoever the bearer token is, calls it.</summary>
internal sealed class RestApi(HttpClient http, string? bearer)
{
    public static async Task<RestApi> SignInAsync(HttpClient http, string email, string password)
    {
        var answer = await new RestApi(http, bearer: null).PostAsync("/auth/login", new { email, password });
        return new RestApi(http, answer.Expect(HttpStatusCode.OK).Text("access_token"));
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiAnswer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body is null ? null : JsonSerializer.Serialize(body));

    public Task<ApiAnswer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, JsonSerializer.Serialize(body));

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(
            response.StatusCode,
            response.Headers,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Registers an MCP server and waits until it is online.</summary>
    /// <param name="settings">A JSON-able object with at least name, and url or command.</param>
    /// <returns>Its id.</returns>
    public async Task<string> RegisterAsync(object settings)
    {
        var answer = (await PostAsync("/gateways", settings)).Expect(HttpStatusCode.Created);
        answer.Text("state").ShouldBe("online", answer.Body);
        return answer.Text("id");
    }

    /// <summary>Makes a virtual server of everything that these MCP servers offer.</summary>
    public async Task<string> ComposeAsync(string name, params string[] gateways) =>
        await CreateServerAsync(new { name, visibility = "public", associated_gateways = gateways });

    public async Task<string> CreateServerAsync(object settings) =>
        (await PostAsync("/servers", settings)).Expect(HttpStatusCode.Created).Text("id");

    /// <summary>Makes a token for these virtual servers; for all when none is named.</summary>
    public async Task<ApiToken> CreateTokenAsync(params string[] servers)
    {
        var scope = new { server_ids = servers };
        return await CreateTokenAsync(new { name = "test " + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), scope });
    }

    public async Task<ApiToken> CreateTokenAsync(object settings)
    {
        var answer = (await PostAsync("/tokens", settings)).Expect(HttpStatusCode.Created);
        return new ApiToken(answer.Json.GetProperty("token").GetProperty("id").GetString()!, answer.Text("access_token"));
    }
}

/// <summary>An API token: its id for administrators, its text for agents.</summary>
internal sealed record ApiToken(string Id, string Text);
