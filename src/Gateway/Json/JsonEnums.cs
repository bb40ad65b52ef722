using QmpGateway.Qmp;

namespace Gateway.Json;

/// <summary>Reads values of QAPI enums from a client's body.</summary>
internal static class JsonEnums
{
    /// <summary>Reads a value of a QAPI enum, which must be known to the gateway.</summary>
    public static T? Enum<T>(this JsonBody body, string name, bool required = false, bool nullable = false)
        where T : struct, IQapiEnum<T>
    {
        if (body.Text(name, required, nullable) is not { } text)
        {
            return null;
        }

        var value = T.Of(text);
        if (T.Known.Contains(value))
        {
            return value;
        }

        NoneOf<T>(body, name, text);
        return null;
    }

    /// <summary>Reads a QAPI enum value, which the caller must check if it is unknown. If the body has other errors, an unknown value is reported with them.</summary>
    public static string? OpenEnum<T>(this JsonBody body, string name, bool required = false, bool nullable = false)
        where T : struct, IQapiEnum<T>
    {
        var text = body.Text(name, required, nullable);
        if (text is not null && !T.Known.Contains(T.Of(text)))
        {
            body.IfFaulty(() => NoneOf<T>(body, name, text));
        }

        return text;
    }

    private static void NoneOf<T>(JsonBody body, string name, string text)
        where T : struct, IQapiEnum<T> => body.Fault(name, $"must be one of {string.Join(", ", T.Known)}, not '{Echo.Of(text)}'");
}
