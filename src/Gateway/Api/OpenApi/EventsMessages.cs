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
        "Server-sent events, with `Accept: text/event-stream`. `id` is the event's id, `event` its name and `data` the entry. `Last-Event-ID` or `?after=` resumes a stream; without either it starts now. "
        + "At least every 15 s there is a comment and an `id` that advances the cursor.";

    private const string Filter =
        """
        {"type":["object","null"],"properties":{
         "vms":{"type":"array","items":{"type":"string"},"description":"VM ids, or patterns of them."},
         "events":{"type":"array","items":{"type":"string"},"description":"Event names, or patterns of them."},
         "labels":{"type":["object","null"],"additionalProperties":{"type":"string"},"description":"Labels and their values. The VM must have all of them when the event is read."},
         "data":{"type":["object","null"],"additionalProperties":{"type":"string"},"description":"Members of the payload and their required values. Dots address nested members."},
         "after":{"type":["string","null"],"description":"The cursor to continue from; `start` is the oldest kept."},
         "catchAll":{"type":"boolean","description":"Sends every event as `Event` instead of by its own name."},
         "checkpoints":{"type":"boolean","description":"For `Stream`: includes items that contain only the cursor."}}}
        """;

    private const string Cursor = """{"type":"object","required":["cursor"],"properties":{"cursor":{"type":"string"}}}""";

    /// <summary>The messages of the hub other than events.</summary>
    public static IReadOnlyList<(string Name, string Json)> OfHub { get; } =
    [
        ("Subscribe", $$"""{"name":"Subscribe","title":"The events to send","payload":{{Filter}}}"""),
        ("Subscribed", $$"""{"name":"Subscribed","title":"The cursor from which no event will be missed","payload":{{Cursor}}}"""),
        ("Unsubscribe", """{"name":"Unsubscribe","title":"Ends the subscription","payload":{"type":"null"}}"""),
        ("Stream", $$"""{"name":"Stream","title":"The events to stream","payload":{{Filter}}}"""),
        ("Checkpoint", """{"name":"Checkpoint","title":"The cursor that the subscription has reached","payload":{"type":"string"}}"""),
    ];
}
