import type { Problem } from "./types.js";

/** What became of a command that failed. */
export type Outcome = "not-sent" | "refused" | "unknown";

/** A request failed. */
export class GatewayError extends Error {
  override readonly name: string = "GatewayError";

  /**
   * @param problem The gateway's problem (RFC 9457). If the gateway was not reached, the client makes one with `status` 0.
   * @param retryAfter Seconds to wait before trying again, if the gateway named any.
   */
  constructor(readonly problem: Problem, readonly retryAfter?: number, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
  }

  /** The kind of problem, such as `vm-unreachable`. An open set. */
  get slug(): string {
    return this.problem.type.slice(this.problem.type.lastIndexOf(":") + 1);
  }

  /** What became of the command; undefined if the request was not about one. */
  get outcome(): Outcome | undefined {
    return (this.problem.outcome ?? undefined) as Outcome | undefined;
  }

  /** The HTTP status; 0 if no response came. */
  get status(): number {
    return this.problem.status;
  }
}

/** Events after the cursor are no longer kept. The reader has missed some. */
export class CursorExpiredError extends GatewayError {
  override readonly name = "CursorExpiredError";

  /** @param oldest The oldest cursor that can be read on from. */
  constructor(problem: Problem, readonly oldest: string) {
    super(problem);
  }
}

/** The error that a response stands for. */
export function errorOf(status: number, problem: unknown, retryAfter?: number): GatewayError {
  const read = isProblem(problem) ? problem : { type: "about:blank", title: `HTTP ${status}`, status };
  return typeof read.oldest === "string" ? new CursorExpiredError(read, read.oldest) : new GatewayError(read, retryAfter);
}

/** A problem of the client's own, when no response came. */
export function localProblem(slug: string, title: string, detail: string, outcome: Outcome): Problem {
  return { type: `urn:qmp-gateway:${slug}`, title, status: 0, detail, outcome };
}

/**
 * What the API document says of a response, told by a member that it always has. Another answer comes from a proxy, or from a gateway of another version.
 *
 * @throws GatewayError The response is something else.
 */
export function withMember<T extends object>(response: unknown, member: string & keyof T, path: string): T {
  if (typeof response === "object" && response !== null && member in response) {
    return response as T;
  }

  throw unexpectedResponse(path);
}

/** A response that is not what the API document says. */
export function unexpectedResponse(path: string, cause?: unknown): GatewayError {
  return new GatewayError(
    localProblem("unexpected-response", "Unexpected response", `The response for ${path} is not what the gateway's API document says. A proxy may have sent it, or a gateway of another version.`, "unknown"),
    undefined,
    { cause },
  );
}

/** Whether another attempt may succeed without anybody changing anything. */
export function mayPass(failure: unknown): boolean {
  return failure instanceof GatewayError && !(failure instanceof CursorExpiredError) && (failure.status < 400 || failure.status >= 500 || failure.status === 429);
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "title" in value && "status" in value;
}
