import type { GatewayEvent, Vm } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { time } from "../app/clock.js";
import { gateway, session } from "../app/session.js";
import { LIFECYCLE, type LifecycleName } from "../qemu/lifecycle.js";
import { hear } from "./fleet.js";
import { resultOf, resultOfItem, type Result, type Sent, settle } from "./results.js";

/** What this page sent to each VM, newest first, with one entry per command. It is kept while the page is open, so a result is still there when the user returns to the VM. */
export const sent = signal<ReadonlyMap<string, readonly Sent[]>>(new Map());

/** Sends a command, and waits for the event that completes it. It is not sent if the VM has been restarted since `run`. */
export async function send(vm: string, command: LifecycleName, run: Vm["run"]): Promise<void> {
  const { completes } = LIFECYCLE[command];
  const options = { ...(run !== null && { ifRun: run }), ...(completes && { wait: completes.wait }) };
  const entry: Sent = { vm, command, at: time(), result: { kind: "waiting" } };
  const heard = hearWhatSettles([vm], command);
  begin(entry);
  try {
    const event = await (command === "nmi" ? gateway.nmi(vm, options) : gateway[command](vm, options));
    replace({ ...entry, result: { kind: "done", event: event ?? null } });
  } catch (failure) {
    replace(heard.settled({ ...entry, result: resultOf(failure) }));
  } finally {
    heard.stop();
  }
}

/** Sends a command to many VMs, and waits for the event that completes it on each of them. Each VM gets its own result. */
export async function sendToMany(vms: readonly string[], command: LifecycleName): Promise<void> {
  const { completes } = LIFECYCLE[command];
  const at = time();
  const entries = vms.map((vm): Sent => ({ vm, command, at, result: { kind: "waiting" }, isOfMany: true }));
  const heard = hearWhatSettles(vms, command);
  entries.forEach(begin);
  let resultOfVm: (vm: string) => Result;
  try {
    const { items } = await gateway.bulk({ action: command, vms: [...vms], ...(completes && { wait: completes.wait }) });
    const byVm = new Map(items.map((item) => [item.vm, item]));
    resultOfVm = (vm) => resultOfItem(byVm.get(vm));
  } catch (failure) {
    const result = resultOf(failure);
    resultOfVm = () => result;
  } finally {
    heard.stop();
  }

  for (const entry of entries) {
    replace(heard.settled({ ...entry, result: resultOfVm(entry.vm) }));
  }
}

/** Forgets a command and its result. */
export function forget({ vm, command }: Sent): void {
  keep(vm, of(vm).filter((one) => one.command !== command));
}

/** Hears the events that settle a result: they may arrive before the response. Only those are kept, since a storm of others would fill the memory. */
function hearWhatSettles(vms: readonly string[], command: LifecycleName): { stop: () => void; settled: (entry: Sent) => Sent } {
  const { completes } = LIFECYCLE[command];
  const heard = new Map(vms.map((vm): [string, GatewayEvent[]] => [vm, []]));
  const stop = hear((event) => {
    if (event.event === "COMMAND_FINISHED_LATE" || event.event === completes?.event) {
      heard.get(event.vm)?.push(event);
    }
  });
  return { stop, settled: (entry) => (heard.get(entry.vm) ?? []).reduce(settle, entry) };
}

function of(vm: string): readonly Sent[] {
  return sent.value.get(vm) ?? [];
}

function begin(entry: Sent): void {
  keep(entry.vm, [entry, ...of(entry.vm).filter((one) => one.command !== entry.command)]);
}

function replace(entry: Sent): void {
  keep(entry.vm, of(entry.vm).map((one) => (one.command === entry.command && one.at === entry.at ? entry : one)));
}

function keep(vm: string, entries: readonly Sent[]): void {
  sent.value = new Map(sent.value).set(vm, entries);
}

hear((event) => {
  const before = of(event.vm);
  const after = before.map((entry) => settle(entry, event));
  if (after.some((entry, i) => entry !== before[i])) {
    keep(event.vm, after);
  }
});

// What one person sent is not shown to the next who signs in.
let who: string | undefined;
session.subscribe((now) => {
  if (now.state === "signed-in" && now.me.who !== who) {
    who = now.me.who;
    sent.value = new Map();
  }
});
