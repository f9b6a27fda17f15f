// Runs MiniSearch over a data set and prints a table of what everybody made of it: node run.cjs OPTIONS, where OPTIONS is
// JSON: `data`, an optional `kbLang`, and `predictions`, pairs of a name and a file of predictions.
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const MiniSearch = require("minisearch");

const { data, kbLang, predictions } = JSON.parse(process.argv[2]);
const parse = (path) =>
  existsSync(path)
    ? readFileSync(path, "utf8").split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line))
    : [];
const queries = parse(join(data, "queries.jsonl"));

const share = (part) => `${(100 * part).toFixed(1)} %`.padStart(8);
const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

// Ranked ids and microseconds of every query become one row.
const row = (name, answers, built) => {
  const asked = queries.map((query, at) => [query, answers[at]]);
  const inScope = asked.filter(([query]) => query.id || query.ids?.length);
  const right = (query, ids) => ids.some((id) => id === query.id || query.ids?.includes(id));
  const hits = (first) => inScope.filter(([query, { ranked }]) => right(query, ranked.slice(0, first))).length;
  const times = answers.map((answer) => answer.micros);
  const [acc, hit3] = [hits(1), hits(3)].map((count) => share(count / Math.max(1, inScope.length)));
  const [p50, p99] = [0.5, 0.99].map((part) => quantile(times, part).toFixed(0).padStart(8));
  console.log(`${name.padEnd(26)}${acc}${hit3}${p50}${p99}${built.toFixed(1).padStart(10)}`);
};

console.log(`${"".padEnd(26)}     acc    hit3  p50 µs  p99 µs  build ms`);
for (const [name, file] of predictions) {
  const lines = parse(file);
  const answers = lines
    .filter((line) => line.file === "queries")
    .map(({ ranked, micros }) => ({ ranked: ranked.map(([id]) => id), micros }));
  const summary = lines.at(-1);
  row(name, answers, summary.build_ms + (summary.train_ms ?? 0));
}

const documents = [];
for (const line of parse(join(data, "kb.jsonl"))) {
  if (kbLang && line.lang !== kbLang) continue;
  for (const text of [...line.questions, line.answer]) documents.push({ id: documents.length, entry: line.id, text });
}
const start = performance.now();
const search = new MiniSearch({ fields: ["text"], storeFields: ["entry"] });
search.addAll(documents);
const built = performance.now() - start;
const answers = queries.map(({ text }) => {
  const begin = performance.now();
  const found = search.search(text, { fuzzy: 0.2, prefix: true });
  const micros = (performance.now() - begin) * 1e3;
  return { ranked: [...new Set(found.slice(0, 200).map((one) => one.entry))], micros };
});
row("MiniSearch", answers, built);
