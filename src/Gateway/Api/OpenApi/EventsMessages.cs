namespace Gateway.Api.OpenApi;

/// <summary>The texts and messages of the AsyncAPI document that are specific to the hub and the streams.</summary>
internal static class EventsMessages
{
    /// <summary>The description of the hub.</summary>
    public const string Hub =
        "A SignalR hub, with the JSON and MessagePack protocols, over WebSockets, server-sent events or long polling. A failed call is a `HubException` whose message starts with the slug of a problem, "
        + "such as `cursor-expired` or `invalid-request`.";

    /// <summary>The description of a live stream.</summary>
    public const string Stream =
        "Server-sent events, with `Accept: text/event-stream`. `id` is the event's id, `event` its name and `data` the entry. `Last-Event-ID` or `?after=` resumes; without either the stream starts now. "
        + "At least every 15 s there is a comment and an `id` that moves the cursor on.";

    private const string Filter =
        """
        {"type":["object","null"],"properties":{
         "vms":{"type":"array","items":{"type":"string"},"description":"Ids of VMs, or patterns of them."},
         "events":{"type":"array","items":{"type":"string"},"description":"Names of events."},
         "labels":{"type":["object","null"],"additionalProperties":{"type":"string"},"description":"Labels and their values: only VMs that have all of them when the event is read."},
         "data":{"type":["object","null"],"additionalProperties":{"type":"string"},"description":"Members of the payload (dots reach inside) and their values."},
         "after":{"type":["string","null"],"description":"The cursor to read on from; `start` is the oldest kept."},
         "catchAll":{"type":"boolean","description":"Sends each event as `Event`."},
         "checkpoints":{"type":"boolean","description":"For `Stream`: has items that only tell the cursor."}}}
        """;

    private const string Cursor = """{"type":"object","required":["cursor"],"properties":{"cursor":{"type":"string"}}}""";

    /// <summary>The messages of the hub other than events.</summary>
    public static IReadOnlyList<(string Name, string Json)> OfHub { get; } =
    [
        ("Subscribe", $$"""{"name":"Subscribe","title":"Which events to send","payload":{{Filter}}}"""),
        ("Subscribed", $$"""{"name":"Subscribed","title":"From which cursor on nothing will be missed","payload":{{Cursor}}}"""),
        ("Unsubscribe", """{"name":"Unsubscribe","title":"Ends the subscription","payload":{"type":"null"}}"""),
        ("Stream", $$"""{"name":"Stream","title":"Which events to stream","payload":{{Filter}}}"""),
        ("Checkpoint", """{"name":"Checkpoint","title":"The cursor that the subscription has reached","payload":{"type":"string"}}"""),
    ];
}
