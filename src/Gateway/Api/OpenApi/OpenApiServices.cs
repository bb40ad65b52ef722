using Gateway.Api.Bodies;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.Swagger;

namespace Gateway.Api.OpenApi;

/// <summary>The API's description, and Swagger UI to read and try it.</summary>
public static class OpenApiServices
{
    /// <summary>The description's name.</summary>
    public const string Document = "gateway.v1";

    private const string Url = $"/openapi/{Document}.json";

    /// <summary>Adds the description.</summary>
    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.Configure<SwaggerOptions>(static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.RouteTemplate = "openapi/{documentName}.json";
        options.PreSerializeFilters.Add(ServedDocument.Fit);
    }).AddEndpointsApiExplorer().AddSwaggerGen(static options =>
    {
        options.SwaggerDoc(Document, new OpenApiInfo
        {
            Title = "QMP Gateway",
            Version = "1",
            Description = "Reach running QEMUs over HTTP: their state, their lifecycle, and every event of theirs from one durable journal.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        });
        foreach (var assembly in (Type[])[typeof(OpenApiServices), typeof(Vm), typeof(QmpGateway.Qmp.QmpClient)])
        {
            options.IncludeXmlComments(assembly.Assembly);
        }

        options.AddSecurityDefinition("credential", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key, or a token of the configured provider. Not needed on a gateway where neither is configured.",
        });
        options.AddSecurityRequirement(Credential);
        options.AddSecurityRequirement(static _ => []);
        // Every GET has a HEAD; describing it would say all twice.
        options.DocInclusionPredicate(static (_, route) => route.HttpMethod != HttpMethods.Head);
        options.CustomOperationIds(OperationIds.Of);
        options.MapType<CommandArguments>(static () => new OpenApiSchema { Type = JsonSchemaType.Object });
        // The usual formats are signed, and too small for these.
        options.MapType<uint>(static () => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" });
        options.MapType<ulong>(static () => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "uint64", Minimum = "0" });
        options.SupportNonNullableReferenceTypes();
        options.UseAllOfToExtendReferenceSchemas();
        options.OperationFilter<ProblemResponses>();
        options.OperationFilter<RouteVm>();
        options.OperationFilter<WriteHeaders>();
        options.OperationFilter<EventStreams>();
        options.OperationFilter<LifecycleAnswers>();
        options.SchemaFilter<QapiEnumSchemas>();
        options.SchemaFilter<PanicSchemas>();
        options.SchemaFilter<RequiredMembers>();
        options.SchemaFilter<SchemaExamples>();
        options.DocumentFilter<EventSchemas>();
        options.DocumentFilter<Shapes>();
        options.DocumentFilter<DocumentFrame>();
    });

    /// <summary>Asks for the credential.</summary>
    public static OpenApiSecurityRequirement Credential(OpenApiDocument document) => new() { [new OpenApiSecuritySchemeReference("credential", document)] = [] };

    /// <summary>Serves the description at <c>/openapi</c> and the page at <c>/swagger</c>.</summary>
    public static void UseOpenApi(this WebApplication app)
    {
        app.MapSwaggerDocuments(Url);
        app.MapSwaggerGroups();
        app.MapEventsDocument();
        // All other requests go by: each of the two would look at them otherwise.
        app.UseWhen(static context => IsRead(context.Request.Path), static read => read.UseSwagger().UseSwaggerUI(static options =>
        {
            options.ConfigObject.AdditionalItems["configUrl"] = SwaggerDocuments.Path;
            options.SwaggerEndpoint(Url, SwaggerDocuments.Gateway);
            options.DocumentTitle = "QMP Gateway";
            options.EnableTryItOutByDefault();
            options.InjectJavascript(SwaggerGroups.Path);
            // A QEMU has some 200 commands, in a dozen groups.
            options.EnableFilter();
            options.EnableDeepLinking();
        }));
    }

    private static bool IsRead(PathString path) =>
        (path.StartsWithSegments("/openapi") && !path.StartsWithSegments(EventsDocument.Path)) || path.StartsWithSegments("/swagger");
}
