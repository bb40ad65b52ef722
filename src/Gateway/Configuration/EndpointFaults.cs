using Gateway.Vms;
using Gateway.Vms.Endpoints;
using QmpGateway.Qmp;

namespace Gateway.Configuration;

/// <summary>
/// Finds QMP sockets that are configured for two VMs, or that are the gateway's own. Two spellings of the same socket count as the same.
/// </summary>
internal static class EndpointFaults
{
    /// <param name="vms">The configured VMs by id.</param>
    /// <param name="listening">The URLs that the gateway listens on, each with the configuration key it comes from.</param>
    public static IEnumerable<string> Of(IReadOnlyDictionary<string, VmOptions> vms, IReadOnlyList<(string Key, string Url)> listening)
    {
        var used = new Dictionary<string, string>();
        foreach (var (key, text, endpoint) in Sockets(vms))
        {
            var place = EndpointPlace.Of(endpoint);
            var other = place.Names.Concat(place.File is { } file ? [file.Birth] : []).Select(name => used.TryAdd(name, key) ? null : used[name]).FirstOrDefault(static before => before is not null)
                ?? listening.FirstOrDefault(server => IsUrl(server.Url) && OwnSockets.Listens(server.Url, place)).Key;
            if (other is not null)
            {
                yield return $"{key} = '{text}' is already used by {other}: each VM requires its own socket";
            }
        }
    }

    private static IEnumerable<(string Key, string Text, QmpEndpoint Endpoint)> Sockets(IReadOnlyDictionary<string, VmOptions> vms)
    {
        foreach (var (id, vm) in vms)
        {
            foreach (var (key, text) in ((string, string?)[])[($"Gateway:Vms:{id}:Endpoint", vm.Endpoint), ($"Gateway:Vms:{id}:Monitor", vm.Monitor)])
            {
                if (QmpEndpoint.TryParse(text, out var endpoint))
                {
                    yield return (key, text, endpoint);
                }
            }
        }
    }

    // ListenFaults reports malformed URLs.
    private static bool IsUrl(string url)
    {
        try
        {
            return BindingAddress.Parse(url) is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
