using McpGateway.Abstractions.Access;
using McpGateway.Abstractions.Administration;
using McpGateway.Abstractions.VirtualServers;
using McpGateway.Gateway.Routing;
using McpGateway.Storage.Model;

namespace McpGateway.Grains.Administration;

/// <summary>What the settings of a virtual server must be like. Needs no database; what it consists of is checked by <see cref="ServerContent"/>.</summary>
internal static class ServerRules
{
    public const int MaxReferences = 10_000;
    private const int MaxInstructions = 16 * 1024;

    public static Mistakes Check(ServerInput input, bool isNew)
    {
        var mistakes = new Mistakes();
        if (isNew || input.Name is not null)
        {
            TextRules.Name(mistakes, input.Name);
        }

        TextRules.Text(mistakes, "description", input.Description, TextRules.MaxDescription);
        TextRules.Text(mistakes, "instructions", input.Instructions, MaxInstructions);
        TextRules.Tags(mistakes, "tags", input.Tags);
        TextRules.Tags(mistakes, "associated_tags", input.ItemTags);
        if (input.Separator is { Length: > 0 } separator && !ExposedNames.IsSeparator(separator))
        {
            mistakes.Add("separator", "Must be one of - _ . __");
        }

        if (input.Visibility is { } visibility && !Enum.IsDefined(visibility))
        {
            mistakes.Add("visibility", "Has no such value.");
        }

        TooMany(mistakes, "associated_tools", input.Tools.IsDefault ? 0 : input.Tools.Length);
        TooMany(mistakes, "associated_resources", input.Resources.IsDefault ? 0 : input.Resources.Length);
        TooMany(mistakes, "associated_prompts", input.Prompts.IsDefault ? 0 : input.Prompts.Length);
        TooMany(mistakes, "associated_gateways", input.Gateways.IsDefault ? 0 : input.Gateways.Length);
        TooMany(mistakes, "tools", input.Overrides?.Count ?? 0);
        return mistakes;
    }

    /// <summary>Only some may open a server to everybody, or change what an open one offers.</summary>
    public static Refusal? MayNotOpen(Caller caller, ServerInput input, ServerEntity? existing)
    {
        var opens = input.Anonymous == true && existing?.Anonymous != true;
        var extends = existing?.Anonymous == true && input.Anonymous != false && ChangesContent(input);
        return opens || extends ? caller.Needs(Permissions.ServersAnonymous) : null;
    }

    public static bool ChangesContent(ServerInput input) =>
        !input.Tools.IsDefault || !input.Resources.IsDefault || !input.Prompts.IsDefault
        || !input.Gateways.IsDefault || !input.ItemTags.IsDefault || input.Overrides is not null;

    private static void TooMany(Mistakes mistakes, string field, int count)
    {
        if (count > MaxReferences)
        {
            mistakes.Add(field, $"At most {MaxReferences} entries.");
        }
    }
}
