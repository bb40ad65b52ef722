using Gateway.Vms;
using Qmp;

namespace Gateway.Configuration;

/// <summary>Finds monitors that the configuration gives to two VMs, or that are where the gateway itself listens, however they are written.</summary>
internal static class EndpointFaults
{
    /// <param name="vms">The VMs.</param>
    /// <param name="listening">The URLs that the gateway listens on, each with its key.</param>
    public static IEnumerable<string> Of(IReadOnlyDictionary<string, VmOptions> vms, IReadOnlyList<(string Key, string Url)> listening)
    {
        var taken = new Dictionary<string, string>();
        foreach (var (key, text, endpoint) in Sockets(vms))
        {
            var place = EndpointPlace.Of(endpoint);
            var other = place.Names.Concat(place.File is { } file ? [file.Birth] : []).Select(name => taken.TryAdd(name, key) ? null : taken[name]).FirstOrDefault(static before => before is not null)
                ?? listening.FirstOrDefault(server => IsUrl(server.Url) && OwnSockets.Listens(server.Url, place)).Key;
            if (other is not null)
            {
                yield return $"{key} = '{text}' is in use by {other}: each VM needs a socket of its own";
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

    // What is wrong with one is found elsewhere.
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
