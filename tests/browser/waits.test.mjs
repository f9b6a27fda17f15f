// The page about waits, on days that were made up for it: what it shows is what the counts say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Author } from "./lib/author.mjs";
import { shot, stage } from "./lib/stage.mjs";

const HOUR = 3_600_000;

/** Four weeks of a shop that is busy from 9 to 18 in UTC, with too few agents at 14. */
function insights() {
  const now = Date.now();
  const present = Math.floor(now / HOUR);
  const hours = [];
  for (let hour = present - 28 * 24; hour < present; hour += 1) {
    const busy = hour % 24 >= 9 && hour % 24 < 18;
    const asked = hour % 24 === 14 ? 30 : busy ? 12 : 1;
    const told = asked * 0.8;
    hours.push({
      group: "support", hour, asked, served: asked * 0.9, waited: asked * 0.9 * (hour % 24 === 14 ? 600 : 90),
      gave_up: asked * 0.1, given_up: asked * 12, told, within: told * 0.8, beyond: told * 0.1,
      expected: told * 150, came: told * 120, promised: told, broken: told * 0.05, staffed: (busy ? 3 : 1) * 3_600,
    });
  }
  // Durations of about eight minutes, and a patience of about twenty, in the bins the desk counts in.
  const edges = [0, ...Array.from({ length: 60 }, (_, n) => 4 * 2 ** (n / 4))];
  const survival = (mean) => edges.map((secs) => Math.exp(-secs / mean));
  const groups = [{ group: "support", handled: 900, handle: survival(480), patience: survival(1_200), slots: 2 }];
  return { now, hours, groups };
}

test("a supervisor sees what was promised and what came, what is to come, and what one more agent would change", async (t) => {
  const s = await stage(t);
  const context = await s.person({ timezoneId: "UTC" });
  await context.route(`${s.edge}/v1/console/insights*`, (route) => route.fulfill({ json: insights() }));
  const { page } = await Author.signIn(s, context, "Waits");
  const tile = (name) => page.locator(".tile").filter({ has: page.getByText(name, { exact: true }) }).locator("dd");
  await tile("Within the range").waitFor();
  assert.equal(await tile("Within the range").innerText(), "80 %");
  assert.equal(await tile("Told minus came").innerText(), "+0.5 min");
  assert.equal(await tile("Promises broken").innerText(), "5.0 %");
  assert.equal(await tile("Gave up").innerText(), "10 %");

  // Seven days of 24 hours, and how good such forecasts were: of days that repeat themselves, perfect ones.
  assert.equal(await page.locator(".heat tbody tr").count(), 7);
  await page.getByText("off by 0.0 % hour by hour").waitFor();

  await page.getByRole("button", { name: "Show", exact: true }).click();
  const from = page.getByLabel("From");
  assert.ok(["13", "14"].includes(await from.inputValue()), await from.inputValue());
  const result = page.locator(".result");
  const one = await result.innerText();
  const [, after, before] = one.match(/less than ([\d.]+) min instead of ([\d.]+) min/);
  assert.ok(Number(after) < Number(before), one);
  await page.getByLabel("More agents").selectOption("5");
  await page.getByText("5 more from").waitFor();
  const [, five] = (await result.innerText()).match(/less than ([\d.]+) min/);
  assert.ok(Number(five) <= Number(after), `${five} ${after}`);
  for (const [width, height] of [[1440, 900], [390, 844]]) {
    await page.setViewportSize({ width, height });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} > ${width}`);
    await shot(page, `waits-${width}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, `waits-${width}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
  }
  s.calm();
});

test("without any history the page says so", async (t) => {
  const s = await stage(t);
  const { page } = await Author.signIn(s, await s.person(), "Waits");
  await page.getByText("Nobody has asked for a person in this time.").waitFor();
  assert.equal(await page.getByText("This needs a week of history.").count(), 2);
  s.calm();
});
