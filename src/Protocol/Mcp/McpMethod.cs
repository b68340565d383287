namespace McpGateway.Protocol.Mcp;

/// <summary>Every method of every MCP revision and of the extensions the gateway routes (protocol.md 1.1, 1.7).</summary>
public enum McpMethod
{
    /// <summary>Not one of the methods below; vendor and extension methods pass by name.</summary>
    Unknown,

    /// <summary><c>initialize</c>: legacy only.</summary>
    Initialize,

    /// <summary><c>ping</c>: legacy only, both directions.</summary>
    Ping,

    /// <summary><c>server/discover</c>: modern only.</summary>
    ServerDiscover,

    /// <summary><c>subscriptions/listen</c>: modern only.</summary>
    SubscriptionsListen,

    /// <summary><c>tools/list</c></summary>
    ToolsList,

    /// <summary><c>tools/call</c></summary>
    ToolsCall,

    /// <summary><c>prompts/list</c></summary>
    PromptsList,

    /// <summary><c>prompts/get</c></summary>
    PromptsGet,

    /// <summary><c>resources/list</c></summary>
    ResourcesList,

    /// <summary><c>resources/templates/list</c></summary>
    ResourceTemplatesList,

    /// <summary><c>resources/read</c></summary>
    ResourcesRead,

    /// <summary><c>resources/subscribe</c>: legacy only.</summary>
    ResourcesSubscribe,

    /// <summary><c>resources/unsubscribe</c>: legacy only.</summary>
    ResourcesUnsubscribe,

    /// <summary><c>resources/directory/read</c>: skills extension.</summary>
    ResourcesDirectoryRead,

    /// <summary><c>completion/complete</c></summary>
    CompletionComplete,

    /// <summary><c>logging/setLevel</c>: legacy only.</summary>
    LoggingSetLevel,

    /// <summary><c>tasks/get</c>: 2025-11-25 and the tasks extension.</summary>
    TasksGet,

    /// <summary><c>tasks/result</c>: 2025-11-25.</summary>
    TasksResult,

    /// <summary><c>tasks/list</c>: 2025-11-25.</summary>
    TasksList,

    /// <summary><c>tasks/cancel</c>: 2025-11-25 and the tasks extension.</summary>
    TasksCancel,

    /// <summary><c>tasks/update</c>: tasks extension.</summary>
    TasksUpdate,

    /// <summary><c>skills/list</c>: skills extension.</summary>
    SkillsList,

    /// <summary><c>skills/get</c>: skills extension.</summary>
    SkillsGet,

    /// <summary><c>sampling/createMessage</c>: server to client.</summary>
    SamplingCreateMessage,

    /// <summary><c>elicitation/create</c>: server to client.</summary>
    ElicitationCreate,

    /// <summary><c>roots/list</c>: server to client.</summary>
    RootsList,

    /// <summary><c>notifications/initialized</c>: legacy only, client to server.</summary>
    NotificationInitialized,

    /// <summary><c>notifications/cancelled</c>: both directions.</summary>
    NotificationCancelled,

    /// <summary><c>notifications/progress</c>: both directions.</summary>
    NotificationProgress,

    /// <summary><c>notifications/message</c>: a log entry, server to client.</summary>
    NotificationMessage,

    /// <summary><c>notifications/tools/list_changed</c></summary>
    NotificationToolsListChanged,

    /// <summary><c>notifications/prompts/list_changed</c></summary>
    NotificationPromptsListChanged,

    /// <summary><c>notifications/resources/list_changed</c></summary>
    NotificationResourcesListChanged,

    /// <summary><c>notifications/resources/updated</c></summary>
    NotificationResourcesUpdated,

    /// <summary><c>notifications/roots/list_changed</c>: client to server.</summary>
    NotificationRootsListChanged,

    /// <summary><c>notifications/elicitation/complete</c>: 2025-11-25.</summary>
    NotificationElicitationComplete,

    /// <summary><c>notifications/tasks/status</c>: 2025-11-25.</summary>
    NotificationTasksStatus,

    /// <summary><c>notifications/tasks</c>: tasks extension.</summary>
    NotificationTasks,

    /// <summary><c>notifications/subscriptions/acknowledged</c>: modern only.</summary>
    NotificationSubscriptionsAcknowledged,
}
