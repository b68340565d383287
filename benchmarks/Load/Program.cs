using McpGateway.Load;

return args switch
{
    ["stub"] => await StubServer.RunAsync(),
    ["floor", var upstream] => await FloorProxy.RunAsync(upstream),
    ["bench", var gateway, .. var chosen] => await Scenarios.RunAsync(gateway, chosen),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: McpGateway.Load bench GATEWAY.dll [start|memory|sessions|calls|floor ...]    McpGateway.Load stub    McpGateway.Load floor UPSTREAM");
    return 2;
}
