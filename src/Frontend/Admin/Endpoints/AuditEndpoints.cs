using McpGateway.Abstractions.Administration;
using McpGateway.Frontend.Admin.Answers;
using McpGateway.Frontend.Admin.Requests;

namespace McpGateway.Frontend.Admin.Endpoints;

/// <summary><c>/audit</c>: who changed what.</summary>
internal static class AuditEndpoints
{
    private static readonly QueryShape s_list = QueryShape.List(
        QueryField.Text("actor_id", "Done by this user."),
        QueryField.Text("action", "This action, such as gateways.create."),
        QueryField.Text("target_id", "Done to this thing."),
        QueryField.Text("since", "Not before this instant (ISO 8601)."),
        QueryField.Text("until", "Before this instant (ISO 8601)."));

    public static void Map(RouteGroupBuilder routes) => routes.MapGet("/audit", ListAsync)
        .Says("Sight", "Administrative changes, newest first")
        .Asks(s_list).Gives<AuditAnswer[]>().Problems(StatusCodes.Status403Forbidden);

    private static async Task<IResult> ListAsync(HttpContext context, AdminGrains grains)
    {
        var query = QueryValues.Read(context, s_list);
        var filter = new AuditQuery(
            query.Text("actor_id"), query.Text("action"), query.Text("target_id"), query.Instant("since"), query.Instant("until"));
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        var outcome = await grains.Audit.ListAsync(context.GetCaller(), filter, query.Page, context.RequestAborted);
        return outcome.AnswerList(context, AuditAnswer.Of, AdminJson.Default.AuditAnswerArray);
    }
}
