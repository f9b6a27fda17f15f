import { test } from "node:test";
import { Author } from "./author.mjs";
import { Shopper } from "./shopper.mjs";
import { stage, shot } from "./stage.mjs";
test("shots", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  for (const q of ["do zorbing balls float on 12345678", "can I pay with zorb coins", "zorbing balls float?", "How do I track my order?"]) {
    const n = await shopper.log.locator(".m.other, .options").count();
    await shopper.say(q);
    await shopper.page.waitForFunction(() => true); await shopper.page.waitForTimeout(900);
  }
  const author = await Author.signIn(s, await s.person({ viewport: { width: 1440, height: 900 } }), "Knowledge base");
  const p = author.page;
  await author.open("Is the preorder deposit refundable?");
  await author.try.fill("can i get my deposit back");
  await author.verdict.waitFor();
  await p.locator(".kb-schedule summary").click();
  await author.button("Add a scheduled answer").click();
  await p.getByLabel("Occasion").fill("618");
  await shot(p, "z-wide-light");
  await p.evaluate(() => document.documentElement.dataset.theme = "dark");
  await shot(p, "z-wide-dark");
  await p.locator(".kb-variant").scrollIntoViewIfNeeded(); await shot(p, "z-variant-dark");
  await p.evaluate(() => document.documentElement.dataset.theme = "light");
  await p.evaluate(() => { localStorage.setItem("edgedesk.lang", "zh-CN"); });
  await author.go("Unanswered"); await author.clusters.first().waitFor(); await shot(p, "z-questions");
  await p.evaluate(() => localStorage.setItem("edgedesk.lang","zh-CN"));
  await p.reload(); await p.locator(".cluster").first().waitFor(); await shot(p, "z-questions-zh");
  await p.setViewportSize({ width: 390, height: 844 }); await shot(p, "z-questions-390-zh");
  await p.goto(s.edge + "/console/?site=tidewater#/kb"); await p.locator(".kb-row").first().waitFor(); await shot(p, "z-list-390-zh");
  await p.locator(".kb-row").nth(2).click(); await p.locator(".kb-text").first().waitFor(); await shot(p, "z-entry-390-zh");
  await p.evaluate(() => document.documentElement.dataset.theme = "dark"); await shot(p, "z-entry-390-dark");
  await p.locator("button.about").click(); await p.waitForTimeout(400); await shot(p, "z-test-390-dark");
});
