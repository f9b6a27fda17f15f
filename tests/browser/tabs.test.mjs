// what was written in any tab is in the log once, whichever tabs are gone by then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Line } from "./lib/line.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { stage } from "./lib/stage.mjs";

/** Waits until the tab shows exactly these messages of its own, none on its way and none left in storage. */
async function has(shopper, texts) {
  await shopper.own.nth(texts.length - 1).waitFor();
  await shopper.own.last().getByText(/^(Sent|Delivered|Read)$/).waitFor({ timeout: 60_000 });
  await shopper.page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.includes(":m:")));
  const own = await shopper.own.allInnerTexts();
  assert.equal(own.length, texts.length, `${own}`);
  for (const text of texts) assert.equal(own.filter((words) => words.includes(text)).length, 1, `${text}: ${own}`);
}

/** Two tabs of one shopper, both in the conversation the first has begun. */
async function twoTabs(s, context) {
  const first = await Shopper.visit(s, context);
  await first.open();
  await first.ask("how to track my order");
  const second = await Shopper.visit(s, context, "/cart.html");
  await second.open();
  await second.own.first().waitFor();
  return [first, second];
}

test("r_39: two tabs write while the line is down and hear nothing of each other; one is closed, one reloaded", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const line = await Line.of(context, s);
  // A tab that ends between another one's writing and hearing of it: here it never hears.
  await context.addInitScript(() => addEventListener("storage", (event) => event.stopImmediatePropagation(), true));
  const [first, second] = await twoTabs(s, context);

  await line.cut();
  await first.say("one, in the first tab");
  await second.say("two, in the second tab");
  await first.say("three, in the first tab");
  await first.own.nth(2).waitFor();
  await second.own.nth(1).waitFor();
  await first.page.close();
  await second.page.reload();
  await second.own.nth(2).waitFor();
  await line.mend();

  const all = ["how to track my order", "one, in the first tab", "two, in the second tab", "three, in the first tab"];
  await has(second, all);
  await second.page.reload();
  await has(second, all);
  assert.equal(line.started.length, 1);
  s.calm();
});

test("r_39: tabs that write their first words while the line is down share one conversation", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const line = await Line.of(context, s);
  await line.cut();
  const tabs = [];
  for (const path of ["/", "/cart.html", "/help.html"]) {
    const tab = await Shopper.visit(s, context, path);
    await tab.open();
    tabs.push(tab);
  }
  const words = ["first words here", "first words there", "first words elsewhere"];
  for (const [n, tab] of tabs.entries()) await tab.say(words[n]);
  for (const tab of tabs) await tab.own.nth(2).waitFor();
  await tabs[2].page.close();
  await line.mend();

  for (const tab of tabs.slice(0, 2)) await has(tab, words);
  assert.equal(line.started.length, 1, "one conversation was started");
  await tabs[0].page.reload();
  await has(tabs[0], words);
  s.calm();
});

test("r_39: a tab that follows another one into its conversation stays open over a reload", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const [first, second] = [await Shopper.visit(s, context), await Shopper.visit(s, context, "/cart.html")];
  for (const tab of [first, second]) await tab.open();
  await first.ask("how to track my order");
  await has(second, ["how to track my order"]);
  await second.page.reload();
  await has(second, ["how to track my order"]);
  s.calm();
});

test("r_38: what two tabs could not send before their token was refused goes into one new conversation", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const line = await Line.of(context, s);
  const [first, second] = await twoTabs(s, context);
  await line.cut();
  await first.say("one, in the first tab");
  await second.say("two, in the second tab");
  for (const tab of [first, second]) await tab.own.nth(2).waitFor();
  line.refused = [...line.started];
  await line.mend();
  for (const tab of [first, second]) {
    await tab.own.nth(2).waitFor({ state: "detached" });
    await has(tab, ["one, in the first tab", "two, in the second tab"]);
  }
  assert.equal(line.started.length, 2);
  s.calm();
});

for (const code of ["ended", "full"]) {
  test(`r_77: words for a conversation that is ${code} go into one new one, in their order, from both tabs`, async (t) => {
    const s = await stage(t);
    const context = await s.person();
    const line = await Line.of(context, s);
    const [first, second] = await twoTabs(s, context);
    line.over.set(line.started[0], code);
    await line.cut();
    await first.say("one, in the first tab");
    await first.say("two, in the first tab");
    await second.own.nth(2).waitFor();
    await second.say("three, in the second tab");
    await first.own.nth(3).waitFor();
    await line.mend();
    for (const tab of [first, second]) {
      await tab.own.nth(3).waitFor({ state: "detached" });
      await has(tab, ["one, in the first tab", "two, in the first tab", "three, in the second tab"]);
    }
    assert.equal(line.started.length, 2, "one new conversation was started");
    const order = (await first.own.allInnerTexts()).map((words) => words.match(/one|two|three/)?.[0]);
    assert.deepEqual(order, ["one", "two", "three"], "in the order they were written");
    s.calm();
  });
}
