namespace McpGateway.Frontend.Admin.Answers;

/// <summary>Problem details (RFC 9457): every error of the REST API.</summary>
/// <param name="Type">Always <c>about:blank</c>: the status says what kind it is.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="Instance">The path that was asked for.</param>
/// <param name="RequestId">By which the gateway's logs name this request.</param>
/// <param name="Errors">Field, as in the request, in snake_case → messages.</param>
internal sealed record Problem(
    string Type, string Title, int Status, string Detail, string Instance, string RequestId, IReadOnlyDictionary<string, string[]>? Errors);
