using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>The events that the page of events shows, compared with the journal.</summary>
internal static class ShownEvents
{
    /// <summary>A window so high that it shows all events of a short test, since the page draws no rows out of sight.</summary>
    public static readonly Visitor Tall = new() { Height = 12_000 };

    /// <summary>Waits until the page shows the journal's last event, and sees that it shows each from its first on, once and in order.</summary>
    public static async Task<int> AssertWholeAsync(DashboardPage page, RealGateway gateway, string vm)
    {
        var kept = (await gateway.EventsAsync($"vm={vm}")).ConvertAll(static envelope => envelope.Id());
        await Poll.UntilAsync(async () => (await IdsAsync(page)).FirstOrDefault() ?? "none", kept[^1]);
        var shown = await IdsAsync(page);
        Assert.Equal(kept.Skip(kept.IndexOf(shown[^1])).Reverse(), shown);
        return shown.Length;
    }

    /// <summary>The ids of the rows, newest first as the page has them.</summary>
    public static Task<string[]> IdsAsync(DashboardPage page) =>
        page.Page.EvaluateAsync<string[]>("""() => [...document.querySelectorAll("main [data-event]")].map((row) => row.dataset.event)""");
}
