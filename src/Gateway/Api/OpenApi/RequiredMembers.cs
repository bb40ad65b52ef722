using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Marks the members that the gateway always writes as required, even if they can be null. Members that it may omit stay optional.</summary>
internal sealed class RequiredMembers : ISchemaFilter
{
    // Clients send these types, too.
    private static readonly Type[] RequestTypes = [typeof(PutVm), typeof(VmActions), typeof(PutWatchdog), typeof(QmpRequest), typeof(BulkRequest)];

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } members } described || !IsResponseOnly(context.Type))
        {
            return;
        }

        foreach (var property in context.Type.GetProperties())
        {
            var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (members.ContainsKey(name) && property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            {
                (described.Required ??= new HashSet<string>()).Add(name);
            }
        }
    }

    private static bool IsResponseOnly(Type type) =>
        (type.Assembly == typeof(Vm).Assembly || type.Namespace == typeof(RequiredMembers).Namespace) && !RequestTypes.Contains(type);
}
