using Gateway.Access;
using Gateway.Journal;

namespace Gateway.Settings;

/// <summary>What settings have to be, and the fault where they are not.</summary>
internal static class Fault
{
    public static IEnumerable<string> Unless(bool right, string fault) => right ? [] : [fault];

    public static IEnumerable<string> OfEndpointPatterns(string key, IEnumerable<string> endpoints) => endpoints.SelectMany((endpoint, i) => Unless(
        EndpointPattern.TryParse(endpoint) is not null, $"{key}:{i} = '{endpoint}' is not a pattern of endpoints: write {EndpointPattern.Format}"));

    public static IEnumerable<string> OfPatterns(string key, IEnumerable<string> vms) => vms.SelectMany((vm, i) => Unless(
        VmPattern.TryParse(vm, out _), $"{key}:{i} = '{vm}' is no pattern of ids: write an id, in which * stands for any text"));
}
