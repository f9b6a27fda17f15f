// The shopper's side of the story.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";

test("1: the launcher costs one script and stores nothing; opening shows greeting and availability", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const page = await context.newPage();
  const fetched = [];
  page.on("request", (request) => request.url().startsWith(s.edge) && fetched.push(request.url()));
  const shopper = new Shopper(page, s.shop);
  await shopper.go("/");
  await page.waitForLoadState("networkidle");
  assert.deepEqual(fetched, [`${s.edge}/w/tidewater.js`]);
  const stored = () => page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]);
  assert.deepEqual(await stored(), [[], [], ""]);
  await shopper.open();
  await shopper.panel.locator(".greet").waitFor();
  assert.match(await shopper.panel.locator(".greet").innerText(), /\w/);
  await shopper.panel.getByText("Away · answers below are instant").waitFor();
  assert.deepEqual(await stored(), [[], [], ""], "nothing is stored before the first word");
  await shot(page, "1-open");
  s.calm();
});

test("1: the greeting is in the page's language", async (t) => {
  const s = await stage(t);
  for (const [path, lang] of [["/zh/", "zh-CN"], ["/ja/", "ja"], ["/ar/", "ar"]]) {
    const shopper = await Shopper.visit(s, await s.person(), path);
    await shopper.open();
    await shopper.panel.locator(".greet").waitFor();
    const panel = shopper.panel.locator(".ed");
    assert.deepEqual([await panel.getAttribute("lang"), await panel.getAttribute("dir")], [lang, lang == "ar" ? "rtl" : "ltr"]);
    await shot(shopper.page, `1-open-${lang}`);
  }
  s.calm();
});

test("2: answers and the panel follow the shopper's language, with a way back", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  const panel = shopper.panel.locator(".ed[lang]").first();
  assert.match(await (await shopper.ask("怎么退定金")).innerText(), /定金/);
  await shopper.panel.getByRole("button", { name: "转人工" }).or(shopper.panel.locator(".ed[lang=zh-CN]")).first().waitFor();
  assert.equal(await panel.getAttribute("lang"), "zh-CN");
  await shot(shopper.page, "2-chinese");
  assert.match(await (await shopper.ask("how to track my order")).innerText(), /track/i);
  await shopper.panel.locator(".ed[lang=en]").waitFor();
  assert.match(await (await shopper.ask("返品の送料は誰が払いますか")).innerText(), /負担/);
  await shopper.panel.locator(".ed[lang=ja]").waitFor();
  await shopper.panel.locator(".strip button", { hasText: "English" }).click();
  await shopper.panel.locator(".ed[lang=en]").waitFor();
  await shopper.ask("怎么退定金");
  assert.equal(await panel.getAttribute("lang"), "en", "who went back is not switched again");
  s.calm();
});

test("2: thumbs under each answer, suggestions while typing", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.field.pressSequentially("track");
  await shopper.suggestions.first().waitFor();
  await shot(shopper.page, "2-suggestions");
  await shopper.suggestions.filter({ hasText: "How do I track my order?" }).click();
  await shopper.answers.first().waitFor();
  assert.equal(await shopper.suggestions.count(), 0);
  await shopper.button("Yes, this helped").click();
  await shopper.panel.getByText("Glad that helped!").waitFor();
  await shopper.page.reload();
  await shopper.panel.getByText("Glad that helped!").waitFor();
  s.calm();
});

test("3: what is not known is not answered wrongly: related entries and a person are offered", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("what is the capital of Peru?");
  await shopper.panel.locator(".options .person").waitFor();
  assert.equal(await shopper.answers.count(), 0);
  await shot(shopper.page, "3-offer");
  s.calm();
});

test("3: asking for a human in words works in several languages", async (t) => {
  const s = await stage(t);
  for (const words of ["转人工", "I want to talk to a human", "オペレーターに繋いでください", "quiero hablar con una persona"]) {
    const shopper = await Shopper.visit(s, await s.person());
    await shopper.open();
    await shopper.say(words);
    await shopper.panel.locator(".card .acts .main").waitFor();
    await shopper.page.close();
  }
  s.calm();
});

test("6: on a product page the widget speaks first with the product's name", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const shopper = await Shopper.visit(s, context, "/products/current-2.html");
  await shopper.teaser.waitFor();
  assert.match(await shopper.teaser.innerText(), /Current 2/);
  await shot(shopper.page, "6-teaser");
  await shopper.teaser.locator("button.says").click();
  await shopper.log.getByText("Current 2").waitFor();
  await shopper.ask("how long does the battery last?");
  await shopper.page.reload();
  await shopper.log.getByText("Current 2").first().waitFor();
  s.calm();
});

test("6: the widget stays silent, and is not even loaded, once the product is in the cart", async (t) => {
  const s = await stage(t);
  const page = await (await s.person()).newPage();
  const fetched = [];
  page.on("request", (request) => request.url().includes("/assets/") && fetched.push(request.url()));
  await page.clock.install();
  const buyer = new Shopper(page, s.shop);
  await buyer.go("/products/harbor.html");
  await page.locator("[data-add-to-cart]").first().click();
  await page.clock.fastForward("10:00");
  assert.equal(await buyer.teaser.count(), 0);
  assert.deepEqual(fetched, []);
  s.calm();
});

test("7: navigating and reloading keep conversation, panel and language; two tabs show the same", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const shopper = await Shopper.visit(s, context);
  await shopper.open();
  await shopper.ask("怎么退定金");
  await shopper.go("/help.html");
  await shopper.answers.first().waitFor();
  await shopper.panel.locator(".ed[lang=zh-CN]").waitFor();
  await shopper.field.pressSequentially("还没写完");
  await shopper.page.reload();
  await shopper.answers.first().waitFor();
  assert.equal(await shopper.field.inputValue(), "还没写完", "a half-written message survives");
  const second = await Shopper.visit(s, context, "/cart.html");
  await second.open();
  await second.answers.first().waitFor();
  await second.say("how to track my order");
  await shopper.answers.nth(1).waitFor();
  await second.answers.nth(1).waitFor();
  assert.equal(await shopper.own.count(), await second.own.count());
  s.calm();
});

test("7: words written while the line is down arrive once, also across a crash of the server", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const shopper = await Shopper.visit(s, context);
  await shopper.open();
  await shopper.ask("how to track my order");
  await context.setOffline(true);
  await shopper.say("quanto costa spedire?");
  await s.crash();
  await shopper.page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await context.setOffline(false);
  await shopper.own.nth(1).getByText(/^(Sent|Delivered|Read)$/).waitFor({ timeout: 60_000 });
  await shopper.page.reload();
  await shopper.own.nth(1).waitFor();
  assert.equal(await shopper.own.count(), 2);
  s.calm();
});

test("hostile texts are shown as they are", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  const hostile = '<img src=x onerror="window.hacked=1"><b>bold</b> &amp; javascript:alert(1)';
  await shopper.say(hostile);
  await shopper.own.first().getByText(hostile).waitFor();
  assert.equal(await shopper.page.evaluate(() => window.hacked), undefined);
  await shopper.field.fill("\u200b\u200b\u202e");
  assert.equal(await shopper.panel.locator("button.send").isDisabled(), true, "nothing to see, nothing to send");
  s.calm();
});
