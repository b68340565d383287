using McpGateway.Abstractions.Access;

namespace McpGateway.Storage.Model;

/// <summary>What has an owner, perhaps a team, and a visibility: the input of the one rule in <see cref="Rights.Sees"/>.</summary>
public interface IOwned
{
    string OwnerId { get; }

    string? TeamId { get; }

    Visibility Visibility { get; }
}
