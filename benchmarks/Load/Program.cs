using McpGateway.Load.Peers;
using McpGateway.Load.Reports;
using McpGateway.Load.Scenarios;

return args switch
{
    ["stub"] => await StubServer.RunAsync(),
    ["stub", "stdio"] => await StdioStub.RunAsync(),
    ["floor", var upstream] => await FloorProxy.RunAsync(upstream),
    ["bench", var gateway, .. var chosen] => await Bench.RunAsync(gateway, chosen),
    ["report", var results, var documents] => await Report.WriteAsync(results, documents),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: McpGateway.Load bench GATEWAY.dll [SCENARIO ...]    stub [stdio]    floor UPSTREAM    report RESULTS.jsonl FOLDER");
    return 2;
}
