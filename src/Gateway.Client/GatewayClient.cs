using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>
/// A gateway. Safe for use from many threads. Failures are <see cref="GatewayException"/>s that say what became of a command; writes carry an
/// <c>Idempotency-Key</c>, so that one whose connection broke is tried again and done once.
/// </summary>
public sealed class GatewayClient
{
    private readonly GatewayRequests requests;
    private readonly GatewayClientOptions options;

    /// <summary>Uses the given <see cref="HttpClient"/>. Give it an infinite <see cref="HttpClient.Timeout"/>, because event streams are long-lived.</summary>
    /// <param name="http">Sends the requests. Its <see cref="HttpClient.BaseAddress"/> is used if the options have none.</param>
    /// <param name="options">Where the gateway is, and how long to wait for it.</param>
    /// <exception cref="ArgumentException">Neither has a base address, or it is not an absolute one.</exception>
    public GatewayClient(HttpClient http, GatewayClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        requests = new GatewayRequests(http, options);
    }

    /// <summary>Lists the VMs, as last known.</summary>
    /// <param name="labels">Only VMs with all of these labels.</param>
    /// <param name="connection">Only VMs whose connection is in this state.</param>
    /// <param name="status">Only VMs whose last known status is this run state.</param>
    /// <param name="ended"><c>true</c>: only VMs whose run is known to have ended. <c>false</c>: only the others.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<VmList> ListVmsAsync(
        IReadOnlyDictionary<string, string>? labels = null, string? connection = null, string? status = null, bool? ended = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            new Query("/vms").AddLabels(labels).Add("connection", connection).Add("status", status).Add("ended", ended is { } only ? only ? "true" : "false" : null),
            GatewayJson.Default.VmList,
            cancellationToken);

    /// <summary>Shows a VM, as last known.</summary>
    public Task<Vm> GetVmAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm), GatewayJson.Default.Vm, cancellationToken);

    /// <summary>Registers a VM, or changes its definition.</summary>
    public Task<Vm> PutVmAsync(string vm, PutVm body, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm), body, GatewayJson.Default.PutVm, GatewayJson.Default.Vm, ifRun: null, TimeSpan.Zero, cancellationToken);

    /// <summary>Forgets a VM that the API made known.</summary>
    public Task DeleteVmAsync(string vm, CancellationToken cancellationToken = default) =>
        requests.SendAsync(HttpMethod.Delete, Of(vm).ToString(), body: null, ifRun: null, TimeSpan.Zero, cancellationToken);

    /// <summary>Asks QEMU for its status.</summary>
    public Task<VmStatus> GetStatusAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "status"), GatewayJson.Default.VmStatus, cancellationToken);

    /// <summary>Waits until the status is one of some states; outlives a disconnect of the VM.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="states">Run states, or <c>ended</c> for the end of the run.</param>
    /// <param name="timeout">How long to wait, in whole seconds of at most 300.</param>
    /// <param name="ifRun">The run whose end is meant by <c>ended</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GatewayException"><c>wait-timed-out</c>: it was not in time.</exception>
    public async Task<ReachedStatus> WaitForStatusAsync(string vm, IEnumerable<string> states, TimeSpan timeout, string? ifRun = null, CancellationToken cancellationToken = default) =>
        ReachedStatus.From(await GetAsync(Of(vm, "status").Add("until", states).Add("timeout", Seconds(timeout)), cancellationToken, timeout, ifRun).ConfigureAwait(false));

    /// <summary>Shows what the gateway has set with <c>set-action</c> on this run.</summary>
    public Task<VmActions> GetActionsAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "actions"), GatewayJson.Default.VmActions, cancellationToken);

    /// <summary>Sets actions (QAPI: <c>set-action</c>); what is null is left as it is.</summary>
    public Task<VmActions> SetActionsAsync(string vm, VmActions actions, string? ifRun = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm, "actions"), actions, GatewayJson.Default.VmActions, GatewayJson.Default.VmActions, ifRun, TimeSpan.Zero, cancellationToken);

    /// <summary>Sets the watchdog's action (QAPI: <c>watchdog-set-action</c>).</summary>
    public Task<VmActions> SetWatchdogAsync(string vm, string action, string? ifRun = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm, "watchdog"), new PutWatchdog { Action = action }, GatewayJson.Default.PutWatchdog, GatewayJson.Default.VmActions, ifRun, TimeSpan.Zero, cancellationToken);

    /// <summary>Pauses the guest. With <paramref name="wait"/>: answers the <c>STOP</c> event, or null where the guest did not run.</summary>
    public Task<GatewayEvent?> StopAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "stop", wait, ifRun, cancellationToken);

    /// <summary>Resumes the guest. With <paramref name="wait"/>: answers the <c>RESUME</c> event, or null where the guest ran already.</summary>
    public Task<GatewayEvent?> ContinueAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "cont", wait, ifRun, cancellationToken);

    /// <summary>Resets the guest. With <paramref name="wait"/>: answers the <c>RESET</c> event.</summary>
    public Task<GatewayEvent?> ResetAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "reset", wait, ifRun, cancellationToken);

    /// <summary>Presses the guest's power button. With <paramref name="wait"/>: answers the <c>SHUTDOWN</c> event.</summary>
    public Task<GatewayEvent?> PowerDownAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "powerdown", wait, ifRun, cancellationToken);

    /// <summary>Wakes a suspended guest up. With <paramref name="wait"/>: answers the <c>WAKEUP</c> event.</summary>
    public Task<GatewayEvent?> WakeUpAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "wakeup", wait, ifRun, cancellationToken);

    /// <summary>Ends QEMU, the guest unasked. With <paramref name="wait"/>: answers the <c>SHUTDOWN</c> event.</summary>
    public Task<GatewayEvent?> QuitAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "quit", wait, ifRun, cancellationToken);

    /// <summary>Sends the guest's processors a non-maskable interrupt.</summary>
    public Task InjectNmiAsync(string vm, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "nmi", wait: null, ifRun, cancellationToken);

    /// <summary>Sends any command, as QMP has it; answers what QEMU returned.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="request">The command.</param>
    /// <param name="timeout">The command's time; what is usual for it by default.</param>
    /// <param name="ifRun">The run that it is for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonElement> ExecuteQmpAsync(string vm, QmpRequest request, TimeSpan? timeout = null, string? ifRun = null, CancellationToken cancellationToken = default) =>
        (await WriteAsync(
            HttpMethod.Post, Of(vm, "qmp").Add("timeout", Seconds(timeout)), request, GatewayJson.Default.QmpRequest, GatewayJson.Default.QmpReply, ifRun, timeout ?? SlowCommands, cancellationToken).ConfigureAwait(false)).Return;

    /// <summary>Lists the commands of the VM's very QEMU, in JSON Schema.</summary>
    public Task<CommandList> ListCommandsAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "commands"), GatewayJson.Default.CommandList, cancellationToken);

    /// <summary>Sends a command whose arguments are checked by the VM's own schema first; answers what QEMU returned.</summary>
    /// <inheritdoc cref="ExecuteQmpAsync" path="/param"/>
    /// <param name="vm">The VM.</param>
    /// <param name="command">The command's QAPI name.</param>
    /// <param name="arguments">Its arguments, an object; none by default.</param>
    /// <param name="timeout">The command's time; what is usual for it by default.</param>
    /// <param name="ifRun">The run that it is for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<JsonElement> ExecuteAsync(
        string vm, string command, JsonElement? arguments = null, TimeSpan? timeout = null, string? ifRun = null, CancellationToken cancellationToken = default)
    {
        var body = arguments is { } given ? JsonSerializer.SerializeToUtf8Bytes(given, GatewayJson.Default.JsonElement) : "{}"u8.ToArray();
        var path = Of(vm, $"commands/{Uri.EscapeDataString(command)}").Add("timeout", Seconds(timeout)).ToString();
        return JsonElement.Parse(await requests.SendAsync(HttpMethod.Post, path, body, ifRun, timeout ?? SlowCommands, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads a page of history, oldest first unless <paramref name="newestFirst"/>.</summary>
    /// <param name="filter">Which events, and after which cursor; from the oldest kept by default, or from the newest back.</param>
    /// <param name="limit">How many at most, from 1 to 1,000.</param>
    /// <param name="newestFirst">Reads back in time: <c>After</c> then means older than, and <c>Next</c> leads further back.</param>
    /// <param name="since">Only events received at this time or later.</param>
    /// <param name="until">Only events received before this time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CursorExpiredException">Events after the cursor are no longer kept.</exception>
    public Task<EventPage> ReadHistoryAsync(
        Subscription? filter = null, int limit = 100, bool newestFirst = false, DateTimeOffset? since = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            Query.Of(filter).Add("after", filter?.After).Add("limit", limit.ToString(CultureInfo.InvariantCulture))
                .Add("order", newestFirst ? "desc" : null).Add("since", Time(since)).Add("until", Time(until)),
            GatewayJson.Default.EventPage,
            cancellationToken);

    /// <summary>
    /// Reads events as they come, for ever: over reconnects and restarts of the gateway, each event once and none left out. The first request is made when the first
    /// event is asked for; from <c>After</c> on, or from then.
    /// </summary>
    /// <param name="filter">Which events; all by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CursorExpiredException">The reader was away for so long that events it had not seen are no longer kept.</exception>
    /// <exception cref="GatewayException">The gateway refuses it.</exception>
    public IAsyncEnumerable<GatewayEvent> ReadEventsAsync(Subscription? filter = null, CancellationToken cancellationToken = default) =>
        new EventStream(requests, options, filter ?? new Subscription()).ReadAsync(cancellationToken);

    /// <summary>
    /// Lists the VMs, then reports each change, for ever: over reconnects and restarts of the gateway, and also where it is not there yet.
    /// </summary>
    /// <param name="vms">Patterns of ids (<c>web-*</c>); all by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="GatewayException">The gateway refuses it.</exception>
    public IAsyncEnumerable<VmChange> WatchVmsAsync(IReadOnlyList<string>? vms = null, CancellationToken cancellationToken = default) =>
        new VmWatch(this, vms, options.Time).ReadAsync(cancellationToken);

    /// <summary>Reads who did what, newest first.</summary>
    public Task<AuditPage> ReadAuditAsync(string? vm = null, string? who = null, int limit = 100, CancellationToken cancellationToken = default) =>
        GetAsync(new Query("/audit").Add("vm", vm).Add("who", who).Add("limit", limit.ToString(CultureInfo.InvariantCulture)), GatewayJson.Default.AuditPage, cancellationToken);

    /// <summary>Which gateway it is.</summary>
    public Task<GatewayVersion> GetVersionAsync(CancellationToken cancellationToken = default) => GetAsync(new Query("/version"), GatewayJson.Default.GatewayVersion, cancellationToken);

    /// <summary>Whether the gateway itself is ready, and what is wrong where it is not.</summary>
    /// <exception cref="GatewayException">It is not.</exception>
    public Task<Health> GetHealthAsync(CancellationToken cancellationToken = default) => GetAsync(new Query("/health/ready"), GatewayJson.Default.Health, cancellationToken);

    // What the gateway gives commands that are known to be slow.
    private static readonly TimeSpan SlowCommands = TimeSpan.FromMinutes(1);

    private static Query Of(string vm, string? route = null) => new($"/vms/{Uri.EscapeDataString(vm)}{(route is null ? "" : $"/{route}")}");

    private static string? Seconds(TimeSpan? time) => time is { } given ? ((int)Math.Ceiling(given.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null;

    private static string? Time(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);

    private async Task<GatewayEvent?> RunAsync(string vm, string route, TimeSpan? wait, string? ifRun, CancellationToken cancellationToken)
    {
        var path = Of(vm, route).Add("wait", Seconds(wait)).ToString();
        var answer = await requests.SendAsync(HttpMethod.Post, path, body: null, ifRun, wait ?? TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return answer.Length == 0 ? null : JsonSerializer.Deserialize(answer, GatewayJson.Default.GatewayEvent);
    }

    private async Task<JsonElement> GetAsync(Query query, CancellationToken cancellationToken, TimeSpan waits = default, string? ifRun = null) =>
        JsonElement.Parse(await requests.SendAsync(HttpMethod.Get, query.ToString(), body: null, ifRun, waits, cancellationToken).ConfigureAwait(false));

    private async Task<T> GetAsync<T>(Query query, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await requests.SendAsync(HttpMethod.Get, query.ToString(), body: null, ifRun: null, SlowCommands, cancellationToken).ConfigureAwait(false), type)!;

    private async Task<TAnswer> WriteAsync<TBody, TAnswer>(
        HttpMethod method, Query query, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, string? ifRun, TimeSpan waits, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(
            await requests.SendAsync(method, query.ToString(), JsonSerializer.SerializeToUtf8Bytes(body, bodyType), ifRun, waits, cancellationToken).ConfigureAwait(false), answerType)!;
}
