using Gateway.Data;

namespace Gateway.Journal;

/// <summary>The journal is a newer gateway's.</summary>
internal sealed class NewerJournalException(string message) : Exception(message), IAdvice
{
    public string Advice => "start that gateway";
}
