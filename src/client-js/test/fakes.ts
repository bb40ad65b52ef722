/** A gateway played by the test: each request takes the next answer. */
export interface Sent {
  url: URL;
  method: string;
  headers: Headers;
  body: string | undefined;
}

type Answer = Response | Error | ((sent: Sent, signal: AbortSignal | undefined) => Response | Promise<Response>);

export class FakeGateway {
  readonly sent: Sent[] = [];
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const sent: Sent = { url: new URL(String(input)), method: init?.method ?? "GET", headers: new Headers(init?.headers), body: init?.body as string | undefined };
    this.sent.push(sent);
    const answer = this.#answers.shift();
    if (answer === undefined) {
      return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    }

    if (answer instanceof Error) {
      throw answer;
    }

    return typeof answer === "function" ? answer(sent, init?.signal ?? undefined) : answer;
  };
}

export function json(text: string, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(text, { status, headers: { "Content-Type": "application/json", ...headers } });
}

export function problem(slug: string, status: number, more: object = {}, headers: Record<string, string> = {}): Response {
  return json(JSON.stringify({ type: `urn:qmp-gateway:${slug}`, title: slug, status, ...more }), status, headers);
}

/** What Node.js's fetch throws if nobody listens. */
export function refused(): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }) });
}

/** What it throws if the connection breaks. */
export function broken(): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) });
}

/** A stream of server-sent events that the test writes. */
export class FakeStream {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly response: Response;
  isCancelled = false;

  constructor(headers: Record<string, string> = {}) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => { this.#controller = controller; },
      cancel: () => { this.isCancelled = true; },
    });
    this.response = new Response(body, { headers: { "Content-Type": "text/event-stream", ...headers } });
  }

  /** The response; it breaks when the request is aborted, as a real one does. */
  readonly answer = (_: Sent, signal: AbortSignal | undefined): Response => {
    signal?.addEventListener("abort", () => this.break(signal.reason));
    return this.response;
  };

  write(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller.close();
  }

  break(reason: unknown = new TypeError("terminated")): void {
    try {
      this.#controller.error(reason);
    } catch {
      // It is over already.
    }
  }
}

export function event(id: number, name = "STOP", more: object = {}): string {
  return JSON.stringify({ id: String(id), vm: "web1", event: name, origin: "qemu", timestamp: null, receivedAt: "2026-11-24T03:53:00.000000Z", data: {}, ...more });
}

export function block(id: number, name?: string, more?: object): string {
  return `id: ${id}\nevent: ${name ?? "STOP"}\ndata: ${event(id, name, more)}\n\n`;
}

/** Lets everything run that is ready to run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate);
  }
}
