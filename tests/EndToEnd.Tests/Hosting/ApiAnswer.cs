using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace McpGateway.EndToEnd.Tests.Hosting;

/// <summary>What the REST API answered.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string Text(string member) => Json.GetProperty(member).GetString()!;

    /// <summary>Itself, when the status is that one.</summary>
    public ApiAnswer Expect(HttpStatusCode status)
    {
        Status.ShouldBe(status, Body);
        return this;
    }

    /// <summary>That it is a problem which names the field and says something about it.</summary>
    public void ShouldNameField(string field, string rule)
    {
        ContentType.ShouldBe("application/problem+json");
        Json.GetProperty("status").GetInt32().ShouldBe((int)Status);
        var errors = Json.GetProperty("errors");
        errors.TryGetProperty(field, out var messages).ShouldBeTrue(Body);
        messages.EnumerateArray().Select(message => message.GetString()).ShouldContain(message => message!.Contains(rule), Body);
    }
}
