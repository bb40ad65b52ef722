import { type Json, numberOf } from "../../../parts/json.js";

/** Where a text stops being JSON, counted from one. */
export interface JsonFault {
  line: number;
  column: number;
  message: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_]\w*/y;
const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([["true", true], ["false", false], ["null", null]]);
const MAX_DEPTH = 500;

/** Reads JSON with exact integers, or returns where and why the text is invalid. */
export function readJson(text: string): { value: Json } | { fault: JsonFault } {
  try {
    return { value: new Reader(text).readAll() };
  } catch (failure) {
    if (failure instanceof NotJson) {
      const before = text.slice(0, failure.at).split("\n");
      return { fault: { line: before.length, column: (before.at(-1) ?? "").length + 1, message: failure.message } };
    }

    throw failure;
  }
}

class NotJson extends Error {
  constructor(readonly at: number, message: string) {
    super(message);
  }
}

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readAll(): Json {
    const value = this.#value();
    this.#take(SPACE);
    return this.#at === this.#text.length ? value : this.#fail("nothing may follow the value");
  }

  #value(): Json {
    this.#take(SPACE);
    if (++this.#depth > MAX_DEPTH) {
      this.#fail("the values are nested too deeply");
    }

    const value = this.#next() === "{" ? this.#object() : this.#next() === "[" ? this.#list() : this.#scalar();
    this.#depth--;
    return value;
  }

  #scalar(): Json {
    if (this.#next() === '"') {
      return this.#string();
    }

    const number = this.#take(NUMBER);
    if (number !== "") {
      return numberOf(number);
    }

    const from = this.#at;
    const word = this.#take(WORD);
    const value = WORDS.get(word);
    this.#at = value === undefined ? from : this.#at;
    return value === undefined ? this.#fail(word !== "" ? `'${word}' is not a value; strings need quotation marks` : "a value is missing here") : value;
  }

  #string(): string {
    const token = this.#take(STRING);
    return token === "" ? this.#fail("this string does not end on its line, or has an invalid \\ sequence") : (JSON.parse(token) as string);
  }

  #list(): Json {
    const items: Json[] = [];
    this.#each("]", () => items.push(this.#value()));
    return items;
  }

  #object(): Json {
    const members = new Map<string, Json>();
    this.#each("}", () => {
      const at = this.#at;
      const name = this.#next() === '"' ? this.#string() : this.#fail("a member's name in quotation marks is missing here");
      if (members.has(name)) {
        this.#at = at;
        this.#fail(`'${name}' appears twice`);
      }

      this.#take(SPACE);
      if (this.#next() !== ":") {
        this.#fail(`a colon is missing after '${name}'`);
      }

      this.#at++;
      members.set(name, this.#value());
    });
    // A member may have the name `__proto__`, which an assignment would not keep.
    return Object.fromEntries(members);
  }

  #each(end: "]" | "}", read: () => void): void {
    this.#at++;
    this.#take(SPACE);
    for (let isFirst = true; this.#next() !== end; isFirst = false) {
      if (!isFirst) {
        if (this.#next() !== ",") {
          this.#fail(`a comma or ${end} is missing here`);
        }

        this.#at++;
        this.#take(SPACE);
      }

      read();
      this.#take(SPACE);
    }

    this.#at++;
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #take(token: RegExp): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #fail(message: string): never {
    throw new NotJson(this.#at, message);
  }
}
