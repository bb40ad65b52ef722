// Reads a document with AsyncAPI's own parser, and prints how many operations it has and what is wrong with them.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify({
  operations: document?.allOperations().length ?? 0,
  diagnostics: diagnostics.filter(({ code }) => code !== "asyncapi-latest-version"),
}));
