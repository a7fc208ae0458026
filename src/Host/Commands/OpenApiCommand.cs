namespace Kilo.Host.Commands;

/// <summary>Prints the description of the HTTP API.</summary>
internal static class OpenApiCommand
{
    public static Command Command { get; } = new("openapi", "prints the description of the HTTP API", [], [], async (_, _) =>
    {
        await OpenApiDocument.PrintAsync();
        return Command.Done;
    });
}
