import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import type { JsonObject } from "../src/parts/json.js";
import { csharpOf, curlOf, javaScriptOf } from "../src/pages/commands/samples.js";
import { isSecret, withoutSecrets } from "../src/pages/commands/secrets.js";
import { dangerOf, grouped, groupOf, onlyReads } from "../src/qemu/commands.js";

const call = (args: JsonObject, needsKey = true): Parameters<typeof curlOf>[0] => ({ url: "https://gw.example.org", vm: "web 1", command: "qom-set", arguments: args, needsKey });

test("curl gets exactly the JSON, whatever is in it", () => {
  const args = { "it's": "a $HOME `id` \"q\" \\ \n", big: 18446744073709551615n };
  const script = curlOf(call(args));
  const given = execFileSync("sh", ["-c", `curl() { for one; do printf '%s\\0' "$one"; done; }; ${script}`], { encoding: "utf8", env: { GATEWAY_KEY: "k1", HOME: "/x" } }).split("\0");
  assert.deepEqual(given.slice(0, -1), ["-sS", "-X", "POST", "https://gw.example.org/vms/web%201/commands/qom-set", "-H", "Authorization: Bearer k1", "-H", "Content-Type: application/json",
    "-d", `{"it's":"a $HOME \`id\` \\"q\\" \\\\ \\n","big":18446744073709551615}`]);
});

test("JavaScript gets exactly the values", () => {
  const args: JsonObject = { "a-b": [1, null, 18446744073709551615n], ok: "\u2028'\"", nested: { deep: { list: [{ x: "a text that is long enough to need lines of its own, which is so" }] } }, ...JSON.parse(`{"__proto__": 1}`) };
  const code = javaScriptOf(call(args));
  const literal = /"qom-set", (.*)\);\nconsole/s.exec(code)![1]!;
  assert.deepEqual(new Function(`return ${literal}`)(), args);
  assert.match(code, /new GatewayClient\("https:\/\/gw\.example\.org", \{ key: process\.env\.GATEWAY_KEY \}\)/);
  assert.match(javaScriptOf(call({}, false)), /GatewayClient\("https:\/\/gw\.example\.org"\);\nconst answer = await gateway\.runCommand\("web 1", "qom-set"\);/);
});

test("C# gets exactly the JSON, in a raw string", () => {
  assert.equal(csharpOf(call({ x: "\"\"", big: 18446744073709551615n })), `using System.Text.Json;
using QmpGateway.Client;

using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
var gateway = new GatewayClient(http, new GatewayClientOptions { BaseAddress = new Uri("https://gw.example.org"), Credential = _ => new(Environment.GetEnvironmentVariable("GATEWAY_KEY")) });
var arguments = JsonElement.Parse("""
    {"x":"\\"\\"","big":18446744073709551615}
    """);
var answer = await gateway.ExecuteAsync("web 1", "qom-set", arguments);
Console.WriteLine(answer);`);
  assert.ok(!csharpOf(call({})).includes("JsonElement"));
});

test("no code has a key in it", () => {
  for (const write of [curlOf, javaScriptOf, csharpOf]) {
    assert.ok(write(call({})).includes("GATEWAY_KEY"));
    assert.ok(!write(call({}, false)).includes("GATEWAY_KEY"));
  }
});

test("secrets are not kept", () => {
  assert.deepEqual(withoutSecrets({ "protocol": "vnc", "password": "p", "connected": "keep" }), { arguments: { protocol: "vnc", connected: "keep" }, leftOut: true });
  assert.deepEqual(withoutSecrets({ "qom-type": "secret", "id": "s", "data": "p" }), { arguments: { "qom-type": "secret", "id": "s" }, leftOut: true });
  assert.deepEqual(withoutSecrets({ actions: [{ type: "a", data: { node: "n", "key-secret": "sec0" } }] }), { arguments: { actions: [{ type: "a", data: { node: "n", "key-secret": "sec0" } }] }, leftOut: false });
  assert.deepEqual(withoutSecrets({ path: "/x", property: "password", value: "p" }), { arguments: { path: "/x", property: "password" }, leftOut: true });
  assert.deepEqual(withoutSecrets({ "command-line": "change vnc password hunter2", "list": ["http://u:p@h/x", "ok"] }), { arguments: { list: ["ok"] }, leftOut: true });
  assert.ok(isSecret("proxy-password") && isSecret("Keys") && !isSecret("password-secret") && !isSecret("key"));
});

test("commands are grouped by what they are about", () => {
  assert.deepEqual(["query-status", "blockdev-add", "query-cpus-fast", "job-cancel", "query-kvm", "human-monitor-command"].map(groupOf), ["Run state", "Block devices", "Memory and processors", "Jobs", "Machine", "Monitor"]);
  assert.deepEqual(grouped([{ name: "blockdev-add" }, { name: "stop" }]).map(([group]) => group), ["Run state", "Block devices"]);
});

test("what loses something is asked about, and what reads is not", () => {
  for (const command of ["query-status", "x-query-roms", "qom-list", "qom-get", "set-action", "cont", "x-debug-query-block-graph"]) {
    assert.equal(dangerOf(command), undefined, command);
  }

  for (const command of ["quit", "system_reset", "system_powerdown", "device_del", "blockdev-add", "qom-set", "x-debug-block-dirty-bitmap-sha256", "a-command-of-2030"]) {
    assert.ok(dangerOf(command), command);
  }
});

test("only what reads can be sent again", () => {
  assert.deepEqual(["query-block", "qom-list", "cont", "set-action", "query"].map(onlyReads), [true, true, false, false, false]);
});
