using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;
using Xunit;

namespace Gateway.EndToEnd.Dashboard.Support;

/// <summary>A gateway that asks for a key, with one key for each role and three VMs.</summary>
public sealed class KeyedGateway : IAsyncLifetime
{
    public const string Viewer = "key-of-a-viewer-0123456789abcdef";
    public const string Operator = "key-of-an-operator-0123456789abc";
    public const string Admin = "key-of-an-admin-0123456789abcdef";
    public const string Nobody = "key-without-grants-0123456789abc";

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("keyed-");
    private readonly Dictionary<string, LivelyQemu> fakes = [];
    private RealGateway? gateway;

    public RealGateway Gateway => gateway!;

    public LivelyQemu this[string vm] => fakes[vm];

    public async ValueTask InitializeAsync()
    {
        foreach (var vm in (string[])["web-01", "web-02", "db-01"])
        {
            fakes[vm] = new LivelyQemu(Path.Combine(directory.FullName, $"{vm}.sock"));
        }

        gateway = await RealGateway.StartAsync([
            .. fakes.Select(static fake => RealGateway.Vm(fake.Key, fake.Value.Endpoint)),
            .. Grant("viewer", Viewer, ("viewer", "*")), .. Grant("operator", Operator, ("operator", "web-*")),
            .. Grant("admin", Admin, ("admin", "*")), .. Grant("nobody", Nobody),
        ]);
        await Task.WhenAll(fakes.Values.Select(static fake => fake.WaitForGatewayAsync()));
    }

    /// <summary>Gives a key, which works as soon as the gateway has read its file; null takes it away.</summary>
    public Task WriteKeyAsync(string? key)
    {
        JsonObject keys = [];
        if (key is not null)
        {
            keys["guest"] = new JsonObject { ["Hash"] = HashOf(key), ["Grants"] = new JsonArray(new JsonObject { ["Role"] = "viewer", ["Vms"] = new JsonArray("*") }) };
        }

        var settings = new JsonObject { [nameof(Gateway)] = new JsonObject { ["Security"] = new JsonObject { ["ApiKeys"] = keys } } };
        return File.WriteAllTextAsync(Path.Combine(Gateway.WorkingDirectory, "appsettings.json"), settings.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        await Task.WhenAll(fakes.Values.Select(static fake => fake.DisposeAsync().AsTask()));
        directory.Delete(recursive: true);
    }

    private static IEnumerable<string> Grant(string name, string key, params (string Role, string Vms)[] grants) =>
    [
        $"--Gateway:Security:ApiKeys:{name}:Hash={HashOf(key)}",
        .. grants.Index().SelectMany(grant => (string[])
        [
            $"--Gateway:Security:ApiKeys:{name}:Grants:{grant.Index}:Role={grant.Item.Role}",
            $"--Gateway:Security:ApiKeys:{name}:Grants:{grant.Index}:Vms:0={grant.Item.Vms}",
        ]),
    ];

    private static string HashOf(string key) => $"sha256:salt:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("salt" + key)))}";
}
