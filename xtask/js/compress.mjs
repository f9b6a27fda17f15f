// Usage: node compress.mjs QUALITY FILE…  Writes FILE.br beside each FILE, with brotli at QUALITY (0 to 11).
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

const [quality, ...files] = process.argv.slice(2);
for (const file of files) {
  const content = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: Number(quality),
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    [constants.BROTLI_PARAM_LGWIN]: 22,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
}
