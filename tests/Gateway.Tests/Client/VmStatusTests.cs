using System.Text.Json;
using System.Text.Json.Serialization;
using QmpGateway.Contracts;
using Xunit;

namespace Gateway.Tests.Client;

/// <summary>A status is typed, and loses nothing that QEMU said.</summary>
public sealed partial class VmStatusTests
{
    [Fact]
    public void Members_and_states_of_another_QEMU_are_kept()
    {
        const string json = """{"status":"of-a-newer-qemu","singlestep":false,"running":true,"count":18446744073709551615}""";

        var status = Read(json);

        Assert.Equal((true, false, new VmRunState("of-a-newer-qemu")), (status.Running, status.Singlestep, status.Status));
        Assert.Equal("18446744073709551615", status.OtherMembers["count"].GetRawText());
        Assert.Equal(json, JsonSerializer.Serialize(status));
        Assert.Equal(json, JsonSerializer.Serialize(status, OwnJson.Default.VmStatus));
    }

    [Fact]
    public void A_status_without_singlestep_is_written_without_it() => Assert.Equal(
        """{"status":"paused","running":false}""", JsonSerializer.Serialize(new VmStatus { Running = false, Status = VmRunState.Paused }));

    [Fact]
    public void The_gateway_passes_QEMUs_members_on_in_their_order()
    {
        const string json = """{"running":true,"extra":{"a":1.50},"singlestep":false,"status":"running"}""";
        Assert.Equal(json, JsonSerializer.Serialize(VmStatus.PassOn(JsonElement.Parse(json))));
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("[]", false)]
    [InlineData("7", false)]
    [InlineData("""{"running":true}""", false)]
    [InlineData("""{"status":"running"}""", false)]
    [InlineData("""{"running":1,"status":"running"}""", false)]
    [InlineData("""{"running":true,"status":null}""", false)]
    public void What_is_no_status_is_refused(string json, bool isNull)
    {
        if (isNull)
        {
            Assert.Null(JsonSerializer.Deserialize<VmStatus>(json));
            return;
        }

        Assert.Throws<JsonException>(() => Read(json));
    }

    [Fact]
    public void Statuses_are_equal_by_their_members()
    {
        const string json = """{"status":"running","running":true,"extra":{"a":1}}""";
        Assert.Equal(Read(json), Read(json));
        Assert.Equal(Read(json).GetHashCode(), Read(json).GetHashCode());
        Assert.NotEqual(Read(json), Read("""{"status":"running","running":true,"extra":{"a":2}}"""));
        Assert.NotEqual(Read(json), Read("""{"status":"running","running":true}"""));
        Assert.NotEqual(Read(json), Read("""{"status":"paused","running":true,"extra":{"a":1}}"""));
    }

    [Fact]
    public void Every_state_of_QEMU_has_a_name() => Assert.Equal(
        QmpGateway.Qmp.RunState.Known.Select(static state => state.Value).Order(),
        typeof(VmRunState).GetProperties().Where(static property => property.PropertyType == typeof(VmRunState)).Select(static property => property.GetValue(null)!.ToString()).Order());

    private static VmStatus Read(string json) => JsonSerializer.Deserialize<VmStatus>(json)!;

    /// <summary>A user's own generated code for the contracts.</summary>
    [JsonSerializable(typeof(VmStatus))]
    private sealed partial class OwnJson : JsonSerializerContext;
}
