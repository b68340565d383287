using System.Text;
using McpGateway.Abstractions.Nodes;
using McpGateway.Abstractions.Seam;
using McpGateway.Frontend.Nodes;

namespace McpGateway.Frontend.Sessions;

/// <summary>What arrives at other nodes for the sessions that this one serves: cancels, log levels, and clients that resume a stream.</summary>
internal sealed partial class SessionMail(SessionTable sessions, SessionStreams streams, CarriedReplies carried, ILogger<SessionMail> logger) : INodeMailHandler
{
    public IReadOnlyList<NodeMailKind> Kinds { get; } = [NodeMailKind.Cancel, NodeMailKind.LogLevel, NodeMailKind.Resume];

    public void Handle(NodeMail mail)
    {
        switch (mail.Kind)
        {
            case NodeMailKind.Cancel:
                sessions.Peek(mail.Key)?.TryCancel(Encoding.UTF8.GetString(mail.Content.Span));
                break;
            case NodeMailKind.LogLevel when sessions.Peek(mail.Key) is { } session:
                session.LogLevel = mail.Detail;
                break;
            case NodeMailKind.Resume:
                _ = ResumeAsync(mail);
                break;
            default:
                break;
        }
    }

    private async Task ResumeAsync(NodeMail mail)
    {
        var reply = carried.Open(mail.Detail!);
        try
        {
            var slash = mail.Key.IndexOf('/', StringComparison.Ordinal);
            if (LastEventId.Parse(mail.Key[(slash + 1)..]) is not { } last || sessions.Peek(mail.Key[..slash])?.FindStream(last.Stream) is not { } stream)
            {
                await reply.RefuseAsync();
                return;
            }

            await streams.CopyAsync(stream, last.Number, reply);
        }
        catch (Exception exception) when (exception is OperationCanceledException || GrainFailure.IsTransient(exception))
        {
            LogBroken(logger, exception);
        }
        finally
        {
            carried.Close(mail.Detail!);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A stream that is resumed at another node broke off")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
