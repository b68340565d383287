namespace McpGateway.Storage.Model;

/// <summary>A setting of the whole gateway.</summary>
public sealed class SettingEntity
{
    public required string Key { get; set; }

    public required string Value { get; set; }
}
