/** A block of a stream of server-sent events (WHATWG HTML, section 9.2.6). */
export interface Block {
  id?: string;
  event?: string;
  data?: string;
}

/** Reads whole blocks. One that is cut off by the stream's end is not one: its event comes again after a reconnect. */
export async function* readBlocks(response: Response, heard: () => void): AsyncGenerator<Block, void, undefined> {
  let block: Block = {};
  for await (const line of readLines(response, heard)) {
    if (line === "") {
      yield block;
      block = {};
      continue;
    }

    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    switch (line.slice(0, Math.max(colon, 0))) {
      case "id":
        block.id = value;
        break;
      case "event":
        block.event = value;
        break;
      case "data":
        block.data = block.data === undefined ? value : `${block.data}\n${value}`;
        break;
    }
  }
}

async function* readLines(response: Response, heard: () => void): AsyncGenerator<string, void, undefined> {
  if (response.body === null) {
    return;
  }

  const reader = response.body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest: string[] = [];
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      heard();
      const lines = chunk.value.split("\n");
      for (const line of lines.slice(0, -1)) {
        yield rest.join("") + line;
        rest = [];
      }

      rest.push(lines.at(-1) ?? "");
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
