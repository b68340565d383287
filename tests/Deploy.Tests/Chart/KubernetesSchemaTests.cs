using System.Text.Json;
using System.Text.Json.Nodes;
using McpGateway.Deploy.Tests.Hosting;

namespace McpGateway.Deploy.Tests.Chart;

/// <summary>Whether an API server would take what the chart makes (tests/deploy/validate.mjs).</summary>
public sealed class KubernetesSchemaTests
{
    [Fact]
    public async Task EveryCombination_IsValid()
    {
        Dictionary<string, JsonNode> objects = [];
        foreach (var name in Combinations.Names.Select(row => row.Data))
        {
            foreach (var one in await Combinations.RenderAsync(name))
            {
                objects.TryAdd(one.ToJsonString(), one);
            }
        }

        objects.Count.ShouldBeGreaterThan(100);
        (await ComplaintsAsync(objects.Values)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"replicas":"2"}""", "/spec/replicas must be integer")]
    [InlineData("""{"replica":2}""", "/spec/replica is not known")]
    [InlineData("""{"selector":null}""", "selector")]
    [InlineData("""{"template":{"spec":{"containers":[{"image":"x"}]}}}""", "required property name")]
    [InlineData("""{"template":{"spec":{"containers":[{"name":"x","volumeMounts":[{"name":"x","mountPath":"/x","readonly":true}]}]}}}""", "readonly is not known")]
    public async Task ABrokenDeployment_IsComplainedOf(string spec, string complaint)
    {
        var deployment = JsonNode.Parse("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x"},
             "spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"x","image":"x"}]}}}}
            """)!;
        foreach (var (key, value) in JsonNode.Parse(spec)!.AsObject())
        {
            deployment["spec"]![key] = value?.DeepClone();
        }

        (await ComplaintsAsync([deployment])).ShouldContain(one => one.Contains(complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("apps/v1", "Deploymint", "there is no such kind")]
    [InlineData("v2", "Service", "there is no such kind")]
    public async Task AKindThatIsNotServed_IsComplainedOf(string apiVersion, string kind, string complaint) =>
        (await ComplaintsAsync([new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = "x" } }]))
            .ShouldHaveSingleItem().ShouldContain(complaint);

    private static async Task<string[]> ComplaintsAsync(IEnumerable<JsonNode> objects)
    {
        var input = new JsonArray([.. objects.Select(one => one.DeepClone())]).ToJsonString();
        var outcome = await Tools.NodeAsync([Tools.Validator], input);
        return JsonSerializer.Deserialize<string[]>(outcome.Expected())!;
    }
}
