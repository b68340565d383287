namespace McpGateway.Frontend.Configuration;

/// <summary>Which threads handle what arrives from upstreams. Linux; elsewhere .NET does not know the setting.</summary>
internal static class SocketThreads
{
    // Read by .NET once, before the first socket. Kestrel's own connections go to the thread pool either way.
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// Lets the threads that wait for sockets handle upstreams' answers themselves, instead of waking one of the pool for each: a seventh of a
    /// call's processor time. In return nothing that follows an upstream's bytes may block, and what takes long leaves for the pool
    /// (<see cref="Gateway.Upstreams.SocketTurn"/>). To be called before the first socket; <c>0</c> in the environment leaves it off.
    /// </summary>
    public static void HandleUpstreamsInline()
    {
        if (Environment.GetEnvironmentVariable(Inline) is null)
        {
            Environment.SetEnvironmentVariable(Inline, "1");
        }
    }
}
