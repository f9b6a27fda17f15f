// Usage: node loader.mjs ENTRY OUT  Bundles the loader into one expression, `(function(c){…})`: what ENTRY calls `c`
// is the site's configuration, which the edge appends. Style sheets become minified texts.
import { readFile, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";

const [entry, out] = process.argv.slice(2);

const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  plugins: [styles],
  write: false,
});
const body = outputFiles[0].text.trim().replace(/;$/, "");
await writeFile(out, `(function(c){${body}})`);
