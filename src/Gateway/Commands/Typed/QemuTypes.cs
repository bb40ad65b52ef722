using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;

namespace Gateway.Commands.Typed;

/// <summary>
/// The keyword <c>type</c> with QEMU's rules: a number with a decimal point or an exponent, such as <c>1.0</c>, is not an integer.
/// </summary>
internal sealed class QemuTypes : TypeKeyword, IKeywordHandler
{
    public static readonly QemuTypes Keyword = new();

    private QemuTypes()
    {
    }

    KeywordEvaluation IKeywordHandler.Evaluate(KeywordData keyword, EvaluationContext context)
    {
        var allowed = (SchemaValueType)keyword.Value!;
        var found = TypeOf(context.Instance);
        var valid = allowed.HasFlag(found) || (found == SchemaValueType.Integer && allowed.HasFlag(SchemaValueType.Number));
        return new KeywordEvaluation { Keyword = Name, IsValid = valid, Error = valid ? null : Name };
    }

    private static SchemaValueType TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => SchemaValueType.Object,
        JsonValueKind.Array => SchemaValueType.Array,
        JsonValueKind.String => SchemaValueType.String,
        JsonValueKind.Null => SchemaValueType.Null,
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? SchemaValueType.Number : SchemaValueType.Integer,
        _ => SchemaValueType.Boolean,
    };
}
