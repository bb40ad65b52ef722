using System.Text;
using System.Text.Json;
using Gateway.Commands.Typed;
using QmpGateway.Qmp;
using QmpGateway.Qmp.Schema;
using Xunit;

namespace Gateway.Tests.Commands.Typed;

public sealed class ArgumentCheckTests
{
    private static readonly QapiSchema Schema = QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes("""
        [
          {"name": "str", "meta-type": "builtin", "json-type": "string"},
          {"name": "int", "meta-type": "builtin", "json-type": "int"},
          {"name": "0", "meta-type": "object", "members": []},
          {"name": "1", "meta-type": "enum", "members": [{"name": "tcp"}, {"name": "file"}]},
          {"name": "2", "meta-type": "object", "tag": "if", "members": [{"name": "if", "type": "1"}],
           "variants": [{"case": "tcp", "type": "3"}, {"case": "file", "type": "4"}]},
          {"name": "3", "meta-type": "object", "members": [{"name": "port", "type": "int"}]},
          {"name": "4", "meta-type": "object", "members": [{"name": "a/b~", "type": "str"}, {"name": "items", "type": "[5]", "default": null}]},
          {"name": "[5]", "meta-type": "array", "element-type": "5"},
          {"name": "5", "meta-type": "alternate", "members": [{"type": "str"}, {"type": "2"}]},
          {"name": "open", "meta-type": "command", "arg-type": "2", "ret-type": "0"},
          {"name": "size", "meta-type": "command", "arg-type": "3", "ret-type": "0"},
          {"name": "stop", "meta-type": "command", "arg-type": "0", "ret-type": "0"}
        ]
        """)));

    private readonly ArgumentCheck check = new(Schema);

    [Theory]
    [InlineData("stop", "{}")]
    [InlineData("size", """{"port":18446744073709551615}""")]
    [InlineData("size", """{"port":-9223372036854775808}""")]
    [InlineData("size", """{"port":9007199254740993}""")]
    [InlineData("open", """{"if":"tcp","port":1}""")]
    [InlineData("open", """{"if":"file","a/b~":"😀","items":["x",{"if":"tcp","port":0}]}""")]
    public void What_is_right_has_no_faults(string command, string arguments) => Assert.Equal("", Faults(command, arguments));

    [Theory]
    [InlineData("size", "18446744073709551616", "must be from -9223372036854775808 to 18446744073709551615")]
    [InlineData("size", "-9223372036854775809", "must be from -9223372036854775808 to 18446744073709551615")]
    [InlineData("size", "1000000000000000000000000000000000000000", "must be from -9223372036854775808 to 18446744073709551615")]
    [InlineData("size", "1.0", "must be a whole number without a decimal point or exponent, not 1.0")]
    [InlineData("size", "1e999", "must be a whole number without a decimal point or exponent, not 1e999")]
    [InlineData("size", "null", "must be a whole number without a decimal point or exponent, not null")]
    public void An_integer_is_one_of_64_bits_and_spelled_so(string command, string port, string fault) =>
        Assert.Equal($"port {fault}", Faults(command, $$"""{"port":{{port}}}"""));

    [Theory]
    [InlineData("stop", "[]", "body must be an object, not an array")]
    [InlineData("stop", """{"x":1}""", "x is an unknown member; expected none")]
    [InlineData("open", "{}", "if is missing; expected one of tcp, file")]
    [InlineData("open", """{"if":7,"x":1}""", "if must be a string, not 7")]
    [InlineData("open", """{"if":"udp","x":1}""", "if must be one of tcp, file, not 'udp'")]
    public void A_fault_names_what_is_allowed(string command, string arguments, string fault) => Assert.Equal(fault, Faults(command, arguments));

    [Fact]
    public void A_fault_of_a_union_is_about_the_variant_that_is_selected() =>
        Assert.Equal("path is an unknown member; expected one of if, port; port is missing", Faults("open", """{"if":"tcp","path":1}"""));

    [Fact]
    public void All_faults_are_told_wherever_they_are() => Assert.Equal(
        "a/b~ must be a string, not a boolean; items[0] must be a string or an object, not 5; items[1].port is missing; items[2].if must be one of tcp, file, not 'x'",
        Faults("open", """{"if":"file","a/b~":true,"items":[5,{"if":"tcp"},{"if":"x"}]}"""));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.Equal("a/b~ contains an unpaired surrogate; items[0] contains an unpaired surrogate",
            Faults("open", """{"if":"file","a/b~":"\ud800","items":["\udc00"]}"""));
        Assert.Equal("if contains an unpaired surrogate", Faults("open", """{"if":"\ud800"}"""));
    }

    [Fact]
    public void A_long_value_is_told_by_its_beginning() =>
        Assert.True(Faults("open", $$"""{"if":"{{new string('x', 100_000)}}"}""").Length is > 200 and < 300);

    private string Faults(string command, string arguments) => string.Join("; ", check.Check(Schema.Commands[command], JsonElement.Parse(arguments))
        .SelectMany(static fault => fault.Value.Select(message => $"{fault.Key} {message}")));
}
