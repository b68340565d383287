using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Gateway.Hosting;

namespace McpGateway.Frontend.Nodes;

/// <summary>The one owner of this node's stream of mail; subscribes anew, after what it has seen, whenever the stream ends or falls silent.</summary>
internal sealed partial class NodeMailbox : BackgroundService
{
    // The mailbox speaks every two seconds.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly IGrains _grains;
    private readonly NodePost _post;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<NodeMailKind, INodeMailHandler> _handlers;
    private long _lastNumber;
    private bool _lost;

    public NodeMailbox(IGrains grains, NodePost post, IEnumerable<INodeMailHandler> handlers, TimeProvider time, ILogger<NodeMailbox> logger)
    {
        (_grains, _post, _time, _logger) = (grains, post, time, logger);
        _handlers = handlers.SelectMany(handler => handler.Kinds, (handler, kind) => (handler, kind)).ToDictionary(taken => taken.kind, taken => taken.handler);
        post.Arrived += Deliver;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = new GrowingPause(s_firstPause, s_longestPause, _time);
        try
        {
            while (true)
            {
                if (await FollowAsync(stoppingToken))
                {
                    pause.Reset();
                }

                await pause.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>Reads one stream until it ends. True when it said anything at all.</summary>
    private async Task<bool> FollowAsync(CancellationToken stoppingToken)
    {
        using var silence = new CancellationTokenSource(s_silence, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, silence.Token);
        var heard = false;
        try
        {
            await foreach (var mail in _grains.Get<INodeGrain>(_post.Self).ReceiveAsync(_lastNumber, linked.Token))
            {
                heard = true;
                _lost = false;
                silence.CancelAfter(s_silence);
                if (mail.Number > _lastNumber)
                {
                    _lastNumber = mail.Number;
                    Deliver(mail);
                }
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (!_lost)
            {
                LogLost(_logger, exception);
            }

            _lost = true;
        }

        return heard;
    }

    private void Deliver(NodeMail mail)
    {
        try
        {
            _handlers.GetValueOrDefault(mail.Kind)?.Handle(mail);
        }
        catch (Exception exception)
        {
            LogFailed(_logger, exception, mail.Kind);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "This node's mailbox cannot be read; trying again")]
    private static partial void LogLost(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail of kind {Kind} could not be taken")]
    private static partial void LogFailed(ILogger logger, Exception exception, NodeMailKind kind);
}
