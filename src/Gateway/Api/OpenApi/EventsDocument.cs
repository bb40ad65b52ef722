using System.Text.Json.Nodes;
using Gateway.Api.Http;
using Gateway.Hubs;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace Gateway.Api.OpenApi;

/// <summary>Describes the hub and the live streams as an AsyncAPI 3 document. Its schemas are copied from the OpenAPI document.</summary>
internal static class EventsDocument
{
    /// <summary>The path of the document.</summary>
    public const string Path = "/openapi/events.v1.json";

    private const string Schemas = "#/components/schemas/";

    private const string Messages = "#/components/messages/";

    private const string Any = "Event";

    /// <summary>Serves the document.</summary>
    public static void MapEventsDocument(this IEndpointRouteBuilder app) => app.MapGet(Path[1..], static async (HttpRequest request, ISwaggerProvider api) =>
        Results.Text((await OfAsync(api, request.Host.Value!, request.Scheme)).ToJsonString(), "application/json")).WithHead().ExcludeFromDescription();

    /// <summary>Creates the document.</summary>
    /// <param name="api">Provides the OpenAPI document.</param>
    /// <param name="host">The host and port of the gateway.</param>
    /// <param name="protocol"><c>http</c> or <c>https</c>.</param>
    public static async Task<JsonObject> OfAsync(ISwaggerProvider api, string host, string protocol)
    {
        var described = JsonNode.Parse(await api.GetSwagger(OpenApiServices.Document).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1))!;
        var all = described["components"]!["schemas"]!.AsObject();
        string[] names = [Any, .. EventPayloads.Qemu.Concat(EventPayloads.Gateway).Select(static known => known.Name)];
        var messages = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Message(name, all)))
            .Concat(EventsMessages.OfHub.Select(static message => KeyValuePair.Create<string, JsonNode?>(message.Name, JsonNode.Parse(message.Json)))));
        return new JsonObject
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "QMP Gateway events",
                ["version"] = "1",
                ["description"] = "Live events over SignalR and server-sent events. `/openapi/gateway.v1.json` describes the REST API.",
                ["license"] = new JsonObject { ["name"] = "MIT" },
            },
            ["servers"] = new JsonObject { ["gateway"] = new JsonObject { ["host"] = host, ["protocol"] = protocol } },
            ["defaultContentType"] = "application/json",
            ["channels"] = new JsonObject
            {
                ["hub"] = Channel(EventsHub.Path, EventsMessages.Hub, [.. names, .. EventsMessages.OfHub.Select(static message => message.Name)]),
                ["events"] = Channel("/events", EventsMessages.Stream, names[1..]),
                ["eventsOfVm"] = Channel("/vms/{vm}/events", $"The events of one VM. {EventsMessages.Stream}", names[1..], vm: true),
            },
            ["operations"] = new JsonObject
            {
                ["subscribe"] = Operation("receive", "hub", ["Subscribe"], "Subscribes to events. Replaces an earlier subscription of the connection.", reply: "Subscribed"),
                ["unsubscribe"] = Operation("receive", "hub", ["Unsubscribe"], "Ends the subscription."),
                ["stream"] = Operation("receive", "hub", ["Stream"], "Starts a server-to-client stream of entries.", reply: Any),
                ["sendEvent"] = Operation("send", "hub", names, "Calls a client method named after each event, or `Event` with `catchAll`."),
                ["sendCheckpoint"] = Operation("send", "hub", ["Checkpoint"], "Sends the cursor at least every 15 s if there is nothing else to send."),
                ["streamEvents"] = Operation("send", "events", names[1..], "Streams the events of all VMs."),
                ["streamEventsOfVm"] = Operation("send", "eventsOfVm", names[1..], "Streams the events of one VM."),
            },
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = Reached(all) },
        };
    }

    private static JsonObject Message(string name, JsonObject schemas) => new()
    {
        ["name"] = name,
        ["title"] = name == Any ? "Any event" : name,
        ["payload"] = name == Any
            ? Reference(Schemas + EventSchemas.Entry)
            : new JsonObject
            {
                ["allOf"] = new JsonArray(
                    Reference(Schemas + EventSchemas.Envelope),
                    schemas[EventSchemas.Entry]!["allOf"]![1]!["oneOf"]!.AsArray().Single(branch => (string)branch!["title"]! == name)!.DeepClone()),
            },
    };

    private static JsonObject Channel(string address, string description, IEnumerable<string> messages, bool vm = false)
    {
        var channel = new JsonObject
        {
            ["address"] = address,
            ["description"] = description,
            ["messages"] = new JsonObject(messages.Select(static name => KeyValuePair.Create<string, JsonNode?>(name, Reference(Messages + name)))),
        };
        if (vm)
        {
            channel["parameters"] = new JsonObject { ["vm"] = new JsonObject { ["description"] = "The VM's id." } };
        }

        return channel;
    }

    private static JsonObject Operation(string action, string channel, IEnumerable<string> messages, string summary, string? reply = null)
    {
        var operation = new JsonObject
        {
            ["action"] = action,
            ["channel"] = Reference($"#/channels/{channel}"),
            ["summary"] = summary,
            ["messages"] = References(messages),
        };
        if (reply is not null)
        {
            operation["reply"] = new JsonObject { ["channel"] = Reference($"#/channels/{channel}"), ["messages"] = References([reply]) };
        }

        return operation;

        JsonArray References(IEnumerable<string> named) => [.. named.Select(name => Reference($"#/channels/{channel}/messages/{name}"))];
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    // The schemas that an entry refers to, directly or indirectly.
    private static JsonObject Reached(JsonObject all)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        Reach(EventSchemas.Entry);
        return new JsonObject(reached.Select(name => KeyValuePair.Create(name, all[name]?.DeepClone())));

        void Reach(string schema)
        {
            if (reached.Add(schema))
            {
                foreach (var text in all[schema]!.ToJsonString().Split(Schemas)[1..])
                {
                    Reach(text[..text.IndexOf('"', StringComparison.Ordinal)]);
                }
            }
        }
    }
}
