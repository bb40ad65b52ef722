// Uses the gateway's own client for JavaScript; prints what it learns, an object a line.
// Usage: node client.mjs '{"url":…,"vm":…}'
import { GatewayClient, GatewayError, parseJson, writeJson } from "../../../src/client-js/dist/index.js";

const { url, vm } = parseJson(process.argv[2]);
const gateway = new GatewayClient(url);
const print = (line) => console.log(writeJson(line));

async function follow() {
  for await (const { kind, vm: one } of gateway.watch({ vms: [vm], listed: ({ cursor }) => void readFrom(cursor) })) {
    print({ change: kind, vm: { ...one, cursor: "", statusObservedAt: null, connection: one.connection.state } });
  }
}

let isReading = false;
async function readFrom(cursor) {
  if (isReading) {
    return;
  }
  isReading = true;
  print({ from: cursor });
  for await (const event of gateway.readEvents({ vms: [vm], after: cursor })) {
    print({ event });
  }
}

async function refusals() {
  for (const attempt of [
    () => gateway.executeQmp(vm, { execute: "human-monitor-command", arguments: { "command-line": "info status" } }),
    () => gateway.setActions(vm, { panic: "explode" }),
    () => gateway.getStatus("nobody"),
    () => gateway.stop(vm, { ifRun: "another" }),
    () => gateway.readHistory({ after: "tomorrow" }),
  ]) {
    try {
      await attempt();
      print({ refused: "not" });
    } catch (error) {
      print({ refused: error instanceof GatewayError ? [error.slug, error.status] : String(error) });
    }
  }
  print({ done: await gateway.runCommand(vm, "query-name") });
}

await Promise.all([follow(), refusals()]);
