export { type CommandOptions, GatewayClient, type HistoryFilter, type LifecycleOptions, type QmpOptions, type StatusOptions, type VmFilter } from "./client.js";
export { CursorExpiredError, GatewayError, type Outcome } from "./errors.js";
export type { EventFilter, Hearing } from "./events.js";
export { parseJson, writeJson } from "./json.js";
export type { components, paths } from "./openapi.js";
export type { GatewayClientOptions } from "./requests.js";
export { applyEvent, CHANGES } from "./state.js";
export type * from "./types.js";
export type { VmChange, WatchOptions } from "./watch.js";
