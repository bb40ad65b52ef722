// Writes NAME.br and NAME.gz beside each file of the build, so that the gateway never compresses them. Files that hardly shrink stay alone.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const encoders = {
  ".br": (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  ".gz": (content) => promisify(gzip)(content, { level: 9 }),
};

const directory = process.argv[2] ?? new URL("../dist", import.meta.url).pathname;

for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) {
    continue;
  }

  const file = join(entry.parentPath, entry.name);
  const content = await readFile(file);
  for (const [extension, encode] of Object.entries(encoders)) {
    const encoded = await encode(content);
    if (encoded.length < content.length * 0.95) {
      await writeFile(file + extension, encoded);
    }
  }
}
