namespace McpGateway.Frontend.Tasks;

/// <summary>A task that this node keeps; see <see cref="KeptTasks"/>.</summary>
/// <param name="Key">Unlike that of any other.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Description">The task with its result, in the extension's form.</param>
/// <param name="Expiry">Forgets it in time.</param>
internal sealed record KeptTask(string Key, string Owner, byte[] Description, ITimer Expiry);
