using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QmpGateway.Contracts;

namespace QmpGateway.Client;

/// <summary>
/// A client of a gateway. This class is thread-safe. Failed requests throw a <see cref="GatewayException"/>, which reports the outcome of the command. Requests
/// that write carry an <c>Idempotency-Key</c>, so the client can retry them after a broken connection without executing them twice.
/// </summary>
public sealed class GatewayClient
{
    private readonly GatewayRequests requests;
    private readonly GatewayClientOptions options;

    /// <summary>Uses the given <see cref="HttpClient"/>. Give it an infinite <see cref="HttpClient.Timeout"/>, because event streams are long-lived.</summary>
    /// <param name="http">Sends the requests. Its <see cref="HttpClient.BaseAddress"/> is used if the options have none.</param>
    /// <param name="options">The gateway's address, the credential, timeouts and retries.</param>
    /// <exception cref="ArgumentException">Neither has a base address, or it is not absolute.</exception>
    public GatewayClient(HttpClient http, GatewayClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        requests = new GatewayRequests(http, options);
    }

    /// <summary>Lists the VMs with their last known states.</summary>
    /// <param name="labels">Only VMs with all of these labels.</param>
    /// <param name="connection">Only VMs whose connection is in this state.</param>
    /// <param name="status">Only VMs whose last known status is this run state.</param>
    /// <param name="ended"><c>true</c>: only VMs whose run is known to have ended. <c>false</c>: only the others.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public Task<VmList> ListVmsAsync(
        IReadOnlyDictionary<string, string>? labels = null, string? connection = null, string? status = null, bool? ended = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            new Query("/vms").AddLabels(labels).Add("connection", connection).Add("status", status).Add("ended", ended is { } only ? only ? "true" : "false" : null),
            GatewayJson.Default.VmList,
            cancellationToken);

    /// <summary>Returns a VM with its last known state.</summary>
    public Task<Vm> GetVmAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm), GatewayJson.Default.Vm, cancellationToken);

    /// <summary>Registers a VM, or changes its definition.</summary>
    public Task<Vm> PutVmAsync(string vm, PutVm body, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm), body, GatewayJson.Default.PutVm, GatewayJson.Default.Vm, ifRun: null, TimeSpan.Zero, cancellationToken);

    /// <summary>Removes a VM that was added through the API.</summary>
    public Task DeleteVmAsync(string vm, CancellationToken cancellationToken = default) =>
        requests.SendAsync(HttpMethod.Delete, Of(vm).ToString(), body: null, ifRun: null, TimeSpan.Zero, cancellationToken);

    /// <summary>Queries the status from QEMU.</summary>
    public Task<VmStatus> GetStatusAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "status"), GatewayJson.Default.VmStatus, cancellationToken);

    /// <summary>Waits until the VM is in one of the given states. The wait continues if the VM disconnects.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="states">The run states that end the wait, or <c>ended</c> for the end of the run.</param>
    /// <param name="timeout">How long to wait, in whole seconds, at most 300.</param>
    /// <param name="ifRun">The run that <c>ended</c> refers to.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="GatewayException"><c>wait-timed-out</c>: the VM did not reach any of the states in time.</exception>
    public async Task<ReachedStatus> WaitForStatusAsync(string vm, IEnumerable<string> states, TimeSpan timeout, string? ifRun = null, CancellationToken cancellationToken = default) =>
        ReachedStatus.From(await GetAsync(Of(vm, "status").Add("until", states).Add("timeout", Seconds(timeout)), cancellationToken, timeout, ifRun).ConfigureAwait(false));

    /// <summary>Returns the actions that the gateway has set with <c>set-action</c> on the current run.</summary>
    public Task<VmActions> GetActionsAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "actions"), GatewayJson.Default.VmActions, cancellationToken);

    /// <summary>Sets actions. Null keeps an action unchanged. (QAPI: <c>set-action</c>)</summary>
    public Task<VmActions> SetActionsAsync(string vm, VmActions actions, string? ifRun = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm, "actions"), actions, GatewayJson.Default.VmActions, GatewayJson.Default.VmActions, ifRun, TimeSpan.Zero, cancellationToken);

    /// <summary>Sets the watchdog's action. (QAPI: <c>watchdog-set-action</c>)</summary>
    public Task<VmActions> SetWatchdogAsync(string vm, string action, string? ifRun = null, CancellationToken cancellationToken = default) =>
        WriteAsync(HttpMethod.Put, Of(vm, "watchdog"), new PutWatchdog { Action = action }, GatewayJson.Default.PutWatchdog, GatewayJson.Default.VmActions, ifRun, TimeSpan.Zero, cancellationToken);

    /// <summary>Pauses the guest. With <paramref name="wait"/>, returns the <c>STOP</c> event, or null if the guest was not running.</summary>
    public Task<GatewayEvent?> StopAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "stop", wait, ifRun, cancellationToken);

    /// <summary>Resumes the guest. With <paramref name="wait"/>: answers the <c>RESUME</c> event, or null where the guest ran already.</summary>
    public Task<GatewayEvent?> ContinueAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "cont", wait, ifRun, cancellationToken);

    /// <summary>Resets the guest. With <paramref name="wait"/>, returns the <c>RESET</c> event.</summary>
    public Task<GatewayEvent?> ResetAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "reset", wait, ifRun, cancellationToken);

    /// <summary>Presses the guest's power button. With <paramref name="wait"/>, returns the <c>SHUTDOWN</c> event.</summary>
    public Task<GatewayEvent?> PowerDownAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "powerdown", wait, ifRun, cancellationToken);

    /// <summary>Wakes a suspended guest up. With <paramref name="wait"/>, returns the <c>WAKEUP</c> event.</summary>
    public Task<GatewayEvent?> WakeUpAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "wakeup", wait, ifRun, cancellationToken);

    /// <summary>Quits QEMU immediately, without a guest shutdown. With <paramref name="wait"/>, returns the <c>SHUTDOWN</c> event.</summary>
    public Task<GatewayEvent?> QuitAsync(string vm, TimeSpan? wait = null, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "quit", wait, ifRun, cancellationToken);

    /// <summary>Sends a non-maskable interrupt to the guest's processors.</summary>
    public Task InjectNmiAsync(string vm, string? ifRun = null, CancellationToken cancellationToken = default) => RunAsync(vm, "nmi", wait: null, ifRun, cancellationToken);

    /// <summary>
    /// Runs a lifecycle command, or sets actions, on many VMs. Returns an item with an outcome for each VM. A failure on one VM does not throw and does not affect
    /// the others.
    /// </summary>
    /// <param name="request">The action, and the VMs.</param>
    /// <param name="cancellationToken">Cancels the wait. The gateway may still finish the request.</param>
    /// <exception cref="GatewayException">The request as a whole failed, such as with <c>too-many-vms</c>.</exception>
    public Task<BulkResult> BulkAsync(BulkRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WriteAsync(
            HttpMethod.Post, new Query("/bulk"), request, GatewayJson.Default.BulkRequest, GatewayJson.Default.BulkResult, ifRun: null,
            BulkRounds * (SlowCommands + TimeSpan.FromSeconds(request.Wait ?? 0)), cancellationToken);
    }

    /// <summary>Sends any QMP command, and returns its result.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="request">The command.</param>
    /// <param name="timeout">The command's time; what is usual for it by default.</param>
    /// <param name="ifRun">The run that it is for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<JsonElement> ExecuteQmpAsync(string vm, QmpRequest request, TimeSpan? timeout = null, string? ifRun = null, CancellationToken cancellationToken = default) =>
        (await WriteAsync(
            HttpMethod.Post, Of(vm, "qmp").Add("timeout", Seconds(timeout)), request, GatewayJson.Default.QmpRequest, GatewayJson.Default.QmpReply, ifRun, timeout ?? SlowCommands, cancellationToken).ConfigureAwait(false)).Return;

    /// <summary>Lists the commands of the VM's QEMU as JSON Schema.</summary>
    public Task<CommandList> ListCommandsAsync(string vm, CancellationToken cancellationToken = default) => GetAsync(Of(vm, "commands"), GatewayJson.Default.CommandList, cancellationToken);

    /// <summary>Sends a command after the gateway has validated its arguments by the schema of the VM's QEMU, and returns its result.</summary>
    /// <inheritdoc cref="ExecuteQmpAsync" path="/param"/>
    /// <param name="vm">The VM.</param>
    /// <param name="command">The command's QAPI name.</param>
    /// <param name="arguments">Its arguments, a JSON object. None by default.</param>
    /// <param name="timeout">How long the command may take. The default depends on the command.</param>
    /// <param name="ifRun">The run that the command is for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<JsonElement> ExecuteAsync(
        string vm, string command, JsonElement? arguments = null, TimeSpan? timeout = null, string? ifRun = null, CancellationToken cancellationToken = default)
    {
        var body = arguments is { } given ? JsonSerializer.SerializeToUtf8Bytes(given, GatewayJson.Default.JsonElement) : "{}"u8.ToArray();
        var path = Of(vm, $"commands/{Uri.EscapeDataString(command)}").Add("timeout", Seconds(timeout)).ToString();
        return JsonElement.Parse(await requests.SendAsync(HttpMethod.Post, path, body, ifRun, timeout ?? SlowCommands, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads a page of history, oldest first unless <paramref name="newestFirst"/>.</summary>
    /// <param name="filter">Which events to read, and after which cursor. By default the page starts at the oldest event, or at the newest if <paramref name="newestFirst"/>.</param>
    /// <param name="limit">The maximum number of events, from 1 to 1,000.</param>
    /// <param name="newestFirst">Reads backwards in time. <c>After</c> then selects older events, and <c>Next</c> continues with older events.</param>
    /// <param name="since">Only events received at this time or later.</param>
    /// <param name="until">Only events received before this time.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="CursorExpiredException">Events after the cursor are no longer kept.</exception>
    public Task<EventPage> ReadHistoryAsync(
        Subscription? filter = null, int limit = 100, bool newestFirst = false, DateTimeOffset? since = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            Query.Of(filter).Add("after", filter?.After).Add("limit", limit.ToString(CultureInfo.InvariantCulture))
                .Add("order", newestFirst ? "desc" : null).Add("since", Time(since)).Add("until", Time(until)),
            GatewayJson.Default.EventPage,
            cancellationToken);

    /// <summary>
    /// Reads live events without end. The reader reconnects, also after restarts of the gateway, and receives every event exactly once. The first request is sent
    /// when the enumeration begins. It starts after the cursor <c>After</c>, or with new events if there is no cursor.
    /// </summary>
    /// <param name="filter">Which events to read. All by default.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="CursorExpiredException">The reader was disconnected for so long that the gateway no longer keeps some events that it has not read.</exception>
    /// <exception cref="GatewayException">The gateway refused the request.</exception>
    public IAsyncEnumerable<GatewayEvent> ReadEventsAsync(Subscription? filter = null, CancellationToken cancellationToken = default) =>
        new EventStream(requests, options, filter ?? new Subscription()).ReadAsync(cancellationToken);

    /// <summary>
    /// Lists the VMs, then reports changes without end. The watch reconnects, also after restarts of the gateway. It may start before the gateway.
    /// </summary>
    /// <param name="vms">Patterns of VM ids, such as <c>web-*</c>. All VMs by default.</param>
    /// <param name="cancellationToken">Stops the watch.</param>
    /// <exception cref="GatewayException">The gateway refused a request.</exception>
    public IAsyncEnumerable<VmChange> WatchVmsAsync(IReadOnlyList<string>? vms = null, CancellationToken cancellationToken = default) =>
        new VmWatch(this, vms, options.Time).ReadAsync(cancellationToken);

    /// <summary>Reads the audit log, newest entries first.</summary>
    public Task<AuditPage> ReadAuditAsync(string? vm = null, string? who = null, int limit = 100, CancellationToken cancellationToken = default) =>
        GetAsync(new Query("/audit").Add("vm", vm).Add("who", who).Add("limit", limit.ToString(CultureInfo.InvariantCulture)), GatewayJson.Default.AuditPage, cancellationToken);

    /// <summary>Returns the version of the gateway.</summary>
    public Task<GatewayVersion> GetVersionAsync(CancellationToken cancellationToken = default) => GetAsync(new Query("/version"), GatewayJson.Default.GatewayVersion, cancellationToken);

    /// <summary>Returns the health of the gateway.</summary>
    /// <exception cref="GatewayException">The gateway is not ready. The problem says why.</exception>
    public Task<Health> GetHealthAsync(CancellationToken cancellationToken = default) => GetAsync(new Query("/health/ready"), GatewayJson.Default.Health, cancellationToken);

    // The gateway's default timeout for slow commands.
    private static readonly TimeSpan SlowCommands = TimeSpan.FromMinutes(1);

    // By default, one request changes at most 1,000 VMs, and the gateway works on 32 of them at a time.
    private const int BulkRounds = 32;

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
