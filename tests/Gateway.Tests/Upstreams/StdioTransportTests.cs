using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using McpGateway.Abstractions.Upstreams;
using McpGateway.Gateway.Upstreams;
using McpGateway.Gateway.Upstreams.Stdio;
using McpGateway.Testing;

namespace McpGateway.Gateway.Tests.Upstreams;

public sealed class StdioTransportTests
{
    private readonly List<string> _log = [];

    [Fact]
    public async Task Child_SeesNothingOfOurEnvironment()
    {
        Environment.SetEnvironmentVariable("MCPGATEWAY_TEST_SECRET", "hidden");
        var launch = Shell("env >&2; echo done >&2") with
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("GIVEN", "value").Add("LANG", "C"),
        };
        await using var child = await StartAsync(launch);

        await SeesAsync("done");

        var names = Lines().Where(line => line.Contains('=')).Select(line => line[..line.IndexOf('=')]).Except(["PWD", "SHLVL", "_", "OLDPWD", "TMPDIR"]);
        names.Order().ShouldBe(["GIVEN", "HOME", "LANG", "PATH"]);
        Lines().ShouldContain("LANG=C");
    }

    [Fact]
    public async Task WorkingFolder_IsTheChilds()
    {
        await using var child = await StartAsync(Shell("pwd >&2") with { WorkingFolder = "/usr" });

        await SeesAsync("/usr");
    }

    [Theory]
    [InlineData("no-such-command-anywhere", null, "was not found")]
    [InlineData("/etc/passwd", null, "was not found or is not executable")]
    [InlineData("sh", "/no/such/folder", "does not exist")]
    public async Task Start_OfWhatIsNotThere_SaysWhat(string command, string? folder, string text)
    {
        var failure = await Should.ThrowAsync<UpstreamException>(() => StartAsync(new StdioLaunch(command, [], ImmutableDictionary<string, string>.Empty, folder)));

        failure.Failure.Fault.ShouldBe(UpstreamFault.Unreachable);
        failure.Failure.Detail.ShouldContain(text);
    }

    [Fact]
    public async Task Messages_GoInAndComeOutAsLines_AndOtherOutputIsLogged()
    {
        await using var child = await StartAsync(Shell("echo Welcome; read line; echo \"$line\"; echo '{\"second\":1}'"));

        await child.SendAsync("{\"a\":\n[1,\r\n2]}"u8.ToArray(), UpstreamRig.Cancelled);

        Text(await child.ReceiveAsync(UpstreamRig.Cancelled)).ShouldBe("{\"a\": [1,  2]}");
        Text(await child.ReceiveAsync(UpstreamRig.Cancelled)).ShouldBe("{\"second\":1}");
        Lines().ShouldContain("Welcome");
    }

    [Fact]
    public async Task End_OfTheProcess_IsToldWithItsExitCode()
    {
        await using var child = await StartAsync(Shell("echo '{\"last\":1}'; exit 7"));

        Text(await child.ReceiveAsync(UpstreamRig.Cancelled)).ShouldBe("{\"last\":1}");
        var end = await Should.ThrowAsync<UpstreamException>(async () => await child.ReceiveAsync(UpstreamRig.Cancelled));
        end.Failure.Fault.ShouldBe(UpstreamFault.Broken);
        end.Failure.Detail.ShouldContain("exit code 7");
    }

    [Fact]
    public async Task End_WhileAGrandchildHoldsTheOutput_IsToldAllTheSame()
    {
        await using var child = await StartAsync(Shell("sleep 60 & exit 3"));

        var end = await Should.ThrowAsync<UpstreamException>(() => child.ReceiveAsync(UpstreamRig.Cancelled).Soon());
        end.Failure.Detail.ShouldContain("exit code 3");
    }

    [Fact]
    public async Task Message_LongerThanAllowed_IsAFault()
    {
        await using var child = await StartAsync(Shell("printf '{'; head -c 200000 /dev/zero | tr '\\0' x; echo; sleep 60"), options => options.MaxResponseBytes = 100_000);

        var end = await Should.ThrowAsync<UpstreamException>(() => child.ReceiveAsync(UpstreamRig.Cancelled).Soon());
        end.Failure.Fault.ShouldBe(UpstreamFault.Invalid);
    }

    [Fact]
    public async Task StandardError_IsCollectedInLines_LongOnesCutAndCleaned()
    {
        await using var child = await StartAsync(Shell("printf '\\033[31mred\\033[0m\\n' >&2; head -c 100000 /dev/zero | tr '\\0' x >&2; echo >&2; echo after >&2"));

        await SeesAsync("after");

        Lines()[0].ShouldBe("[31mred[0m");
        Lines()[1].ShouldBe(new string('x', StdioTransport.MaxErrorLine));
    }

    [Fact]
    public async Task Stop_OfAWellBehavedChild_IsQuick()
    {
        var child = await StartAsync(Shell("cat"), options => options.StopPatience = TimeSpan.FromSeconds(30));
        var clock = Stopwatch.StartNew();

        await child.DisposeAsync().Soon();

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        IsAlive(child.ProcessId).ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_OfAStubbornTree_KillsEveryMember()
    {
        // Two grandchildren: one in the child's session, one in a session of its own; all ignore SIGTERM and the end of input.
        var child = await StartAsync(UpstreamRig.Launch("--stubborn", "--grandchildren"), options => options.StopPatience = TimeSpan.FromMilliseconds(300));
        await Eventually.TrueAsync(() => Lines().Any(line => line.StartsWith("grandchildren", StringComparison.Ordinal)), "the grandchildren are named");
        var tree = Lines().First(line => line.StartsWith("grandchildren", StringComparison.Ordinal)).Split(' ').Skip(1)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Append(child.ProcessId).ToArray();
        tree.ShouldAllBe(id => IsAlive(id));

        await child.DisposeAsync().Soon();

        tree.ShouldAllBe(id => !IsAlive(id));
    }

    [Fact]
    public async Task Stop_AfterTheChildDied_KillsWhatItLeftBehind()
    {
        var child = await StartAsync(Shell("trap '' TERM; (trap '' TERM HUP; sleep 300) & echo $! >&2; exit 1"), options => options.StopPatience = TimeSpan.FromMilliseconds(300));
        await Eventually.TrueAsync(() => Lines().Length > 0, "the orphan is named");
        var orphan = int.Parse(Lines()[0], CultureInfo.InvariantCulture);
        await Should.ThrowAsync<UpstreamException>(() => child.ReceiveAsync(UpstreamRig.Cancelled).Soon());
        IsAlive(orphan).ShouldBeTrue();

        await child.DisposeAsync().Soon();

        IsAlive(orphan).ShouldBeFalse();
    }

    [Fact]
    public async Task Stop_OfAChildThatListensToSigterm_LetsItFinish()
    {
        var child = await StartAsync(
            Shell("trap 'echo goodbye >&2; exit 0' TERM; echo ready >&2; while true; do sleep 0.1; done"), options => options.StopPatience = TimeSpan.FromSeconds(3));
        await SeesAsync("ready");

        await child.DisposeAsync().Soon();

        Lines().ShouldContain("goodbye");
    }

    [Fact]
    public async Task Send_ToADeadChild_IsAFault()
    {
        await using var child = await StartAsync(Shell("exit 0"));
        await Should.ThrowAsync<UpstreamException>(() => child.ReceiveAsync(UpstreamRig.Cancelled).Soon());

        var failure = await Should.ThrowAsync<UpstreamException>(async () => await child.SendAsync("{}"u8.ToArray(), UpstreamRig.Cancelled));

        failure.Failure.Fault.ShouldBe(UpstreamFault.Broken);
    }

    [Theory]
    [InlineData("--dual", Era.Modern)]
    [InlineData("--modern", Era.Modern)]
    [InlineData("--greet", Era.Legacy)]
    [InlineData("--exit-on-probe", Era.Legacy)]
    [InlineData("--silent-on-probe", Era.Legacy)]
    public async Task Inspect_FindsTheEra(string option, Era era)
    {
        using var rig = new UpstreamRig();

        var found = await rig.InspectAsync(UpstreamRig.StdioTarget(option, "--page=3"));

        found.Failure.ShouldBeNull();
        found.Verdict!.Era.ShouldBe(era);
        found.Verdict.ServerName.ShouldBe("stdio-fixture");
        found.Items.Length.ShouldBe(10);
    }

    [Fact]
    public async Task Inspect_WithAStaleVerdict_FindsOut()
    {
        using var rig = new UpstreamRig();

        (await rig.InspectAsync(UpstreamRig.StdioTarget("--modern"), Era.Legacy)).Verdict!.Era.ShouldBe(Era.Modern);
        (await rig.InspectAsync(UpstreamRig.StdioTarget("--greet"), Era.Modern)).Verdict!.Era.ShouldBe(Era.Legacy);
    }

    [Fact]
    public async Task Inspect_OfAProcessThatDies_SaysSo()
    {
        using var rig = new UpstreamRig();

        var found = await rig.InspectAsync(UpstreamRig.StdioTarget("--exit-on=tools/list"));

        found.Failure!.Fault.ShouldBe(UpstreamFault.Broken);
        found.Failure.Detail.ShouldContain("exit code 3");
    }

    [Fact]
    public async Task Probe_OfAFailingCommand_ShowsItsLastWords()
    {
        using var rig = new UpstreamRig();

        var probe = await rig.Prober.ProbeAsync(
            new UpstreamInput { Command = "sh", Arguments = ["-c", "echo 'module not found' >&2; exit 1"] }, UpstreamRig.Cancelled);

        probe.Success.ShouldBeFalse();
        probe.Error.ShouldNotBeNull().ShouldContain("module not found");
    }

    private static StdioLaunch Shell(string script) => new("sh", ["-c", script], ImmutableDictionary<string, string>.Empty, null);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<StdioTransport> StartAsync(StdioLaunch launch, Action<UpstreamOptions>? configure = null)
    {
        var options = new UpstreamOptions();
        configure?.Invoke(options);
        return StdioTransport.StartAsync(launch, options, AddLine, TimeProvider.System);
    }

    private Task SeesAsync(string line) => Eventually.TrueAsync(() => Lines().Contains(line), $"'{line}' is logged");

    private string[] Lines()
    {
        lock (_log)
        {
            return [.. _log];
        }
    }

    private void AddLine(string line)
    {
        lock (_log)
        {
            _log.Add(line);
        }
    }
}
