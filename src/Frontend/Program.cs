Console.WriteLine("McpGateway");
