using System.Globalization;
using McpGateway.EndToEnd.Tests.Hosting;

namespace McpGateway.Cluster.Tests.Hosting;

/// <summary>One process of the cluster, which can be killed, frozen, stopped, and started again as what it was.</summary>
internal sealed class Node(string program, string address, (string Name, string? Value)[] environment, Island? island = null) : IAsyncDisposable
{
    // Six of them start at once on two cores.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromSeconds(3) };

    private ChildProgram? _process;

    public string Address { get; } = address;

    /// <summary>Where other silos reach it, if it is one.</summary>
    public int SiloPort => int.Parse(environment.Last(setting => setting.Name == "MCPGATEWAY_Cluster__SiloPort").Value!, CultureInfo.InvariantCulture);

    public int Id => _process!.Id;

    public bool HasEnded => _process is null || _process.HasEnded;

    /// <summary>What it wrote last, for messages.</summary>
    public string Recent => _process?.Recent ?? "";

    /// <summary>Starts it, and does not wait.</summary>
    public void Launch() => _process = Run("--urls", Address);

    /// <summary>Runs its program with its settings, beside it.</summary>
    public ChildProgram Run(params string[] arguments)
    {
        // …/artifacts/clustered/bin/McpGateway.Cluster.Tests/CONFIGURATION/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var file = Path.Combine(own.Parent!.Parent!.FullName, program, own.Name, program + ".dll");
        string[] command = ["dotnet", "exec", file, .. arguments];
        command = island?.There(command) ?? command;
        return ChildProgram.Start(command[0], command[1..], environment);
    }

    public async Task StartAsync()
    {
        Launch();
        await WaitUntilReadyAsync();
    }

    public async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!await AnswersAsync("/ready"))
        {
            if (HasEnded || patience.IsCancellationRequested)
            {
                throw new InvalidOperationException($"{program} at {Address} is not ready. It wrote: {Recent}");
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Waits until it asks to be started again.</summary>
    public async Task WaitUntilUnhealthyAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (await AnswersAsync("/health"))
        {
            await Task.Delay(100, patience.Token);
        }
    }

    /// <summary>Whether it answers 200 there.</summary>
    public async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var answer = await s_http.GetAsync(Address + path);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>As the kernel does it: at once and without a word.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>It stops in the middle of whatever it does.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>It goes on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <summary>As Kubernetes does it, and waits for its end. Its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("-TERM");
        return await _process!.WaitForEndAsync();
    }

    /// <summary>Waits for its end by itself.</summary>
    public Task<int> WaitForEndAsync() => _process!.WaitForEndAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task SignalAsync(string signal)
    {
        await using var kill = ChildProgram.Start("kill", [signal, $"{Id}"]);
        (await kill.WaitForEndAsync()).ShouldBe(0);
    }
}
