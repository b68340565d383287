using McpGateway.Dashboard.Cluster;
using McpGateway.Dashboard.Configuration;
using McpGateway.Dashboard.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Dashboard.Components.Pages;

/// <summary>The first page: what there is and what goes on.</summary>
public sealed partial class Overview : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private OverviewModel? _model;
    private OverviewState _state = OverviewState.Empty(default);
    private bool _seesAllCalls;

    [Inject]
    internal OverviewClient Client { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IOptions<DashboardOptions> Options { get; set; } = null!;

    [Inject]
    private ILogger<Overview> Logger { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        if (_model is not null)
        {
            _model.Changed -= OnChanged;
            await _model.DisposeAsync();
        }

        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _model = new OverviewModel(Client, Time, Options.Value.RefreshEvery, Logger);
        await _model.LoadAsync(_leaving.Token);
        Take();

        // A prerendered page is a picture; only the one in the circuit lives on.
        if (RendererInfo.IsInteractive)
        {
            _model.Changed += OnChanged;
            _model.Follow();
        }
    }

    private void OnChanged() => _ = InvokeAsync(() =>
    {
        if (!_leaving.IsCancellationRequested)
        {
            Take();
            StateHasChanged();
        }
    });

    private void Take()
    {
        _state = _model!.Current;
        _seesAllCalls = _model.SeesAllCalls;
    }
}
