// Checks an OpenAPI document with a public validator, and prints the findings.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const { file } = JSON.parse(process.argv[2]);
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(readFileSync(file)));
const operations = valid ? Object.keys(validator.resolveRefs().paths).length : 0;
console.log(JSON.stringify({ checked: { valid, version: validator.version, operations, errors: errors ?? [] } }));
