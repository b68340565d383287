namespace McpGateway.Grains.Seam;

/// <summary>Something from outside that wants turns of a grain: a call or an open stream.</summary>
internal abstract class Work
{
    protected Work(EmbeddedTarget target) => (Target, Place) = (target, new LinkedListNode<Work>(this));

    public EmbeddedTarget Target { get; }

    /// <summary>The activation that took the work; set before <see cref="Run"/>.</summary>
    public Activation Activation { get; set; } = null!;

    /// <summary>The place among the deadlines. It and <see cref="Due"/> are theirs alone.</summary>
    public LinkedListNode<Work> Place { get; }

    public long Due { get; set; }

    /// <summary>Its first turn, on <see cref="Activation"/>, which counts as used until the work calls its Exit.</summary>
    public abstract void Run();

    /// <summary>It will get no turn.</summary>
    public abstract void Fail(Exception exception);

    /// <summary>Its deadline has passed.</summary>
    public abstract void Expire();
}
