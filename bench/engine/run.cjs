// Runs a benchmark in WebAssembly: node run.cjs GLUE OPTIONS, where OPTIONS is JSON. FAQ: `out`, and either `data` with an
// optional `kbLang`, or `synthetic` with a number of phrasings. Desk: `desk` with `waiting`, `agents` and `events`.
// `estimate`: what one estimate costs.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const [glue, words] = process.argv.slice(2);
const { data, desk, estimate, kbLang, out, synthetic } = JSON.parse(words);
const engine = require(glue);
const read = (name) => {
  const path = join(data, `${name}.jsonl`);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
};
try {
  if (desk) {
    process.stdout.write(engine.run_desk(desk.waiting, desk.agents, desk.events));
    return;
  }
  if (estimate) {
    process.stdout.write(engine.run_estimate());
    return;
  }
  const predictions = synthetic
    ? engine.run_synthetic(synthetic)
    : engine.run(read("kb"), read("queries"), read("out_of_scope"), read("followups"), kbLang ?? undefined);
  writeFileSync(out, predictions);
  console.log(predictions.trimEnd().split("\n").at(-1));
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
