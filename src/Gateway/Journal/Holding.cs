namespace Gateway.Journal;

/// <summary>A number of entries and their size.</summary>
/// <param name="Count">The number of entries.</param>
/// <param name="Bytes">Their approximate size.</param>
internal readonly record struct Holding(long Count, long Bytes)
{
    // The approximate size of the other columns of a row.
    private const int Around = 64;

    /// <summary>Returns the holding of entries whose envelopes have a total size.</summary>
    public static Holding Of(long count, long envelopes) => new(count, envelopes + (count * Around));

    /// <summary>Returns the holding of a single entry.</summary>
    public static Holding OfOne(long envelope) => Of(1, envelope);

    public static Holding operator +(Holding one, Holding other) => new(one.Count + other.Count, one.Bytes + other.Bytes);

    public static Holding operator -(Holding one, Holding other) => new(one.Count - other.Count, one.Bytes - other.Bytes);
}
