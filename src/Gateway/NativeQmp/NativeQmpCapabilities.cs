using System.Text.Json;
using Gateway.Json;
using QmpGateway.Qmp;

namespace Gateway.NativeQmp;

/// <summary>The capabilities that a client enables.</summary>
internal static class NativeQmpCapabilities
{
    /// <summary>Returns the error in the arguments of <c>qmp_capabilities</c>; null if they are valid.</summary>
    public static string? Fault(JsonElement? arguments, QmpGreeting qemu)
    {
        foreach (var member in arguments?.EnumerateObject() ?? default)
        {
            if (JsonReading.NameOf(member) is not "enable" and var name)
            {
                return $"Parameter '{name}' is unexpected";
            }

            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                return "Invalid parameter type for 'enable', expected: array";
            }

            foreach (var (i, capability) in member.Value.EnumerateArray().Index())
            {
                if (JsonReading.TextOfAny(capability) != QmpGreeting.OutOfBandCapability)
                {
                    return $"Parameter 'enable[{i}]' does not accept value '{JsonReading.TextOfAny(capability)}'";
                }

                if (!qemu.Capabilities.Contains(QmpGreeting.OutOfBandCapability))
                {
                    return "Capability 'oob' is not available";
                }
            }
        }

        return null;
    }

    /// <summary>Whether the client enables out-of-band execution.</summary>
    public static bool EnableOutOfBand(JsonElement? arguments) =>
        arguments is { } given && given.TryGetProperty("enable", out var enabled) && enabled.GetArrayLength() > 0;
}
