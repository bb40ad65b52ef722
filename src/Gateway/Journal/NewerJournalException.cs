using Gateway.Data;

namespace Gateway.Journal;

/// <summary>The journal was written by a newer gateway.</summary>
internal sealed class NewerJournalException(string message) : Exception(message), IAdvice
{
    public string Advice => "Start that newer gateway";
}
