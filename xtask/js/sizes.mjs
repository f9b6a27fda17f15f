// Usage: node sizes.mjs gzip|brotli FILE…  Prints the compressed bytes of all files together, each compressed alone.
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const [method, ...files] = process.argv.slice(2);
const compress = method === "gzip" ? (bytes) => gzipSync(bytes, { level: 9 }) : brotliCompressSync;
console.log(files.reduce((sum, file) => sum + compress(readFileSync(file)).length, 0));
