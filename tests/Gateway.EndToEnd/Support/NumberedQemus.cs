namespace Gateway.EndToEnd.Support;

/// <summary>Fakes that send events with a number each, as long as somebody is connected.</summary>
public sealed class NumberedQemus : IAsyncDisposable
{
    private const int AtOnce = 5;

    private readonly AnsweringQemu[] fakes;
    private readonly string[] names;
    private readonly CancellationTokenSource over = new();
    private readonly Task sending;

    public NumberedQemus(params string[] names)
    {
        this.names = names;
        fakes = [.. names.Select(static _ => new AnsweringQemu())];
        sending = Task.WhenAll(fakes.Select(SendAsync));
    }

    /// <summary>The gateway's arguments that make them known.</summary>
    public IEnumerable<string> Arguments => names.Zip(fakes, static (name, fake) => RealGateway.Vm(name, fake.Endpoint));

    /// <summary>Sends no more.</summary>
    public async Task StopAsync()
    {
        await over.CancelAsync();
        await sending;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var fake in fakes)
        {
            await fake.DisposeAsync();
        }
    }

    private async Task SendAsync(AnsweringQemu fake)
    {
        for (var n = 0; !over.IsCancellationRequested;)
        {
            try
            {
                for (var i = 0; i < AtOnce; i++)
                {
                    await fake.EventAsync("NUMBERED", $$"""{"n": {{n++}}}""");
                }
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Until the gateway is back.
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }
}
