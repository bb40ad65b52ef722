// Writes src/openapi.ts, the types of the API, from the gateway's OpenAPI document.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const document = new URL("../../../openapi/gateway.v1.json", import.meta.url);

const number = ts.factory.createKeywordTypeNode(ts.SyntaxKind.NumberKeyword);
const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);

const ast = await openapiTS(JSON.parse(await readFile(document, "utf8")), {
  alphabetize: true,
  // The client reads integers beyond 2^53 as bigint.
  transform: (schema) => (schema.format === "int64" || schema.format === "uint64" ? ts.factory.createUnionTypeNode([number, bigint]) : undefined),
});

await writeFile(new URL("../src/openapi.ts", import.meta.url), `// Generated from openapi/gateway.v1.json by scripts/generate.mjs.\n${astToString(ast)}`);
