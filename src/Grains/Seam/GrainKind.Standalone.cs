using System.Collections.Frozen;
using McpGateway.Abstractions.Seam;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace McpGateway.Grains.Seam;

/// <summary>A grain class and the interface it is called by.</summary>
internal sealed class GrainKind
{
    private static readonly int s_workers = Environment.ProcessorCount * 4;

    private readonly ObjectFactory _factory;
    private int _nextWorker;

    private GrainKind(Type @interface, Type @class)
    {
        Interface = @interface;
        IsStatelessWorker = @class.IsDefined(typeof(StatelessWorkerAttribute), inherit: true);

        // The name that Orleans would give it: states are stored under it, and it outlives a move to another namespace.
        var name = @class.Name;
        Name = (name.EndsWith("Grain", StringComparison.Ordinal) ? name[..^"Grain".Length] : name).ToLowerInvariant();
        _factory = ActivatorUtilities.CreateFactory(@class, Type.EmptyTypes);
    }

    public Type Interface { get; }

    public string Name { get; }

    public bool IsStatelessWorker { get; }

    /// <summary>The kinds by interface. Everything that is wrong with the classes is said at once.</summary>
    public static FrozenDictionary<Type, GrainKind> Read(IEnumerable<Type> classes)
    {
        var kinds = new Dictionary<Type, GrainKind>();
        var problems = new List<string>();
        foreach (var type in classes.Distinct().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            // Of interfaces that build on one another the outermost counts.
            var all = type.GetInterfaces().Where(static found => found.GetInterfaces().Contains(typeof(IGatewayGrain))).ToList();
            var outermost = all.Where(found => !all.Exists(other => other != found && found.IsAssignableFrom(other))).ToList();
            if (!typeof(GatewayGrain).IsAssignableFrom(type))
            {
                problems.Add($"{type} does not derive from {nameof(GatewayGrain)}.");
            }
            else if (outermost is not [var single])
            {
                problems.Add($"{type} implements {outermost.Count} grain interfaces instead of one.");
            }
            else if (!kinds.TryAdd(single, new GrainKind(single, type)))
            {
                problems.Add($"{single} is implemented by {type} and by another grain class.");
            }
        }

        problems.AddRange(kinds.Values.GroupBy(static kind => kind.Name).Where(static group => group.Count() > 1)
            .Select(static group => $"Several grain classes are named '{group.Key}', the name their state is stored under."));
        return problems.Count == 0
            ? kinds.ToFrozenDictionary()
            : throw new InvalidOperationException("The grain classes do not fit: " + string.Join(" ", problems));
    }

    public GatewayGrain Create(IServiceProvider services) => (GatewayGrain)_factory(services, null);

    /// <summary>Which of the pool is next; always the same one for a grain that is no stateless worker.</summary>
    public int NextWorker() => IsStatelessWorker ? (int)((uint)Interlocked.Increment(ref _nextWorker) % s_workers) : 0;
}

/// <summary>A grain of a kind, and of stateless workers which of the pool.</summary>
internal readonly record struct ActivationId(GrainKind Kind, string Key, int Worker)
{
    public override string ToString() => $"{Kind.Interface.Name}({Key})";
}
