using System.Diagnostics;

// Orleans recognises its attributes by exact type, so wire records carry its names in both editions; here they mean nothing and are
// not even emitted. Orleans' attributes of the same names take their place in the clustered edition.
#pragma warning disable IDE0130 // The namespaces are Orleans'.

namespace Orleans
{
    /// <summary>The type crosses a process boundary.</summary>
    [Conditional("NEVER")]
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
    public sealed class GenerateSerializerAttribute : Attribute;

    /// <summary>The member's number on the wire; never changed or reused.</summary>
    [Conditional("NEVER")]
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
    public sealed class IdAttribute(uint id) : Attribute
    {
        public uint Id { get; } = id;
    }

    /// <summary>The type's name on the wire, which survives a rename of the type.</summary>
    [Conditional("NEVER")]
    [AttributeUsage(
        AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Method | AttributeTargets.Enum)]
    public sealed class AliasAttribute(string alias) : Attribute
    {
        public string Alias { get; } = alias;
    }

    /// <summary>Instances never change, so they need no copy between grains of one process.</summary>
    [Conditional("NEVER")]
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
    public sealed class ImmutableAttribute : Attribute;
}

namespace Orleans.Concurrency
{
    /// <summary>Several activations may run; the grain has no state of its own. Read by the embedded host, so it is emitted.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : Attribute;
}
