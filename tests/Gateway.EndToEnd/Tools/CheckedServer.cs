using Gateway.EndToEnd.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.EndToEnd.Tools;

/// <summary>A server that answers every request with what a test gives it, behind Prism.</summary>
public sealed class CheckedServer : IAsyncLifetime
{
    private readonly WebApplication server;
    private Prism? prism;
    private volatile string body = "";
    private volatile int status;

    public CheckedServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Run(context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
            return context.Response.WriteAsync(body);
        });
    }

    public async ValueTask InitializeAsync()
    {
        await server.StartAsync();
        prism = await Prism.StartAsync(new Uri(server.Urls.Single()));
    }

    /// <summary>Has the server answer so, and returns what comes out of Prism.</summary>
    public async Task<(int Status, string Body)> AnswerAsync(string path, string with, int statusOf = 200)
    {
        (body, status) = (with, statusOf);
        using var response = await prism!.Http.GetAsync(path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (prism is not null)
        {
            await prism.DisposeAsync();
        }

        await server.DisposeAsync();
    }
}
