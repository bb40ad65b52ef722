namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>Who looks at the dashboard, and with what.</summary>
public sealed record Visitor
{
    /// <summary>A telephone's width.</summary>
    public const int Narrow = 390;

    public bool Dark { get; init; }

    public int Width { get; init; } = 1440;

    public int Height { get; init; } = 1000;

    /// <summary>The API key with which the visitor is signed in already; null if none.</summary>
    public string? Key { get; init; }

    /// <summary>How far the clock of the visitor's computer is ahead.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>More JavaScript that runs in each document before the page's own.</summary>
    public string Script { get; init; } = "";
}
