using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.OpenApi;
using QmpGateway.Contracts;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Gateway.Api.OpenApi;

/// <summary>Members that the gateway always writes are required, null or not; those that it leaves out where they do not apply are not.</summary>
internal sealed class RequiredMembers : ISchemaFilter
{
    // What clients send as well.
    private static readonly Type[] Taken = [typeof(PutVm), typeof(VmActions), typeof(PutWatchdog), typeof(QmpRequest)];

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema { Properties: { } members } described || !IsAnswered(context.Type))
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

    private static bool IsAnswered(Type type) =>
        (type.Assembly == typeof(Vm).Assembly || type.Namespace == typeof(RequiredMembers).Namespace) && !Taken.Contains(type);
}
