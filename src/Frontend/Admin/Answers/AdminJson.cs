using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>How answers are written: camelCase, without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = false)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(GatewayAnswer))]
[JsonSerializable(typeof(GatewayAnswer[]))]
[JsonSerializable(typeof(ProbeAnswer))]
[JsonSerializable(typeof(ImportAnswer))]
[JsonSerializable(typeof(LogLineAnswer[]))]
[JsonSerializable(typeof(ToolAnswer))]
[JsonSerializable(typeof(ToolAnswer[]))]
[JsonSerializable(typeof(PromptAnswer))]
[JsonSerializable(typeof(PromptAnswer[]))]
[JsonSerializable(typeof(ResourceAnswer))]
[JsonSerializable(typeof(ResourceAnswer[]))]
[JsonSerializable(typeof(ServerAnswer))]
[JsonSerializable(typeof(ServerAnswer[]))]
[JsonSerializable(typeof(ExposedAnswer[]))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenAnswer[]))]
[JsonSerializable(typeof(CreatedTokenAnswer))]
[JsonSerializable(typeof(UserAnswer[]))]
[JsonSerializable(typeof(MeAnswer))]
[JsonSerializable(typeof(MetricsAnswer))]
[JsonSerializable(typeof(AuditAnswer[]))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(DoneAnswer))]
internal sealed partial class AdminJson : JsonSerializerContext;
