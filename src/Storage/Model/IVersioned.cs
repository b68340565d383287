namespace McpGateway.Storage.Model;

/// <summary>A row whose <see cref="Version"/> grows with every change and is checked when it is written.</summary>
public interface IVersioned
{
    int Version { get; set; }
}
