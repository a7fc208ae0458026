using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Kilo.Host;

/// <summary>The description of the HTTP API, and a page to read and try it.</summary>
internal static class OpenApiDocument
{
    private const string BearerScheme = "bearer";

    public static void AddKiloOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Kilo",
                Version = "1",
                Description = "A document portal: every change becomes a version, and any version downloads again. Errors are RFC 9457 problem details. "
                    + "Every answer carries Kilo-Position; send it as Kilo-Wait-For and the next answer contains at least that.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token from POST /api/login or POST /api/tokens.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(BearerScheme, context.Document)] = [] }];
                operation.Responses ??= [];
                operation.Responses.TryAdd("401", new OpenApiResponse { Description = "Nobody is signed in, or the token is unknown, expired or revoked." });
            }
            AddHeaders(operation, context.Description.HttpMethod);
            return Task.CompletedTask;
        });
    });

    // Headers are read where they apply, not bound: the description learns of them here.
    private static void AddHeaders(OpenApiOperation operation, string? method)
    {
        operation.Parameters ??= [];
        switch (method)
        {
            case "POST":
                Add("Idempotency-Key", "1 to 200 printable characters. The same request with the same key is carried out once.");
                break;
            case "GET" or "HEAD":
                Add("Kilo-Wait-For", "What an earlier answer said in Kilo-Position: this answer contains at least that.");
                break;
        }
        if (operation.Responses?.ContainsKey("412") == true)
        {
            Add("If-Match", "The ETag that the change is based on; 412 when it has changed since.");
        }
        if (method == "HEAD")
        {
            // GET and HEAD are one endpoint here, but an operation's id must be its own.
            operation.OperationId = "Head" + operation.OperationId;
        }

        void Add(string name, string description) => operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    /// <summary><c>/docs</c>. Before authorization: it is no endpoint that could be marked as public.</summary>
    public static void UseReferencePage(this WebApplication app) => app.UseSwaggerUI(options =>
    {
        options.RoutePrefix = "docs";
        options.DocumentTitle = "Kilo API";
        options.SwaggerEndpoint("/openapi/v1.json", "Kilo");
    });

    /// <summary>Prints the description of everything that this build can serve, and nothing else.</summary>
    public static async Task PrintAsync()
    {
        var to = Console.Out;
        Console.SetOut(TextWriter.Null);
        var data = Directory.CreateTempSubdirectory("kilo-openapi-");
        try
        {
            await using var app = KiloHost.Build(new Dictionary<string, string?> { ["Kilo:port"] = "0", ["Kilo:data"] = data.FullName });
            // Endpoints are known to the description once routing is complete.
            await app.StartAsync();
            var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
            await to.WriteLineAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
            await app.StopAsync();
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    public static void MapKiloOpenApi(this WebApplication app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
}
