namespace McpGateway.Protocol.Mcp;

/// <summary>What is logged and shown to administrators about a <see cref="ResultFault"/>.</summary>
public static class ResultFaults
{
    /// <summary>One sentence that names the member and the rule.</summary>
    public static string Message(this ResultFault fault) => fault switch
    {
        ResultFault.None => "",
        ResultFault.NotJson => "The answer is not one well-formed JSON value in UTF-8.",
        ResultFault.NotAnObject => "The answer is not a JSON object.",
        ResultFault.TooDeep => "The answer is nested more than 128 levels deep.",
        ResultFault.DuplicateKey => "The answer has a member twice that must be unique.",
        ResultFault.BadId => "The answer's id is missing, or neither a string nor a number.",
        ResultFault.NotAResponse => "The answer has neither result nor error.",
        ResultFault.ResultAndError => "The answer has both result and error.",
        ResultFault.ResultNotObject => "The answer's result is not an object.",
        ResultFault.ErrorNotObject => "The answer's error is not an object.",
        ResultFault.WrongMemberType => "A member of the answer's result has a wrong type.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };
}
