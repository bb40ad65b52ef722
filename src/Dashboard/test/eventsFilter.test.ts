import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, type GatewayEvent } from "@qmp-gateway/client";
import { compiled, matches } from "../src/app/patterns.js";
import { asked, filterOf, fits, fitsHere, isLive, isNarrow } from "../src/pages/events/filter.js";

const isVm = (id: string): boolean => id === "web-1" || id === "web-10";
const of = (query: string): ReturnType<typeof filterOf> => filterOf(new URLSearchParams(query));
const event = (more: object = {}): GatewayEvent => ({
  id: "7", vm: "web-1", event: "RTC_CHANGE", origin: "qemu", timestamp: null, receivedAt: "2026-11-29T05:00:00Z", data: {}, ...more,
} as unknown as GatewayEvent);
const live = (query: string, labels: Record<string, string> = {}) => fits(of(query), isVm, (vm) => (vm === "web-1" ? labels : undefined));

test("patterns take a star for any text and nothing else", () => {
  assert.equal(matches("web-1", "web-*"), true);
  assert.equal(matches("web-1", "web.1"), false);
  assert.equal(matches("GUEST_PANICKED", "*PANIC*"), true);
  assert.equal(compiled([])("anything"), true);
  assert.equal(compiled(["a", "b*"])("bc"), true);
  assert.equal(compiled(["a", "b*"])("ac"), false);
});

test("an address asks the gateway for all that it can filter by", () => {
  assert.deepEqual(asked(of("vm=web-*+db-1&event=GUEST_*,RESET&label=rack=a+tier=web&data=info.type=s390&since=1h&until=2026-11-29T05:00:00Z&q=x"), (id) => id === "db-1"), {
    vms: ["web-*", "db-1"], events: ["GUEST_*", "RESET"], labels: { rack: "a", tier: "web" }, data: { "info.type": "s390" }, since: "1h", until: "2026-11-29T05:00:00Z",
  });
  assert.deepEqual(asked(of(""), isVm), {});
  assert.equal(isNarrow(of("")), false);
  assert.equal(isNarrow(of("q=x")), true);
});

test("a part of an id or of a name finds all that have it; a whole one finds itself", () => {
  assert.deepEqual(asked(of("vm=web"), isVm).vms, ["*web*"]);
  assert.deepEqual(asked(of("vm=web-1"), isVm).vms, ["web-1"]);
  assert.deepEqual(asked(of("event=panic"), isVm).events, ["*PANIC*"]);
  assert.deepEqual(asked(of("event=stop"), isVm).events, ["STOP"]);
});

test("values with spaces stay whole", () => {
  assert.deepEqual(of("label=note=two+words").labels, ["note=two words"]);
  assert.deepEqual(of("data=a=b=c&data=nonsense").data, ["a=b=c"]);
});

test("alarms are asked for by their names, and the rest is left out here", () => {
  assert.ok(asked(of("alarms=1"), isVm).events!.includes("VM_ENDED"));
  const fitting = fitsHere(of("alarms=1"));
  assert.equal(fitting(event({ event: "VM_ENDED", origin: "gateway", data: { reason: null } })), true);
  assert.equal(fitting(event({ event: "VM_ENDED", origin: "gateway", data: { reason: "guest-shutdown" } })), false);
});

test("live events fit by VM, name, label, data and words, as the gateway's history does", () => {
  assert.equal(live("vm=web-1&event=RTC_*")(event()), true);
  assert.equal(live("vm=web-10")(event()), false);
  assert.equal(live("event=RESET")(event()), false);
  assert.equal(live("label=rack=a", { rack: "a" })(event()), true);
  assert.equal(live("label=rack=a", { rack: "b" })(event()), false);
  assert.equal(live("label=rack=a")(event({ vm: "removed" })), false);
  const data = parseJson('{"id":"job0","info":{"arg1":18446744073709551615,"on":true}}');
  for (const [query, expected] of [
    ["data=id=job0", true], ["data=id=job", false], ["data=info.arg1=18446744073709551615", true], ["data=info.on=true", true], ["data=info.none=", false], ["data=id.x=1", false],
    ["data=toString=x", false], ["q=JOB0", true], ["q=job0+web-1+rtc", true], ["q=job0+absent", false], ["q=1844674407370955", true],
  ] as const) {
    assert.equal(live(query)(event({ data })), expected, query);
  }
});

test("a range that is over and a page of older events are not live", () => {
  assert.equal(isLive(of("since=1h")), true);
  assert.equal(isLive(of("until=2026-11-29T05:00:00Z")), false);
  assert.equal(isLive(of("before=17")), false);
});
