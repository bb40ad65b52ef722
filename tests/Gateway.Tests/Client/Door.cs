namespace Gateway.Tests.Client;

/// <summary>A gateway that is away at times.</summary>
internal sealed class Door(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int refused;

    public int Refused => Volatile.Read(ref refused);

    public bool IsOpen { get; set; } = true;

    /// <summary>The path at whose request it goes away.</summary>
    public string? ClosesFor { get; set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath == ClosesFor)
        {
            IsOpen = false;
        }

        if (IsOpen)
        {
            return base.SendAsync(request, cancellationToken);
        }

        Interlocked.Increment(ref refused);
        throw new HttpRequestException("Connection refused");
    }
}
