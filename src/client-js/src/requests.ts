import { errorOf, GatewayError, localProblem, unexpectedResponse } from "./errors.js";
import { parseJson, writeJson } from "./json.js";
import { delayAfter, sleep } from "./waiting.js";

/** How to reach a gateway. */
export interface GatewayClientOptions {
  /** The API key or token; a function is called for each request, so that a token can be renewed. */
  key?: string | (() => string | undefined | Promise<string | undefined>);

  /** How long a request may take, in milliseconds, beside what it waits for by itself. Default 30 s. */
  timeout?: number;

  /** How often a request is tried again if that is safe. Default 4. */
  retries?: number;

  /** How long an event stream may be silent before it is opened again, in milliseconds. The gateway sends something every 15 s. Default 30 s. */
  silence?: number;

  /** Sends the requests. Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/** A parameter of a query; an array repeats it. */
export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** What a request needs beside its method and path. */
export interface RequestParts {
  query?: Query;
  body?: unknown;
  /** The run that the request is meant for (`Vm.run`). */
  ifRun?: string | undefined;
  /** How long the gateway may hold the request, in seconds. */
  waits?: number | undefined;
  signal?: AbortSignal | undefined;
}

type Method = "GET" | "PUT" | "POST" | "DELETE";

// Errors of Node.js's fetch that come before anything was sent. Browsers do not say.
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT", "ENOENT"]);

/** Sends requests, and retries those that are safe to retry. */
export class Requests {
  readonly #base: string;
  readonly #options: GatewayClientOptions;

  constructor(url: string | URL, options: GatewayClientOptions) {
    this.#base = new URL(url, globalThis.location?.href).href.replace(/[?#].*$/, "").replace(/\/+$/, "");
    this.#options = options;
  }

  get silence(): number {
    return this.#options.silence ?? 30_000;
  }

  /** Sends a request; undefined for a response without a body. A write carries an `Idempotency-Key`, so that retrying it never does it twice. */
  async send(method: Method, path: string, parts: RequestParts = {}): Promise<unknown> {
    const headers = new Headers({ Accept: "application/json" });
    if (method === "POST" || method === "PUT") {
      headers.set("Idempotency-Key", newKey());
    }

    if (parts.ifRun !== undefined) {
      headers.set("If-Match", `"${parts.ifRun}"`);
    }

    const init: RequestInit = { method, headers };
    if (parts.body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = writeJson(parts.body);
    }

    let unanswered: GatewayError | undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#sendOnce(path, parts, init);
      } catch (failure) {
        if (!(failure instanceof GatewayError)) {
          throw failure;
        }

        if (attempt >= (this.#options.retries ?? 4) || !isWorthRetrying(failure, method)) {
          // An attempt that was not taken on says nothing of an earlier one that may have been.
          throw saysNothing(failure) ? (unanswered ?? failure) : failure;
        }

        unanswered = failure.slug === "outcome-unknown" ? failure : unanswered;
        await sleep(failure.retryAfter === undefined ? delayAfter(attempt) : failure.retryAfter * 1000, parts.signal);
      }
    }
  }

  /** Opens a response whose body is read as it comes. The caller ends it with the signal. */
  async open(path: string, query: Query, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const response = await this.#fetch(path, query, { headers: new Headers(headers), signal });
    if (!response.ok) {
      throw await failureOf(response);
    }

    if (response.headers.get("Content-Type")?.startsWith(headers.Accept ?? "") === false) {
      throw unexpectedResponse(path);
    }

    return response;
  }

  async #sendOnce(path: string, parts: RequestParts, init: RequestInit): Promise<unknown> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(new Error("no response in time")), (this.#options.timeout ?? 30_000) + (parts.waits ?? 0) * 1000);
    const abort = (): void => over.abort(parts.signal?.reason);
    parts.signal?.addEventListener("abort", abort);
    if (parts.signal?.aborted) {
      abort();
    }

    try {
      const response = await this.#fetch(path, parts.query ?? {}, { ...init, signal: over.signal });
      if (!response.ok) {
        throw await failureOf(response);
      }

      const text = await response.text();
      return text === "" ? undefined : init.method === "GET" ? parsed(text, path) : parseJson(text);
    } catch (failure) {
      if (parts.signal?.aborted || failure instanceof GatewayError) {
        throw failure;
      }

      throw brokenBy(failure);
    } finally {
      clearTimeout(timer);
      parts.signal?.removeEventListener("abort", abort);
    }
  }

  async #fetch(path: string, query: Query, init: RequestInit & { headers?: HeadersInit }): Promise<Response> {
    const headers = new Headers(init.headers);
    const key = typeof this.#options.key === "function" ? await this.#options.key() : this.#options.key;
    if (key !== undefined) {
      headers.set("Authorization", `Bearer ${key}`);
    }

    const send = this.#options.fetch ?? globalThis.fetch;
    return send(this.#base + path + queryOf(query), { ...init, headers, cache: "no-store" });
  }
}

function queryOf(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : value === undefined ? [] : [String(value)]) {
      parameters.append(name, one as string);
    }
  }

  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

// Of a write, it is not known whether it was done; that is told below, and the write is sent again.
function parsed(text: string, path: string): unknown {
  try {
    return parseJson(text);
  } catch (failure) {
    throw unexpectedResponse(path, failure);
  }
}

async function failureOf(response: Response): Promise<GatewayError> {
  let problem: unknown;
  try {
    problem = parseJson(await response.text());
  } catch {
    // Not the gateway's words: a proxy's page, most likely.
  }

  const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return errorOf(response.status, problem, Number.isFinite(after) ? after : undefined);
}

function brokenBy(failure: unknown): GatewayError {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  const { code } = (error.cause ?? {}) as { code?: string };
  const reason = error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
  return new GatewayError(
    NOT_CONNECTED.has(code ?? "")
      ? localProblem("gateway-unreachable", "Gateway not reachable", `Cannot connect to the gateway: ${reason}`, "not-sent")
      : localProblem("outcome-unknown", "No answer from the gateway", `The gateway did not answer: ${reason}`, "unknown"),
    undefined,
    { cause: failure },
  );
}

function saysNothing(failure: GatewayError): boolean {
  return failure.slug === "gateway-unreachable" || failure.slug === "in-progress" || failure.slug === "rate-limited";
}

function isWorthRetrying(failure: GatewayError, method: Method): boolean {
  switch (failure.slug) {
    case "in-progress":
    case "rate-limited":
    case "gateway-unreachable":
      return true;
    case "vm-unreachable":
    case "storage-unavailable":
      return failure.outcome === "not-sent";
    case "outcome-unknown":
      // No response at all. A read can be repeated, and a write with a key is not done twice.
      return failure.status === 0 && method !== "DELETE";
    default:
      return false;
  }
}

// Not randomUUID: browsers offer it to pages of https and loopback alone.
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
