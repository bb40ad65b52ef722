using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Describes a live stream as text, unlike history, which is a page of entries.</summary>
internal sealed class EventStreams : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var response in operation.Responses!.Values)
        {
            if (response.Content?.TryGetValue("text/event-stream", out var stream) == true)
            {
                ((OpenApiMediaType)stream).Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "Server-sent events: `id` is the event's id, `event` its name, and `data` the whole entry (`GatewayEvent`). See `/openapi/events.v1.json`.",
                };
            }
        }
    }
}
