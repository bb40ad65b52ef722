using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Gateway.EndToEnd.Support;
using Microsoft.Playwright;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A page of the dashboard, in a browser that shares nothing with those of other tests.</summary>
public sealed class DashboardPage
{
    /// <summary>No wait for something on a page is longer than this.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RealGateway gateway;
    private readonly string origin;
    private readonly ConcurrentQueue<string> faults = [];
    private readonly List<string> expected = [];

    private DashboardPage(RealGateway gateway, IPage page)
    {
        (this.gateway, Page) = (gateway, page);
        origin = gateway.Address.GetLeftPart(UriPartial.Authority);
    }

    public IPage Page { get; }

    /// <summary>The page beside the navigation.</summary>
    public ILocator Main => Page.Locator("main");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    internal static async Task<DashboardPage> NewAsync(IBrowserContext context, RealGateway gateway, Visitor visitor)
    {
        if (ScriptOf(visitor) is { Length: > 0 } script)
        {
            await context.AddInitScriptAsync(script);
        }

        var page = new DashboardPage(gateway, await context.NewPageAsync());
        context.Console += (_, message) => page.Note(message.Type is "error" or "warning", $"{message.Text} ({message.Location})");
        context.WebError += (_, error) => page.Note(true, $"not caught: {error.Error}");
        context.Request += (_, request) => page.Note(!page.IsOwn(request.Url), $"a request to another origin: {request.Url}");
        return page;
    }

    /// <summary>Allows errors in the console whose text contains one of these. Chromium reports each request that fails.</summary>
    public void Expect(params string[] texts) => expected.AddRange(texts);

    /// <summary>Opens an address of the gateway, as somebody who types it.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(origin + path);

    /// <summary>Waits until the page shows what it was opened for.</summary>
    public async Task SettledAsync()
    {
        await Page.Locator("h1").First.WaitForAsync();
        await UntilAsync<bool>("""() => !/Loading|Connecting/.test(document.body.innerText)""");
    }

    /// <summary>Presses keys, one after the other.</summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            await Page.Keyboard.PressAsync(key);
        }
    }

    /// <summary>The row of a VM in the list.</summary>
    public ILocator Row(string vm) => Page.Locator("table tbody tr").Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = vm, Exact = true }) });

    /// <summary>A button by its whole name.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>What has the focus: its element's name, and what it is called.</summary>
    public Task<string> FocusAsync() => Page.EvaluateAsync<string>("""
        () => {
          const at = document.activeElement;
          return at === null || at === document.body ? "nothing" : `${at.localName} ${(at.getAttribute("aria-label") ?? at.innerText ?? at.id).trim()}`;
        }
        """);

    /// <summary>Waits until a condition holds in the page, and returns its value.</summary>
    public async Task<T> UntilAsync<T>(string condition)
    {
        var handle = await Page.WaitForFunctionAsync(condition);
        return await handle.JsonValueAsync<T>();
    }

    /// <summary>Answers requests for a path of the gateway in its place.</summary>
    public Task AnswerAsync(string path, int status, string body, string type = "application/json") =>
        Page.RouteAsync(url => new Uri(url).AbsolutePath == path, route => route.FulfillAsync(new() { Status = status, Body = body, ContentType = type }));

    /// <summary>What the page shows and what went wrong on it, for the message of a test that failed.</summary>
    public async Task<string> DescribeAsync()
    {
        string text;
        try
        {
            text = await Page.Locator("body").InnerTextAsync(new() { Timeout = 2000 });
        }
        catch (PlaywrightException gone)
        {
            text = gone.Message;
        }

        return $"""
            faults: {string.Join('\n', faults)}
            address: {Page.Url}
            page: {text}
            gateway: {gateway.Log}
            """;
    }

    /// <summary>Sees that nothing went wrong in the page but what was expected.</summary>
    public void AssertQuiet() => Assert.DoesNotContain(faults, fault => !expected.Exists(text => fault.Contains(text, StringComparison.Ordinal)));

    private bool IsOwn(string url) => url.StartsWith(origin + "/", StringComparison.Ordinal) || url.StartsWith("about:", StringComparison.Ordinal);

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            faults.Enqueue(text);
        }
    }

    private static string ScriptOf(Visitor visitor)
    {
        var script = visitor.Script;
        if (visitor.Key is { } key)
        {
            // Once: a key that the page forgets stays forgotten.
            script += $$"""
                ;if (sessionStorage.getItem("test.signed-in") === null) {
                  sessionStorage.setItem("test.signed-in", "yes");
                  sessionStorage.setItem("qmp-gateway.key", {{JsonSerializer.Serialize(key)}});
                }
                """;
        }

        if (visitor.ClockAhead != TimeSpan.Zero)
        {
            script += $$"""
                ;{
                  const Right = Date;
                  const ahead = {{visitor.ClockAhead.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}};
                  globalThis.Date = class extends Right {
                    constructor(...parts) { super(...(parts.length === 0 ? [Right.now() + ahead] : parts)); }
                    static now() { return Right.now() + ahead; }
                  };
                }
                """;
        }

        return script;
    }
}
