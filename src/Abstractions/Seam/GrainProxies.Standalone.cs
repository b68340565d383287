using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace McpGateway.Abstractions.Seam;

/// <summary>The proxies of all grain interfaces, registered by the module initializers that build/GrainProxies generates.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GrainProxies
{
    /// <summary>Registers the proxy of <typeparamref name="T"/>. Called by generated code.</summary>
    public static void Register<T>(Func<GrainTarget, T> create)
        where T : class, IGatewayGrain => Proxy<T>.Create = create;

    /// <summary>Makes a proxy of <typeparamref name="T"/> that calls <paramref name="target"/>.</summary>
    /// <exception cref="InvalidOperationException">The interface was compiled without the proxy generator.</exception>
    public static T Create<T>(GrainTarget target)
        where T : class, IGatewayGrain => (Proxy<T>.Create ?? Load<T>())(target);

    // A module is initialized before its first method runs. Of an assembly that holds nothing but interfaces none may have run yet.
    private static Func<GrainTarget, T> Load<T>()
        where T : class, IGatewayGrain
    {
        RuntimeHelpers.RunModuleConstructor(typeof(T).Module.ModuleHandle);
        return Proxy<T>.Create
            ?? throw new InvalidOperationException(
                $"{typeof(T)} has no proxy: its project must reference build/GrainProxies as an analyzer.");
    }

    private static class Proxy<T>
        where T : class, IGatewayGrain
    {
        public static Func<GrainTarget, T>? Create { get; set; }
    }
}
