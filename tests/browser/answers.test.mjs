// What answers can do: Markdown, reasons, topics, suggestions, questions back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "./lib/agent.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";
import { Supervisor } from "./lib/supervisor.mjs";

const RICH = `First **bold** and *leaning*, then <img src=x onerror="window.hacked=1"> and [a trap](javascript:window.hacked=1).

- one
- [the size guide](https://sizes.example/guide)

![A blue box](https://pictures.example/box.png)

[[Open the guide]](https://sizes.example/) [[Thank you]]
[[How do I return it?]](entry:return-how)`;

test("r_56 r_57 r_58: an answer's Markdown is nodes, and nothing in it can do more than it says", async (t) => {
  const s = await stage(t);
  const supervisor = await Supervisor.signIn(s);
  await supervisor.publish("zorb-care", "How do I look after my zorb?", RICH);
  const context = await s.person();
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await context.route("https://pictures.example/**", async (route) => {
    assert.equal(await route.request().headerValue("referer"), null, "the picture's host learns no address");
    await held;
    const body = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await route.fulfill({ body, contentType: "image/png" });
  });
  const shopper = await Shopper.visit(s, context);
  await shopper.open();
  const answer = await shopper.ask("How do I look after my zorb?");
  assert.equal(await answer.locator("strong").innerText(), "bold");
  assert.equal(await answer.locator("em").innerText(), "leaning");
  assert.equal(await answer.locator("li").count(), 2);
  await answer.getByText('<img src=x onerror="window.hacked=1">').waitFor();
  await answer.getByText("[a trap](javascript:window.hacked=1)").waitFor();
  const link = answer.getByRole("link", { name: "the size guide" });
  assert.deepEqual(
    [await link.getAttribute("href"), await link.getAttribute("target"), await link.getAttribute("rel")],
    ["https://sizes.example/guide", "_blank", "noopener nofollow"],
  );
  const image = answer.getByRole("img", { name: "A blue box" });
  await image.scrollIntoViewIfNeeded();
  const before = await image.boundingBox();
  release();
  await image.evaluate((img) => img.complete || new Promise((resolve) => img.addEventListener("load", resolve)));
  assert.deepEqual(await image.boundingBox(), before, "nothing moves when a picture comes");
  await shot(shopper.page, "answer-rich");
  await answer.getByRole("button", { name: "How do I return it?" }).click();
  await shopper.answers.nth(1).waitFor();
  assert.match(await shopper.answers.nth(1).innerText(), /Return/);
  await answer.getByRole("button", { name: "Thank you" }).click();
  await shopper.own.last().getByText("Thank you").waitFor();
  assert.equal(await shopper.page.evaluate(() => window.hacked), undefined);
  // The console shows the same nodes.
  const agent = await Agent.signIn(s, await s.person(), "mei");
  await agent.goes("Online");
  await shopper.askForPerson();
  await agent.pick("Mine");
  await agent.transcript.getByRole("link", { name: "the size guide" }).waitFor();
  assert.equal(await agent.transcript.locator("strong").first().innerText(), "bold");
  s.calm();
});

test("r_66: after a thumbs-down a reason and a word, both with the question among the unhelpful ones", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.ask("How do I track my order?");
  await shopper.button("No, this didn't help").click();
  const reasons = shopper.panel.getByRole("group", { name: "What was wrong" });
  await reasons.waitFor();
  await shot(shopper.page, "reasons");
  await reasons.getByRole("button", { name: "Out of date" }).click();
  const field = shopper.panel.locator("form.say input");
  await field.fill("The page is called Parcels now");
  await shot(shopper.page, "reason-comment");
  await field.press("Enter");
  await shopper.panel.getByText("Sorry about that. A person can take a look.").waitFor();
  await shopper.page.reload();
  await shopper.panel.getByText("Sorry about that. A person can take a look.").waitFor();
  const supervisor = await Supervisor.signIn(s);
  const told = async () => (await supervisor.questions()).find((cluster) => cluster.comments?.length);
  let cluster;
  // The outbox delivers by itself.
  for (const until = Date.now() + 20_000; !cluster && Date.now() < until; ) cluster = await told();
  assert.deepEqual(
    [cluster.count, cluster.unhelpful, cluster.reasons, cluster.comments],
    [1, 1, { outdated: 1 }, ["The page is called Parcels now"]],
  );
  s.calm();
});

test("r_98: topics are browsed without typing, and answered like a question", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person(), "/zh/");
  await shopper.open();
  const browse = shopper.panel.locator("section.browse");
  await browse.getByRole("button", { name: "退换货与退款" }).click();
  const inside = shopper.panel.getByRole("region", { name: "按主题浏览" });
  await inside.getByRole("button", { name: "怎么申请退货" }).waitFor();
  await shot(shopper.page, "topic");
  await inside.getByRole("button", { name: "退换货与退款" }).click();
  await browse.getByRole("button", { name: "订单与配送" }).click();
  await inside.getByRole("button", { name: "怎么查物流" }).click();
  await shopper.answers.first().waitFor();
  assert.match(await shopper.answers.first().innerText(), /查看物流/);
  s.calm();
});

test("suggestions are a combobox: arrows, Enter, Escape; answers of the edge are kept by their tag", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  const field = shopper.panel.getByRole("combobox", { name: "Message" });
  const [response] = await Promise.all([
    shopper.page.waitForResponse((response) => response.url().includes("/suggest?")),
    field.pressSequentially("track"),
  ]);
  const headers = await response.allHeaders();
  assert.deepEqual([headers["cache-control"], typeof headers.etag], ["private, max-age=60", "string"]);
  const again = await fetch(response.url(), { headers: { origin: s.shop, "if-none-match": headers.etag } });
  assert.equal(again.status, 304);
  const list = shopper.panel.getByRole("listbox", { name: "Suggested questions" });
  await list.waitFor();
  assert.equal(await field.getAttribute("aria-expanded"), "true");
  await field.press("ArrowDown");
  const first = list.getByRole("option").first();
  assert.equal(await first.getAttribute("aria-selected"), "true");
  assert.equal(await field.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
  await shot(shopper.page, "combobox");
  await field.press("Escape");
  assert.deepEqual([await list.count(), await field.getAttribute("aria-expanded")], [0, "false"]);
  assert.equal(await field.inputValue(), "track", "Escape takes nothing that was typed");
  await field.press("Backspace");
  await list.waitFor();
  await field.press("ArrowUp");
  const last = await list.getByRole("option").last().innerText();
  await field.press("Enter");
  await shopper.own.first().getByText(last).waitFor();
  await shopper.answers.first().waitFor();
  s.calm();
});

test("r_99 r_44: an answer that asks for an order number asks again politely, survives a crash, and goes on", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  const asked = await shopper.ask("My parcel seems to be lost");
  assert.match(await asked.innerText(), /order number/);
  assert.equal(await shopper.panel.locator(".helped").count(), 0, "a question is nobody's help yet");
  await shopper.ask("not at hand right now");
  await shopper.panel.getByText("That doesn't look quite right").waitFor();
  await shot(shopper.page, "slot");
  await s.crash();
  const answer = await shopper.ask("ah, it is tw-2026-0042");
  assert.match(await answer.innerText(), /For order TW-2026-0042/);
  await shopper.button("Yes, this helped").waitFor();
  s.calm();
});

test("r_44: whoever is asked for something may ask for something else, or for a person", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.ask("My parcel seems to be lost");
  const other = await shopper.ask("How do I pair my headphones over Bluetooth?");
  assert.equal(await other.locator("ol li").count(), 3);
  await shopper.ask("My parcel seems to be lost");
  await shopper.say("I want to talk to a human");
  await shopper.panel.getByText("No one is available right now").first().waitFor();
  s.calm();
});

test("an answer drawn from entries names them, and one in another language than the shopper's says so", async (t) => {
  const s = await stage(t);
  const supervisor = await Supervisor.signIn(s);
  await supervisor.publish("zorb-care", "How do I look after my zorb?", "Rinse it.", { topic: "products" });
  const shopper = await Shopper.visit(s, await s.person(), "/ja/");
  await shopper.open();
  await shopper.panel.getByRole("button", { name: "製品の使い方" }).click();
  await shopper.panel.getByRole("button", { name: "How do I look after my zorb?" }).click();
  await shopper.panel.getByText("この回答は現在Englishのみのご用意です。").waitFor();
  assert.equal(await shopper.answers.last().getAttribute("lang"), "en");
  // What a language model would make of two entries; tests/edge/assist.rs tells how it comes about.
  const context = await s.person();
  await context.routeWebSocket(/socket/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const frame = text.startsWith("{") ? JSON.parse(text) : undefined;
      if (frame?.message?.body.type !== "answer") return socket.send(text);
      const titles = ["Can I cancel?", "<b>كيف أُرجع الطلب؟</b>"];
      frame.message.body.text = "Yes, see [x](https://evil.example) and **y**.";
      frame.message.body.sources = titles.map((title, place) => ({ entry: `e${place}`, title }));
      socket.send(JSON.stringify(frame));
    });
  });
  const other = await Shopper.visit(s, context);
  await other.open();
  const answer = await other.ask("How do I track my order?");
  assert.match(await answer.innerText(), /see \[x\]\(https:\/\/evil.example\) and \*\*y\*\*/, "what a model wrote is only words");
  const from = other.panel.locator(".from");
  assert.deepEqual(await from.locator("span").allInnerTexts(), ["From:", "Can I cancel?", "<b>كيف أُرجع الطلب؟</b>"]);
  await shot(other.page, "sources");
  s.calm();
});
