using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace McpGateway.Cluster.Transport;

/// <summary>
/// This node's certificate of this moment. The files are looked at when a connection is made, so that a renewed Secret is in use without a
/// restart; connections that exist go on with what they were made with.
/// </summary>
internal sealed partial class NodeCertificates(IOptions<ClusterSettings> settings, TimeProvider time, ILogger<NodeCertificates> logger)
{
    // Rather more often than a Secret's new contents take to reach its pods.
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private PemFiles? _files;
    private NodeCertificate? _current;
    private long _lookedAt;

    /// <exception cref="IOException">The files could never be read.</exception>
    /// <exception cref="CryptographicException">They never held what they should.</exception>
    public NodeCertificate Current
    {
        get
        {
            lock (_lock)
            {
                if (_current is { } current && time.GetElapsedTime(_lookedAt) < s_lookAgain)
                {
                    return current;
                }

                _lookedAt = time.GetTimestamp();
                return _current = Look();
            }
        }
    }

    private NodeCertificate Look()
    {
        try
        {
            var files = PemFiles.Read(settings.Value.Tls);
            if (_current is { } same && files == _files)
            {
                return same;
            }

            var loaded = NodeCertificate.Load(files);
            _files = files;
            LogLoaded(loaded.Own.TargetCertificate.Subject, loaded.Own.TargetCertificate.NotAfter.ToUniversalTime());
            return loaded;
        }
        catch (Exception exception) when (_current is not null && exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Half written, perhaps; what we have may be good for a long time yet.
            LogNotRenewed(exception);
            return _current!;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate {Subject} is in use; it is valid until {Until:u}")]
    private partial void LogLoaded(string subject, DateTime until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster's certificates changed and cannot be read; the former ones stay in use")]
    private partial void LogNotRenewed(Exception exception);
}
