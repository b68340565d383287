using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace McpGateway.Cluster.Transport;

/// <summary>
/// TLS with certificates on both sides, for Orleans' connections: between silos, and from frontends and dashboards to silos. Stands in for
/// Microsoft.Orleans.Connections.Security, which is not on every registry and reads its certificate only once.
/// </summary>
internal sealed partial class MutualTls(NodeCertificates certificates, TimeProvider time, ILogger<MutualTls> logger)
{
    // Every node has the same authority, which signs for nobody else: any of its certificates will do, whatever its name.
    private const string AnyNode = "mcp-gateway";

    private static readonly TimeSpan s_longestHandshake = TimeSpan.FromSeconds(5);

    /// <summary>Puts TLS on the connections that others make to this node.</summary>
    public void Accept(IConnectionBuilder connections) => Use(connections, isServer: true);

    /// <summary>Puts TLS on the connections that this node makes.</summary>
    public void Connect(IConnectionBuilder connections) => Use(connections, isServer: false);

    private void Use(IConnectionBuilder connections, bool isServer) => connections.Use(next => context => RunAsync(context, next, isServer));

    private async Task RunAsync(ConnectionContext context, ConnectionDelegate next, bool isServer)
    {
        var plain = context.Transport;
        await using var stream = new SslStream(new TransportStream(plain), leaveInnerStreamOpen: false);
        try
        {
            using var patience = new CancellationTokenSource(s_longestHandshake, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.ConnectionClosed);
            await HandshakeAsync(stream, context, isServer, limit.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException)
        {
            LogRefused(context.RemoteEndPoint?.ToString() ?? "an unknown address", exception.Message);
            context.Abort(new ConnectionAbortedException("There was no TLS handshake.", exception));
            return;
        }

        context.Transport = new DuplexPipe(stream);
        try
        {
            await next(context);
        }
        finally
        {
            await context.Transport.Input.CompleteAsync();
            await context.Transport.Output.CompleteAsync();
            context.Transport = plain;
        }
    }

    private Task HandshakeAsync(SslStream stream, ConnectionContext context, bool isServer, CancellationToken cancellationToken)
    {
        var node = certificates.Current;
        bool Believes(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            var isGood = node.Believes(certificate, chain, isServer: !isServer, out var problem);
            if (!isGood)
            {
                LogNotBelieved(context.RemoteEndPoint?.ToString() ?? "an unknown address", problem);
            }

            return isGood;
        }

        return isServer
            ? stream.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = node.Own,
                    ClientCertificateRequired = true,
                    RemoteCertificateValidationCallback = Believes,
                },
                cancellationToken)
            : stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = AnyNode,
                    ClientCertificateContext = node.Own,
                    RemoteCertificateValidationCallback = Believes,
                },
                cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection with {Address} was refused: {Reason}")]
    private partial void LogRefused(string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {Address} is not believed: {Problem}")]
    private partial void LogNotBelieved(string address, string problem);

    private sealed class DuplexPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
