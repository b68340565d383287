using System.Text.Json.Serialization.Metadata;
using McpGateway.Abstractions.Administration;

namespace McpGateway.Frontend.Admin.Answers;

/// <summary>From what a grain says to what HTTP says.</summary>
internal static class Outcomes
{
    public static IResult Answer<TView, TAnswer>(
        this Outcome<TView> outcome, Func<TView, TAnswer> answer, JsonTypeInfo<TAnswer> type, int status = StatusCodes.Status200OK) =>
        outcome.Succeeded ? TypedResults.Json(answer(outcome.Value), type, statusCode: status) : Problems.Of(outcome.Refusal);

    public static IResult AnswerList<TView, TAnswer>(
        this Outcome<Page<TView>> outcome, HttpContext context, Func<TView, TAnswer> answer, JsonTypeInfo<TAnswer[]> type) =>
        outcome.Succeeded ? Lists.Answer(context, outcome.Value, answer, type) : Problems.Of(outcome.Refusal);

    /// <summary>Says that something is gone, in the words that scripts know.</summary>
    public static IResult AnswerGone<TView>(this Outcome<TView> outcome, Func<TView, string> message) =>
        outcome.Answer(view => new DoneAnswer("success", message(view)), AdminJson.Default.DoneAnswer);
}
