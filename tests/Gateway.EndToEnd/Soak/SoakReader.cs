using System.Text.Json;

namespace Gateway.EndToEnd.Soak;

/// <summary>
/// One reader that stops, resumes where it was, and is slow at times. However it reads, it must be shown what history has for its
/// filter after the point where it began: all of it, once, in order.
/// </summary>
internal abstract class SoakReader(SoakGateway gateway, SoakFilter filter, Random random, SoakReport report)
{
    private readonly List<Told> shown = [];
    private bool slow;

    public SoakFilter Filter => filter;

    /// <summary>Everything shown so far.</summary>
    public IReadOnlyList<Told> Shown => shown;

    /// <summary>How many were shown: safe to ask while it reads.</summary>
    public int Count { get; private set; }

    /// <summary>The point from which on it was told that it would miss nothing.</summary>
    public long? Began { get; private set; }

    /// <summary>From now on it neither stops nor dawdles.</summary>
    public bool Hurries { get; set; }

    /// <summary>The cursor to resume from; null before the first answer.</summary>
    protected string? Cursor { get; private set; }

    protected SoakReport Report => report;

    protected SoakGateway Gateway => gateway;

    public abstract string Kind { get; }

    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            using var session = CancellationTokenSource.CreateLinkedTokenSource(over);
            var life = await gateway.LifeAsync(over).ContinueWith(static task => task.IsCompletedSuccessfully ? task.Result : null, TaskScheduler.Default);
            if (life is null)
            {
                return;
            }

            slow = random.Next(5) == 0;
            if (!Hurries)
            {
                session.CancelAfter(TimeSpan.FromSeconds(1 + (random.NextDouble() * 15)));
            }

            try
            {
                report.Count($"readings begun: {Kind}");
                await ReadAsync(life, session.Token);
            }
            catch (Exception end)
            {
                report.Hold(session.IsCancellationRequested || life.Ending, () => $"{this}: the reading broke though the gateway runs: {end}");
            }

            await Task.Delay(Hurries ? 50 : random.Next(2_000), CancellationToken.None);
        }
    }

    public override string ToString() => $"{Kind} [{filter}]";

    /// <summary>Reads on from <see cref="Cursor"/> until told to stop, or fails.</summary>
    protected abstract Task ReadAsync(GatewayLife life, CancellationToken session);

    /// <summary>The reader begins at this point.</summary>
    protected void Begin(string cursor)
    {
        Began ??= long.Parse(cursor);
        Cursor ??= cursor;
    }

    /// <summary>An event was shown.</summary>
    protected async ValueTask TakeAsync(JsonElement envelope)
    {
        var told = Told.From(envelope);
        shown.Add(told);
        Count = shown.Count;
        Cursor = envelope.GetProperty("id").GetString();
        if (slow && !Hurries)
        {
            await Task.Delay(random.Next(20), CancellationToken.None);
        }
    }

    /// <summary>Nothing was shown, but the cursor moved on.</summary>
    protected void Move(string cursor) => Cursor = cursor;
}
