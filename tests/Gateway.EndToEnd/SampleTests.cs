using System.Diagnostics;
using Gateway.EndToEnd.Support;
using TestSupport.Qemu;
using Xunit;

namespace Gateway.EndToEnd;

/// <summary>
/// The samples as they are, with the real nginx. Each test has namespaces of its own, so that the paths and the ports of the samples are free.
/// </summary>
public sealed class SampleTests : IDisposable
{
    // Directories of the samples, empty and the test's own. nginx's workers run as www-data, here a member of the gateway's group.
    private const string Prepare = """
        set -e
        ip link set lo up
        for directory in /etc/nginx /etc/qmp-gateway /var/log/nginx /var/lib/nginx /run; do mkdir -p "$directory"; mount -t tmpfs tmpfs "$directory"; done
        mkdir -p /etc/nginx/tls /run/qemu
        install -d -m 0750 -o daemon -g daemon /run/qmp-gateway
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gw.example.org -keyout /etc/nginx/tls/gw.key -out /etc/nginx/tls/gw.crt 2>/dev/null
        cp /etc/nginx/tls/gw.crt /etc/qmp-gateway/tls.crt; cp /etc/nginx/tls/gw.key /etc/qmp-gateway/tls.key
        chown -R daemon:daemon /etc/qmp-gateway
        ask() { curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --cacert /etc/nginx/tls/gw.crt --resolve gw.example.org:$1:127.0.0.1 -H "Authorization: Bearer $2" https://gw.example.org:$1/vms; }
        until_ready() { for i in $(seq 100); do [ "$(ask $1 key)" = 200 ] && return; sleep 0.1; done; return 1; }
        # What a client behind the proxy sees of the gateway, and the gateway of the client: Location and the audit log.
        put() { curl -s -D "$DATA/headers" -o /dev/null --noproxy '*' --cacert /etc/nginx/tls/gw.crt --resolve gw.example.org:443:127.0.0.1 -H 'Authorization: Bearer key' -H 'Content-Type: application/json' "$@" -X PUT -d '{"endpoint":"unix:/run/qemu/new.sock"}' https://gw.example.org/vms/new; }
        is_forwarded() {
          put --interface 127.0.0.9 -H 'X-Forwarded-For: 203.0.113.9' -H 'X-Forwarded-Host: evil.example' -H 'X-Forwarded-Proto: http'
          grep -i '^location: https://gw.example.org/vms/new.$' "$DATA/headers"
          grep '"path":"/vms/new"' "$DATA/data/audit.jsonl" | grep '"remote":"127.0.0.9"'
        }
        start() {
          sed 's/sha256:SALT:HEX/sha256:abcdef:'$(printf %s abcdefkey | sha256sum | cut -d' ' -f1)/ "$SAMPLES/$1" > /etc/qmp-gateway/appsettings.json
          (cd /etc/qmp-gateway && exec setpriv --reuid=daemon --regid=daemon --init-groups dotnet "$PROGRAM" --Gateway:DataDirectory="$DATA/data" ${2-}) > "$DATA/log" 2>&1 &
        }
        proxy() {
          printf '%s\n' 'user www-data daemon;' 'pid /run/nginx.pid;' 'error_log stderr;' 'events { }' "http { include $1; }" > /etc/nginx/nginx.conf
          nginx -t -q
          nginx
        }
        trap 'set +e; cat "$DATA/log"' EXIT

        """;

    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("samples-");

    private static string Samples => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(GatewayProgram.Path)!, "../../../../../deploy/samples"));

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public Task A_key_on_the_loopback() => RunAsync("""
        start key.json
        ask() { curl -s -o /dev/null -w '%{http_code}' --noproxy '*' -H "Authorization: Bearer $2" http://127.0.0.1:$1/vms; }
        until_ready 8080
        [ "$(ask 8080 other)" = 401 ]
        """);

    [Fact]
    public Task Nginx_in_front_of_a_port() => RunAsync("""
        start proxy.json
        proxy "$SAMPLES/nginx.conf"
        until_ready 443
        [ "$(ask 443 other)" = 401 ]
        is_forwarded
        grep -q 'GET /vms' /var/log/nginx/qmp-gateway.log
        """);

    [Fact]
    public Task Nginx_in_front_of_a_Unix_socket() => RunAsync("""
        start unix.json
        sed 's/server 127.0.0.1:8080;/server unix:\/run\/qmp-gateway\/http.sock;/' "$SAMPLES/nginx.conf" > /etc/nginx/gateway.conf
        proxy /etc/nginx/gateway.conf
        until_ready 443
        [ "$(ask 443 other)" = 401 ]
        is_forwarded
        grep -q '^RuntimeDirectory=qmp-gateway$' "$SAMPLES/../qmp-gateway.service"
        """);

    [Fact]
    public Task A_renewed_certificate_is_used_whichever_of_its_files_comes_first() => RunAsync("""
        start https.json
        until_ready 8443
        serial() { openssl s_client -connect 127.0.0.1:8443 -servername gw.example.org </dev/null 2>/dev/null | openssl x509 -noout -serial; }
        cd /etc/qmp-gateway
        before=$(serial)
        for first in crt key; do
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=gw.example.org -keyout new.key -out new.crt 2>/dev/null
          chown daemon new.key new.crt
          second=$([ $first = crt ] && echo key || echo crt)
          mv new.$first tls.$first
          sleep 6
          # The two do not fit: the old pair stays.
          [ "$(serial)" = "$before" ]
          cp new.$second tls.$second
          for i in $(seq 20); do sleep 0.5; [ "$(serial)" = "$before" ] || break; done
          [ "$(serial)" = "$(openssl x509 -noout -serial < tls.crt)" ]
          [ "$(serial)" != "$before" ]
          before=$(serial)
        done
        """);

    private async Task RunAsync(string script)
    {
        Assert.True(Environment.IsPrivilegedProcess, "Run the tests as root: only root can become the users of the samples.");
        File.SetUnixFileMode(data.FullName, (UnixFileMode)0b111_111_111);
        var info = new ProcessStartInfo("unshare", ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", Prepare + script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SAMPLES"] = Samples, ["PROGRAM"] = GatewayProgram.Path, ["DATA"] = Directory.CreateDirectory(Path.Combine(data.FullName, "data")).FullName },
        };
        File.SetUnixFileMode(info.Environment["DATA"]!, (UnixFileMode)0b111_111_111);
        using var process = await ChildProcess.StartAsync(info);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await errors);
    }
}
