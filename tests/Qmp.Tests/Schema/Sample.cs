using System.Text;
using QmpGateway.Qmp.Schema;

namespace QmpGateway.Qmp.Tests.Schema;

/// <summary>A small schema of our own that has one of everything.</summary>
internal static class Sample
{
    public const string Json = """
        [
          {"name": "str", "meta-type": "builtin", "json-type": "string"},
          {"name": "int", "json-type": "int", "meta-type": "builtin"},
          {"name": "null", "json-type": "null", "meta-type": "builtin"},
          {"name": "any", "json-type": "value", "meta-type": "builtin"},
          {"name": "0", "members": [], "meta-type": "object"},
          {"name": "1", "meta-type": "enum", "members": [{"name": "red"}, {"name": "old", "features": ["deprecated"]}], "values": ["red", "old"]},
          {"name": "2", "meta-type": "enum", "values": ["left", "right"]},
          {"name": "3", "meta-type": "object", "tag": "kind",
           "members": [{"name": "kind", "type": "1"}, {"name": "next", "type": "4", "default": null}],
           "variants": [{"case": "red", "type": "5"}]},
          {"name": "4", "meta-type": "alternate", "members": [{"type": "3"}, {"type": "null"}]},
          {"name": "5", "meta-type": "object", "members": [{"name": "depth", "type": "int"}, {"name": "side", "type": "2", "default": null, "features": ["unstable"]}]},
          {"name": "[3]", "meta-type": "array", "element-type": "3"},
          {"name": "paint", "meta-type": "command", "arg-type": "3", "ret-type": "[3]", "features": ["deprecated", "x"], "allow-oob": true},
          {"name": "device_add", "meta-type": "command", "arg-type": "6", "ret-type": "0"},
          {"name": "6", "meta-type": "object", "members": [{"name": "driver", "type": "str"}, {"name": "value", "type": "any", "default": null}]},
          {"name": "PAINTED", "meta-type": "event", "arg-type": "0"},
          {"name": "7", "meta-type": "tomorrow's", "more": [1]},
          {"name": "later", "meta-type": "command", "arg-type": "0", "ret-type": "7", "tomorrow": {}}
        ]
        """;

    public static QapiSchema Schema => QapiSchema.Parse(new JsonText(Encoding.UTF8.GetBytes(Json)));
}
