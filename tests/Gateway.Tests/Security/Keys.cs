using Gateway.Access;

namespace Gateway.Tests.Security;

/// <summary>API keys for tests: the key of a name is <c>key of NAME</c>.</summary>
internal static class Keys
{
    /// <summary>Configures a key.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="name">The key's name.</param>
    /// <param name="role">Its role; null for no grant at all.</param>
    /// <param name="vms">Patterns of the VMs of its grant; none for all.</param>
    public static GatewayHost WithKey(this GatewayHost host, string name, string? role, params string[] vms)
    {
        host.Set($"Gateway:Security:ApiKeys:{name}:Hash", KeyHash.Of("salt", Of(name)).ToString());
        if (role is not null)
        {
            host.Set($"Gateway:Security:ApiKeys:{name}:Grants:0:Role", role);
        }

        for (var i = 0; i < vms.Length; i++)
        {
            host.Set($"Gateway:Security:ApiKeys:{name}:Grants:0:Vms:{i}", vms[i]);
        }

        return host;
    }

    /// <summary>Limits the first grant of a key to some endpoints.</summary>
    public static GatewayHost WithEndpoints(this GatewayHost host, string name, params string[] endpoints)
    {
        for (var i = 0; i < endpoints.Length; i++)
        {
            host.Set($"Gateway:Security:ApiKeys:{name}:Grants:0:Endpoints:{i}", endpoints[i]);
        }

        return host;
    }

    public static string Of(string name) => $"key-of-{name}";

    /// <summary>The header that shows a key.</summary>
    public static (string Name, string Value) As(string name) => ("Authorization", $"Bearer {Of(name)}");
}
