namespace Gateway.Configuration;

/// <summary>Recognizes misspelled words.</summary>
internal static class TypingErrors
{
    /// <summary>Whether two words differ by one added, missing or replaced character, or by two swapped neighbours. Case is ignored.</summary>
    public static bool IsOne(string word, string meant)
    {
        var (a, b) = (word.ToUpperInvariant(), meant.ToUpperInvariant());
        var start = 0;
        while (start < Math.Min(a.Length, b.Length) && a[start] == b[start])
        {
            start++;
        }

        var (restA, restB) = (a[start..], b[start..]);
        return (restA.Length - restB.Length) switch
        {
            0 => restA.Length > 0 && (restA[1..] == restB[1..] || (restA.Length > 1 && restA[0] == restB[1] && restA[1] == restB[0] && restA[2..] == restB[2..])),
            1 => restA[1..] == restB,
            -1 => restB[1..] == restA,
            _ => false,
        };
    }
}
