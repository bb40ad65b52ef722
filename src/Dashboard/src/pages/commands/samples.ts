import { writeJson } from "@qmp-gateway/client";
import { isList, isObject, type Json, type JsonObject } from "../../parts/json.js";

/** A command to write code for. */
export interface Call {
  url: string;
  vm: string;
  command: string;
  arguments: JsonObject;
  /** Whether the gateway asks for a key. */
  needsKey: boolean;
}

/** The languages that code is offered in. */
export const LANGUAGES = { curl: curlOf, JavaScript: javaScriptOf, "C#": csharpOf } as const;

/** A language that code is offered in. */
export type Language = keyof typeof LANGUAGES;

/** The command for a shell. The key comes from the variable GATEWAY_KEY. */
export function curlOf({ url, vm, command, arguments: given, needsKey }: Call): string {
  return [
    `curl -sS -X POST ${shell(`${url}/vms/${encodeURIComponent(vm)}/commands/${encodeURIComponent(command)}`)}`,
    ...(needsKey ? [`  -H "Authorization: Bearer $GATEWAY_KEY"`] : []),
    `  -H 'Content-Type: application/json'`,
    `  -d ${shell(writeJson(given))}`,
  ].join(" \\\n");
}

/** The command for `@qmp-gateway/client`. */
export function javaScriptOf({ url, vm, command, arguments: given, needsKey }: Call): string {
  const options = needsKey ? ", { key: process.env.GATEWAY_KEY }" : "";
  const parameters = [JSON.stringify(vm), JSON.stringify(command), ...(Object.keys(given).length === 0 ? [] : [literal(given)])];
  return `import { GatewayClient } from "@qmp-gateway/client";

const gateway = new GatewayClient(${JSON.stringify(url)}${options});
const answer = await gateway.runCommand(${parameters.join(", ")});
console.log(answer);`;
}

/** The command for `QmpGateway.Client`. */
export function csharpOf({ url, vm, command, arguments: given, needsKey }: Call): string {
  const credential = needsKey ? `, Credential = _ => new(Environment.GetEnvironmentVariable("GATEWAY_KEY"))` : "";
  const has = Object.keys(given).length > 0;
  return `${has ? "using System.Text.Json;\n" : ""}using QmpGateway.Client;

using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
var gateway = new GatewayClient(http, new GatewayClientOptions { BaseAddress = new Uri(${csharpText(url)})${credential} });
${has ? `var arguments = JsonElement.Parse(${rawText(writeJson(given))});\n` : ""}var answer = await gateway.ExecuteAsync(${csharpText(vm)}, ${csharpText(command)}${has ? ", arguments" : ""});
Console.WriteLine(answer);`;
}

function shell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function literal(value: Json, indent = ""): string {
  const inner = `${indent}  `;
  if (isList(value)) {
    return `[${value.map((item) => literal(item, indent)).join(", ")}]`;
  }

  if (isObject(value)) {
    const members = Object.entries(value).map(([name, member]) => `${nameOf(name)}: ${literal(member, inner)}`);
    const line = `{ ${members.join(", ")} }`;
    return members.length === 0 ? "{}" : line.length < 80 && !line.includes("\n") ? line : `{\n${members.map((member) => `${inner}${member},`).join("\n")}\n${indent}}`;
  }

  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}

// `"__proto__": x` would set the prototype instead of a member.
function nameOf(name: string): string {
  return name === "__proto__" ? `["__proto__"]` : /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function csharpText(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

// A raw string needs more quotation marks around it than it has in a row.
function rawText(text: string): string {
  const quotes = '"'.repeat(Math.max(3, ...[...text.matchAll(/"+/g)].map(([run]) => run.length + 1)));
  return `${quotes}\n    ${text}\n    ${quotes}`;
}
