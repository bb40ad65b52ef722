using System.Text.Json;
using Gateway.EndToEnd.Support;

namespace Gateway.EndToEnd.Soak;

/// <summary>One event as a reader was shown it.</summary>
/// <param name="Id">Its place in the journal.</param>
/// <param name="Vm">Whose.</param>
/// <param name="Name">What.</param>
/// <param name="Number">The number that a fake gave it.</param>
/// <param name="Digest">Of the whole envelope, whichever protocol carried it.</param>
/// <param name="Envelope">All of what is not numbered.</param>
internal sealed record Told(long Id, string Vm, string Name, long? Number, int Digest, JsonElement Envelope)
{
    public static Told From(JsonElement envelope)
    {
        var vm = envelope.GetProperty("vm").GetString()!;
        if (vm == SoakHostile.Id)
        {
            // Not looked at: it may be no text in any language.
            return new Told(long.Parse(envelope.Id()), vm, envelope.Name(), Number: null, Digest: 0, Envelope: default);
        }

        var data = envelope.Data();
        long? number = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("n", out var n) ? n.GetInt64() : null;
        return new Told(
            long.Parse(envelope.Id()), vm, envelope.Name(), number, Same.Text(envelope).GetHashCode(StringComparison.Ordinal),
            number is null ? envelope.Clone() : default);
    }

    public override string ToString() => $"{Id} {Vm} {Name} {Number}";
}

/// <summary>What a reader asks for, and what that means in the simplest terms.</summary>
internal sealed record SoakFilter(string[] Vms, string[] Events)
{
    public string Query => string.Join('&', [.. Vms.Select(static vm => $"vm={vm}"), .. Events.Select(static name => $"event={name}")]);

    public bool Matches(Told told) => (Events.Length == 0 || Events.Contains(told.Name)) && (Vms.Length == 0 || Vms.Any(pattern =>
        pattern.EndsWith('*') ? told.Vm.StartsWith(pattern[..^1], StringComparison.Ordinal) : told.Vm == pattern));

    public override string ToString() => Query;
}
