using System.Collections.Immutable;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Tests.Hosting;

namespace McpGateway.Frontend.Tests.Admin;

public sealed class ProblemTests
{
    public static TheoryData<RefusalKind, bool, int> Refusals => new()
    {
        { RefusalKind.Invalid, true, 422 },
        { RefusalKind.Invalid, false, 400 },
        { RefusalKind.Unauthenticated, false, 401 },
        { RefusalKind.Forbidden, false, 403 },
        { RefusalKind.NotFound, false, 404 },
        { RefusalKind.Conflict, true, 409 },
        { RefusalKind.Limited, false, 429 },
        { RefusalKind.Unavailable, false, 503 },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Refusal_OfAGrain_BecomesItsStatus(RefusalKind kind, bool withField, int expected)
    {
        await using var host = await ApiHost.StartAsync();
        var errors = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
        host.Grains.Catalog.Refusal = new Refusal(kind, "No.", withField ? errors.Add("name", ["is wrong."]) : errors);

        var answer = await host.PostAsync("/servers", """{"name":"a"}""");

        answer.Status.ShouldBe(expected);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Detail.ShouldBe("No.");
        answer["status"].ShouldBe(expected.ToString(System.Globalization.CultureInfo.InvariantCulture));
        answer["instance"].ShouldBe("/servers");
        answer["requestId"].ShouldBe(answer.Headers["X-Request-Id"]);
        answer.Headers.ContainsKey("Retry-After").ShouldBe(expected is 429 or 503);
        answer.Headers.ContainsKey("WWW-Authenticate").ShouldBe(expected == 401);
        if (withField)
        {
            answer.Error("name").ShouldBe("is wrong.");
        }
    }

    public static TheoryData<Exception, int> Faults => new()
    {
        { new TimeoutException("silo 10.0.0.7 gave no answer"), 503 },
        { new GrainStreamBrokenException("silo 10.0.0.7"), 503 },
        { new GrainUnavailableException("silo 10.0.0.7"), 503 },
        { new GrainStateConflictException("silo 10.0.0.7"), 409 },
        { new InvalidOperationException("silo 10.0.0.7"), 500 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Exception_OfAGrain_TellsNothingOfTheInside(Exception fault, int expected)
    {
        await using var host = await ApiHost.StartAsync();
        host.Grains.Catalog.Fault = fault;

        var answer = await host.GetAsync("/gateways/gw-1");

        answer.Status.ShouldBe(expected);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Text.ShouldNotContain("10.0.0.7");
        answer["requestId"].ShouldBe(answer.Headers["X-Request-Id"]);
    }

    [Fact]
    public async Task Path_Unknown_IsAProblem()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/no/such/thing");

        answer.Status.ShouldBe(404);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Detail.ShouldContain("/no/such/thing");
    }

    [Fact]
    public async Task Method_Unknown_IsAProblemThatNamesTheOthers()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync("PUT", "/tokens/tok-1", "{}");

        answer.Status.ShouldBe(405);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.Detail.ShouldContain("DELETE");
    }

    [Fact]
    public async Task Bug_Anywhere_IsAProblemWithoutItsMessage()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.GetAsync("/bug");

        answer.Status.ShouldBe(500);
        answer.Text.ShouldNotContain("secret");
        answer.Headers["X-Request-Id"].ShouldBe(answer["requestId"]);
    }

    [Theory]
    [InlineData("my-id:1.2_3", true)]
    [InlineData("bad id", false)]
    [InlineData("\"quoted\"", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public async Task RequestId_Sane_IsTakenOver(string given, bool expected)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.SendAsync("GET", "/health", headers: ("X-Request-Id", given));

        (answer.Headers["X-Request-Id"] == given).ShouldBe(expected);
        answer.Headers["X-Request-Id"].ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Host_Foreign_IsRefusedBeforeEverything()
    {
        await using var host = await ApiHost.StartAsync();

        (await host.SendAsync("GET", "/health", headers: ("Host", "evil.example"))).Status.ShouldBe(403);
        (await host.SendAsync("POST", "/mcp", "{}", headers: ("Origin", "https://evil.example"))).Text.ShouldContain("jsonrpc");
        (await host.SendAsync("POST", "/mcp", "{}", headers: ("Origin", "http://localhost:6274"))).Text.ShouldBe("spoken");
    }
}
