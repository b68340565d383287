using System.Text;
using McpGateway.Abstractions.Nodes;
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

    private Task ResumeAsync(NodeMail mail) => carried.ServeAsync(
        mail,
        async reply =>
        {
            var slash = mail.Key.IndexOf('/', StringComparison.Ordinal);
            if (LastEventId.Parse(mail.Key[(slash + 1)..]) is not { } last || sessions.Peek(mail.Key[..slash])?.FindStream(last.Stream) is not { } stream)
            {
                return false;
            }

            await streams.CopyAsync(stream, last.Number, reply);
            return true;
        },
        exception => LogBroken(logger, exception));

    [LoggerMessage(Level = LogLevel.Debug, Message = "A stream that is resumed at another node broke off")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
