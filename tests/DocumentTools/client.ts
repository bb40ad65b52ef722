// Calls a gateway with the types that openapi-typescript generated, and prints the answers in the same form as the .NET clients beside it.
// Usage: node obj/js/client.js URL VM ODD
import createClient from "openapi-fetch";
import type { components, paths } from "./obj/gateway.js";

declare const process: { argv: string[] };

type GatewayEvent = components["schemas"]["GatewayEvent"];
type Panicked = Extract<GatewayEvent, { event: "GUEST_PANICKED" }>;
type HyperV = Extract<NonNullable<Panicked["data"]["info"]>, { type: "hyper-v" }>;

const [url, vm, odd] = process.argv.slice(2) as [string, string, string];
const gateway = createClient<paths, `application/${string}json`>({ baseUrl: url });
const path = { vm };

function isPanic(event: GatewayEvent): event is Panicked {
  return event.origin === "qemu" && event.event === "GUEST_PANICKED";
}

function isHyperV(info: Panicked["data"]["info"]): info is HyperV {
  return info?.type === "hyper-v";
}

function told<T>(answer: { data?: T | undefined; error?: unknown }): T & {} {
  if (answer.data === undefined || answer.data === null) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

/** The event that completed the command; null if it was only acknowledged. */
function completion(answer: { data?: GatewayEvent | undefined; error?: unknown; response: Response }): string | null {
  if (answer.error !== undefined) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.response.status === 204 && answer.data === undefined ? null : told(answer).event;
}

const vms = told(await gateway.GET("/vms")).items.map((one) => one.id);
const status = told(await gateway.GET("/vms/{vm}/status", { params: { path } }));
const actions = told(await gateway.PUT("/vms/{vm}/actions", { params: { path }, body: { panic: "pause" } }));
const stopped = completion(await gateway.POST("/vms/{vm}/stop", { params: { path, query: { wait: 10 } } }));
const stoppedAgain = completion(await gateway.POST("/vms/{vm}/stop", { params: { path, query: { wait: 10 } } }));
const resumed = completion(await gateway.POST("/vms/{vm}/cont", { params: { path, query: { wait: 10 } } }));
const acknowledged = completion(await gateway.POST("/vms/{vm}/cont", { params: { path } }));
const unknown = told(await gateway.GET("/vms/{vm}/status", { params: { path: { vm: odd } } }));
const missing = await gateway.GET("/vms/{vm}/status", { params: { path: { vm: "nobody" } } });
const refused = await gateway.PUT("/vms/{vm}/actions", { params: { path }, body: { panic: "explode" } });
const page = told(await gateway.GET("/events", { params: { query: { after: "start", vm: [odd], event: ["GUEST_PANICKED"] } } }));
const panic = page.items.find(isPanic);

console.log(JSON.stringify({
  vms: vms.filter((id) => id === vm || id === odd),
  status: status.status,
  panicAction: actions.panic,
  stopped,
  stoppedAgain,
  resumed,
  acknowledged,
  unknownStatus: unknown.status,
  problem: missing.error && `${missing.error.status} ${missing.error.type} ${missing.error.vm}`,
  errors: Object.keys(refused.error?.errors ?? {}),
  event: panic?.event,
  register: isHyperV(panic?.data.info) ? String(panic.data.info.arg1) : null,
}));
