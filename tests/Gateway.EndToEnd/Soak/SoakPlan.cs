using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.EndToEnd.Soak;

/// <summary>How long, how much, and the seed that everything random is drawn from.</summary>
internal sealed record SoakPlan(TimeSpan Duration, int Seed, int Fakes, int Qemus, int Readers, int Clients, int Damages)
{
    /// <summary>The part of the time in which the gateway is killed; after it one process is left alone, to see whether it grows.</summary>
    public TimeSpan Crashes => Duration * 0.4;

    /// <summary>The long form where <c>SOAK_MINUTES</c> asks for it, else the short one of every test run. <c>SOAK_SEED</c> draws the same again.</summary>
    public static SoakPlan FromEnvironment()
    {
        var seed = Number("SOAK_SEED") is { } given ? (int)given : RandomNumberGenerator.GetInt32(int.MaxValue);
        return Number("SOAK_MINUTES") is { } minutes
            ? new SoakPlan(TimeSpan.FromMinutes(minutes), seed, Fakes: 50, Qemus: 3, Readers: 20, Clients: 8, Damages: 28)
            : new SoakPlan(TimeSpan.FromSeconds(15), seed, Fakes: 10, Qemus: 2, Readers: 8, Clients: 3, Damages: 7);
    }

    /// <summary>A source of randomness of its own for whoever acts, so that no other's pace changes what it draws.</summary>
    public Random RandomFor(string actor) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed}/{actor}"))));

    private static double? Number(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
        ? double.Parse(text, CultureInfo.InvariantCulture) : null;
}
