namespace Gateway.Tests.Commands.Typed;

/// <summary>A QEMU that describes itself: newer than this gateway in some things, and without others.</summary>
internal static class SampleQemu
{
    public const string Schema = """
        [{"name":"str","meta-type":"builtin","json-type":"string"},{"name":"int","meta-type":"builtin","json-type":"int"},{"name":"bool","meta-type":"builtin","json-type":"boolean"},
         {"name":"0","meta-type":"object","members":[]},
         {"name":"1","meta-type":"enum","values":["running","paused","frozen"]},
         {"name":"2","meta-type":"object","members":[{"name":"running","type":"bool"},{"name":"status","type":"1"}]},
         {"name":"3","meta-type":"enum","values":["pause","none","hibernate"]},
         {"name":"4","meta-type":"enum","values":["reset"]},
         {"name":"5","meta-type":"object","members":[{"name":"panic","type":"3","default":null},{"name":"reboot","type":"4","default":null}]},
         {"name":"6","meta-type":"object","members":[{"name":"action","type":"3"}]},
         {"name":"7","meta-type":"object","members":[{"name":"path","type":"str"}]},
         {"name":"8","meta-type":"object","members":[{"name":"filename","type":"str"},{"name":"head","type":"int","default":null}]},
         {"name":"query-status","meta-type":"command","arg-type":"0","ret-type":"2"},
         {"name":"query-old","meta-type":"command","arg-type":"0","ret-type":"0","features":["deprecated"]},
         {"name":"x-query-new","meta-type":"command","arg-type":"0","ret-type":"0","features":["unstable"]},
         {"name":"set-action","meta-type":"command","arg-type":"5","ret-type":"0"},
         {"name":"watchdog-set-action","meta-type":"command","arg-type":"6","ret-type":"0"},
         {"name":"qom-list","meta-type":"command","arg-type":"7","ret-type":"0"},
         {"name":"screendump","meta-type":"command","arg-type":"8","ret-type":"0"},
         {"name":"quit","meta-type":"command","arg-type":"0","ret-type":"0"}]
        """;

    /// <summary>Has a fake describe itself so.</summary>
    public static FakeVm DescribesItself(this FakeVm fake, string schema = Schema)
    {
        fake.Return("query-qmp-schema", schema.ReplaceLineEndings(""));
        return fake;
    }

    /// <summary>A gateway in front of one such QEMU.</summary>
    public static async Task<GatewayHost> ConnectedAsync(Action<GatewayHost>? set = null)
    {
        var host = new GatewayHost("web1");
        set?.Invoke(host);
        host.Fake("web1").DescribesItself();
        await host.StartAsync();
        await host.ConnectedAsync("web1");
        return host;
    }
}
