// What every browser test stands on: an edge and a demo shop of its own, and a browser.
import { spawn } from "node:child_process";
import { mkdtemp, rm, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname, "../../..");

/** Starts everything for one test; it ends with the test. Uncaught errors of pages fail the test. */
export async function stage(t, more = []) {
  const state = await mkdtemp(path.join(tmpdir(), "edgedesk-browser-"));
  const quick = process.env.EDGEDESK_WATCH_PROFILE ? ["--watch-profile"] : [];
  const server = spawn(
    process.env.EDGEDESK_XTASK ?? path.join(root, "target/debug/xtask"),
    ["serve", "--json", "--seed", "--port", "0", "--shop-port", "0", "--state", state, ...quick, ...more],
    { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("`xtask serve` ended");
    return JSON.parse(value);
  };
  const ready = await next();
  const browser = await chromium.launch({
    executablePath: process.env.EDGEDESK_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
  const errors = [];
  t.after(async () => {
    await browser.close();
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.stdin.end();
    await ended;
    await rm(state, { recursive: true, force: true });
  });
  return {
    edge: ready.edge,
    shop: ready.shop,
    /** Kills workerd outright and starts it again on the same state. */
    async crash() {
      server.stdin.write("restart\n");
      await next();
    },
    /** A browser of somebody's own: own cookies, own storage. */
    async person(options = {}) {
      const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce", ...options });
      context.setDefaultTimeout(20_000);
      context.on("weberror", (error) => errors.push(error.error()));
      return context;
    },
    /** Fails when a page threw. */
    calm() {
      if (errors.length) throw new AggregateError(errors, "a page threw");
    },
  };
}

/** Saves a picture when EDGEDESK_SHOTS names a folder. */
export async function shot(page, name) {
  const folder = process.env.EDGEDESK_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
