using Xunit;

namespace Gateway.EndToEnd.Tools;

/// <summary>
/// Prism, through which a part of these tests runs once more, finds an answer that is not as the document says, in each of the shapes that the
/// document uses: so a run without a finding means something.
/// </summary>
public sealed class PrismTests(CheckedServer server) : IClassFixture<CheckedServer>
{
    private const string Envelope = """ "id":"1","vm":"x","timestamp":null,"receivedAt":"2026-11-24T03:53:00.123999Z" """;

    private const string Panic = "GUEST_PANICKED\",\"origin\":\"qemu\",\"data\"";

    /// <summary>A path, and two bodies that differ in one respect: as the document says, and not so.</summary>
    public static TheoryData<string, string, string> Answers => new()
    {
        { "/version", """{"version":"1","contract":"1","features":["a"]}""", """{"version":"1","contract":"1","features":[1]}""" },
        { "/version", """{"version":"1","contract":"1","features":[]}""", """{"version":"1","contract":"1"}""" },
        { "/vms/x/status", """{"running":true,"singlestep":null,"status":"dreaming"}""", """{"running":true,"singlestep":null,"status":7}""" },
        { "/vms/x/status", """{"running":true,"status":"paused"}""", """{"running":"yes","status":"paused"}""" },
        { "/events", Page("STOP\",\"origin\":\"qemu\",\"data\":{}"), Page("STOP\",\"origin\":\"qemu\",\"data\":7") },
        { "/events", Page("VM_REMOVED\",\"origin\":\"qemu\",\"data\":{}"), Page("VM_REMOVED\",\"origin\":\"gateway\",\"data\":{}") },
        { "/events", Page($"{Panic}:{{\"action\":\"pause\"}}"), Page($"{Panic}:{{\"action\":null}}") },
        {
            "/events", Page($"{Panic}:{{\"action\":\"run\",\"info\":{{\"type\":\"sev\",\"set\":1,\"code\":2}}}}"),
            Page($"{Panic}:{{\"action\":\"run\",\"info\":{{\"type\":\"sev\",\"set\":1}}}}")
        },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_passes_only_as_the_document_says(string path, string valid, string invalid)
    {
        Assert.Equal(200, (await server.AnswerAsync(path, valid)).Status);
        var (status, problem) = await server.AnswerAsync(path, invalid);
        Assert.Equal(500, status);
        Assert.Contains("\"location\":[\"response\"", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_the_document_does_not_have_fails() =>
        Assert.Equal(500, (await server.AnswerAsync("/version", """{"version":"1","contract":"1","features":[]}""", statusOf: 202)).Status);

    private static string Page(string entry) => $$"""{"items":[{{{Envelope}},"event":"{{entry}}}],"next":"1"}""";
}
