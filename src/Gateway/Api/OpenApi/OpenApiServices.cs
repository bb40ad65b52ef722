using Gateway.Api.Bodies;
using Gateway.Requests.Binding;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.Swagger;

namespace Gateway.Api.OpenApi;

/// <summary>Registers the OpenAPI document and Swagger UI.</summary>
public static class OpenApiServices
{
    /// <summary>The name of the OpenAPI document.</summary>
    public const string Document = "gateway.v1";

    private const string Url = $"/openapi/{Document}.json";

    /// <summary>Adds the OpenAPI document.</summary>
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
            Description = "Access to running QEMU processes over HTTP: their state, their lifecycle, and all of their events from one durable journal.",
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
            Description = "An API key, or a token of the configured provider. Not required if the gateway has neither configured.",
        });
        options.AddSecurityRequirement(Credential);
        options.AddSecurityRequirement(static _ => []);
        // Every GET route also accepts HEAD. Describing both would duplicate every route.
        options.DocInclusionPredicate(static (_, route) => route.HttpMethod != HttpMethods.Head);
        options.CustomOperationIds(OperationIds.Of);
        options.OrderActionsBy(OrderOf);
        options.MapType<CommandArguments>(static () => new OpenApiSchema { Type = JsonSchemaType.Object });
        // Passed on verbatim: EventSchemas gives it QEMU's own type.
        options.MapType<VmStatus>(static () => new OpenApiSchema());
        // The default formats are signed, and too small for unsigned integers.
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
        options.SchemaFilter<BulkSchemas>();
        options.SchemaFilter<SchemaExamples>();
        options.DocumentFilter<EventSchemas>();
        options.DocumentFilter<Shapes>();
        options.DocumentFilter<DocumentFrame>();
    });

    /// <summary>Returns the requirement that a request has a credential.</summary>
    public static OpenApiSecurityRequirement Credential(OpenApiDocument document) => new() { [new OpenApiSecuritySchemeReference("credential", document)] = [] };

    /// <summary>Maps the AsyncAPI document and the files that Swagger UI needs in addition to the OpenAPI document.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        routes.MapSwaggerDocuments(Url);
        routes.MapSwaggerGroups();
        routes.MapEventsDocument();
    }

    /// <summary>Serves the OpenAPI document at <c>/openapi</c> and Swagger UI at <c>/swagger</c>.</summary>
    public static void UseOpenApiPages(this WebApplication app) =>
        // Other requests skip both middleware components, which would otherwise inspect each of them.
        app.UseWhen(static context => IsDocument(context.Request.Path), static read => read.UseSwagger().UseSwaggerUI(static options =>
        {
            options.ConfigObject.AdditionalItems["configUrl"] = SwaggerDocuments.Path;
            options.SwaggerEndpoint(Url, SwaggerDocuments.Gateway);
            options.DocumentTitle = "QMP Gateway";
            options.EnableTryItOutByDefault();
            options.InjectJavascript(SwaggerGroups.Path);
            // QEMU has about 200 commands in a dozen groups.
            options.EnableFilter();
            options.EnableDeepLinking();
        }));

    // By group. Plain endpoints would come before the actions of their group, so those of the API are put behind them.
    private static string OrderOf(ApiDescription route) =>
        $"{route.ActionDescriptor.EndpointMetadata.OfType<ITagsMetadata>().Last().Tags[0]} {(IsPlain(route) ? 1 : 0)}";

    private static bool IsPlain(ApiDescription route) =>
        route.ActionDescriptor is not ControllerActionDescriptor && route.ActionDescriptor.EndpointMetadata.OfType<ApiRouteAttribute>().Any();

    private static bool IsDocument(PathString path) =>
        (path.StartsWithSegments("/openapi") && !path.StartsWithSegments(EventsDocument.Path)) || path.StartsWithSegments("/swagger");
}
