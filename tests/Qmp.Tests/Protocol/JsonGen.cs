using CsCheck;

namespace QmpGateway.Qmp.Tests.Protocol;

/// <summary>Texts of JSON values, in every spelling that a framer could trip over.</summary>
internal static class JsonGen
{
    public static readonly Gen<string> Space = Gen.OneOf("", "", "", " ", "\t", "\r\n", "\n", "\r\n    ");

    private static readonly Gen<string> Characters = Gen.OneOf(
        "a", " ", "{", "}", "[", "]", ":", ",", "'", """\\""", """\" """, """\"}""", """\\\"{""", """\/""", """\r\n""", """\u007b""", """\u0022""", """\ud83d\ude00""",
        "é", "😀", "ࠀ", "{\\\"event\\\": ");

    public static readonly Gen<string> Text = Characters.Array[0, 6].Select(parts => $"\"{string.Concat(parts)}\"");

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Text, Gen.OneOf("0", "-1", "18446744073709551615", "-0.5e-10", "true", "false", "null", "{}", "[]"));

    public static readonly Gen<string> Value = ValueOf(3);

    public static readonly Gen<string> Object = ObjectOf(ValueOf(2));

    private static Gen<string> ValueOf(int levels)
    {
        if (levels == 0)
        {
            return Scalar;
        }

        var inner = ValueOf(levels - 1);
        return Gen.Frequency((2, Scalar), (1, ArrayOf(inner)), (1, ObjectOf(inner)));
    }

    private static Gen<string> ArrayOf(Gen<string> inner) => Gen.Select(
        Padded(inner).Array[0, 4], Space, (values, space) => $"[{space}{string.Join(',', values)}]");

    private static Gen<string> ObjectOf(Gen<string> inner) => Gen.Select(
        Gen.Select(Padded(Text), Padded(inner), (name, value) => $"{name}:{value}").Array[0, 4], Space,
        (members, space) => $"{{{space}{string.Join(',', members)}}}");

    private static Gen<string> Padded(Gen<string> value) => Gen.Select(Space, value, Space, (before, text, after) => before + text + after);
}
