// Routing: rules written, tried and saved in the console, decisions told, conversations that go from hand to hand, the
// shopper's own choice, and who the shop says a shopper is.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { Agent } from "./lib/agent.mjs";
import { Author } from "./lib/author.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";
import { Supervisor } from "./lib/supervisor.mjs";

const WIDE = { viewport: { width: 1440, height: 1000 } };

/** Saves a routing as the page would. */
async function route(sora, routing) {
  const { version } = await (await sora.call("GET", "routing")).json();
  await sora.call("PUT", "routing", { base: version, routing });
}

const RETURNS = { id: "returns", name: "Returns" };

test("a rule is written, its mistakes are named, it is tried, moved, saved, and decides", async (t) => {
  const s = await stage(t);
  const { page } = await Author.signIn(s, await s.person(WIDE), "Routing");
  const button = (name) => page.getByRole("button", { name, exact: true });
  const told = (text) => page.getByRole("status").getByText(text).first().waitFor();
  await page.getByPlaceholder("Name of a new group").fill("Returns");
  await page.keyboard.press("Enter");
  await button("Delete the group Returns").waitFor();
  await button("Add rule").click();
  const rule = page.locator("li.rule").first();
  await rule.getByText("It needs a condition").waitFor();
  await rule.getByLabel("Name").fill("Broken things");
  await rule.getByLabel("Add a condition…").selectOption({ label: "Mood" });
  await rule.getByText("A condition has nothing chosen.").waitFor();
  await rule.getByRole("button", { name: "Angry" }).click();
  await rule.getByRole("button", { name: "Worried" }).click();
  await rule.getByText("A condition has nothing chosen.").waitFor({ state: "detached" });
  await rule.getByLabel("Skill group").selectOption({ label: "Returns" });
  await button("Add rule").click();
  const second = page.locator("li.rule").nth(1);
  await second.getByLabel("Name").fill("Home page");
  await second.getByLabel("Add a condition…").selectOption({ label: "Page" });
  await second.getByRole("textbox", { name: "Page" }).fill("/");
  await page.keyboard.press("Enter");
  await second.getByLabel("Skill group").selectOption({ label: "support" });
  await second.getByLabel("Priority, points").fill("1");
  await page.keyboard.press("Tab");

  // By keyboard alone, and the focus goes along.
  const line = page.locator("#rule-1");
  await line.focus();
  await page.keyboard.press("Shift+ArrowUp");
  await page.locator("#rule-0").getByText("Home page").waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "rule-0");
  await button("Move “Home page” down").click();
  await page.locator("#rule-1").getByText("Home page").waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "rule-down-1" || document.activeElement?.id === "rule-1" || document.querySelector("#rule-down-1").disabled);
  await shot(page, "routing-edit");

  // Tried before it is saved.
  await page.getByLabel("What they write").fill("This is outrageous, my headphones arrived broken and nobody helps!!");
  await page.getByLabel("The page they are on").fill("/products/current-2");
  await button("Try it").click();
  await page.getByText("Rule 1, “Broken things”, decides.").waitFor();
  await page.getByText("Nobody of this group is signed in.").waitFor();
  await shot(page, "routing-try");
  await button("Save routing").click();
  await told("Saved. It holds for the next handoff.");

  // Switched off, it decides nothing; what was not saved is asked about before it is thrown away.
  await page.locator("#rule-0").click();
  await page.getByLabel("Switched on").uncheck();
  await told("Not saved yet");
  await button("Try it").click();
  await page.getByText("is switched off").first().waitFor();
  await button("Discard").click();
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await page.getByText("Not saved yet").waitFor({ state: "detached" });

  const mei = await Agent.signIn(s, await s.person(), "mei");
  await mei.goes("Online");
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("I want to talk to a person");
  await mei.group("Mine").locator(".card").waitFor();
  await button("Look again").click();
  await page.getByText("Sent to support. Rule 2, “Home page”, decides.").waitFor();
  await page.getByText(/Given to Mei after .*: the only one who could\./).waitFor();
  await shot(page, "routing-decisions");
  s.calm();
});

test("the page is read in every language, light and dark, wide and narrow", async (t) => {
  const s = await stage(t, ["--plans"]);
  const sora = await Supervisor.signIn(s);
  const { routing } = await (await sora.call("GET", "routing")).json();
  assert.equal(routing.rules.length, 4);
  for (const [lang, words] of [["en", "This is outrageous, where is my parcel?!"], ["zh-CN", "太过分了，我的包裹到底在哪里？！"], ["ja", "ひどいです！荷物はどこですか？"]]) {
    const context = await s.person({ ...WIDE, locale: lang });
    const page = await context.newPage();
    await page.goto(`${s.edge}/console/?site=tidewater#/routing`);
    await page.locator("input[type=email], input[name=email]").first().fill("sora@tidewater.example");
    await page.locator("input[type=password]").fill("tidewater-demo");
    await page.keyboard.press("Enter");
    await page.locator("li.rule").nth(3).waitFor();
    await page.locator("#rule-1").click();
    await page.locator(".try-fields input").first().fill(words);
    await page.locator(".try-fields button").click();
    await page.locator(".went-to").waitFor();
    await page.locator(".candidate").first().waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
    await page.locator(".decisions").locator("xpath=..").locator("p.soft").waitFor();
    await shot(page, `routing-${lang}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, `routing-${lang}-dark`);
    await page.setViewportSize({ width: 390, height: 844 });
    await shot(page, `routing-${lang}-narrow`);
    const wider = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    assert.equal(await page.evaluate(wider), false, "nothing is wider than the screen");
    const cut = () => [...document.querySelectorAll(".place-name")].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent);
    assert.deepEqual(await page.evaluate(cut), [], "no name of a page is cut short");
    await page.setViewportSize({ width: 1440, height: 1000 });
    assert.deepEqual(await page.evaluate(cut), [], "no name of a page is cut short");
  }
  s.calm();
});

test("a conversation is sent on with a note, and a supervisor takes it over", async (t) => {
  const s = await stage(t);
  const people = [];
  for (const name of ["mei", "jonas", "sora"]) people.push(await Agent.signIn(s, await s.person(WIDE), name));
  const [mei, jonas, sora] = people;
  await mei.goes("Online");
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("I want to talk to a person");
  await mei.group("Mine").locator(".card").waitFor();
  await jonas.goes("Online");
  await mei.pick("Mine");
  const button = (who, name) => who.page.getByRole("main").getByRole("button", { name, exact: true });
  await button(mei, "Decline").waitFor();
  await mei.say("Let me see.");
  await button(mei, "Return").waitFor();

  // By keyboard: the dialog is opened, a colleague chosen, a note written, and it is sent.
  await button(mei, "Transfer").focus();
  await mei.page.keyboard.press("Enter");
  const dialog = mei.page.getByRole("dialog", { name: "Transfer this conversation" });
  await dialog.waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Transfer" }).isDisabled(), true);
  await dialog.getByRole("radio", { name: /Jonas/ }).focus();
  await mei.page.keyboard.press("Space");
  await dialog.getByLabel("Note for whoever gets it").fill("Wants a refund for order 1001.");
  await shot(mei.page, "transfer");
  await dialog.getByRole("button", { name: "Transfer" }).press("Enter");
  await jonas.group("Mine").locator(".card").waitFor();
  await jonas.pick("Mine");
  await jonas.transcript.getByText("Wants a refund for order 1001.").waitFor();
  await button(mei, "Decline").waitFor({ state: "detached" });
  assert.equal(await button(mei, "Take over").count(), 0, "that is a supervisor's");

  await sora.page.goto(jonas.page.url());
  await sora.transcript.waitFor();
  await button(sora, "Take over").click();
  const question = sora.page.getByRole("dialog");
  await question.getByText("Take over from Jonas?").waitFor();
  await shot(sora.page, "take-over");
  await question.getByRole("button", { name: "Take over" }).click();
  await sora.group("Mine").locator(".card").waitFor();
  await button(sora, "Decline").waitFor();
  await jonas.group("Mine").locator(".card").waitFor({ state: "detached" });
  await shopper.panel.getByText(/Sora/).first().waitFor();

  // Given back without having said anything, it goes to somebody else.
  await button(sora, "Decline").click();
  await sora.group("Mine").locator(".card").waitFor({ state: "detached" });
  s.calm();
});

test("after a conversation there is time to wrap up, which its agent may cut short", async (t) => {
  const s = await stage(t);
  await route(await Supervisor.signIn(s), { wrap_up: 600 });
  const mei = await Agent.signIn(s, await s.person(WIDE), "mei");
  await mei.goes("Online");
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("I want to talk to a person");
  await mei.group("Mine").locator(".card").waitFor();
  await mei.pick("Mine");
  await mei.end();
  await mei.page.getByText(/Wrapping up: /).waitFor();
  await shot(mei.page, "wrap-up");
  await mei.page.getByRole("button", { name: "Ready again" }).click();
  await mei.page.getByText(/Wrapping up: /).waitFor({ state: "detached" });
  s.calm();
});

test("a shopper says what it is about before a person is called, by keyboard too", async (t) => {
  const s = await stage(t);
  const sora = await Supervisor.signIn(s);
  const names = { en: "A return", ja: "返品" };
  await route(sora, { groups: [RETURNS], choices: [{ group: "returns", names }] });
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.panel.locator(".status").waitFor();
  await shopper.askForPerson();
  const group = shopper.panel.getByRole("group", { name: "What is it about?" });
  await group.getByRole("button", { name: "A return" }).waitFor();
  await shot(shopper.page, "choices");
  await shopper.page.waitForFunction(() =>
    document.querySelector("edgedesk-widget").shadowRoot.activeElement?.textContent === "A return");
  await shopper.page.keyboard.press("Escape");
  await group.waitFor({ state: "detached" });
  assert.equal(await shopper.field.isVisible(), true, "the panel stays open");
  await shopper.askForPerson();
  await group.getByRole("button", { name: "A return" }).press("Enter");
  await shopper.panel.getByText("No one is available right now").first().waitFor();
  await group.waitFor({ state: "detached" });
  const supervisor = await Agent.signIn(s, await s.person(WIDE), "sora");
  await supervisor.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Routing" }).click();
  await supervisor.page.getByText("Sent to Returns. No rule fits; the shopper’s choice decides.").waitFor();
  s.calm();
});

const jwt = (claims, secret) => {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
};

test("the shop's server signs who a shopper is, and agents see it", async (t) => {
  const s = await stage(t);
  const sora = await Supervisor.signIn(s);
  const { secret } = await (await sora.call("POST", "connections/identity")).json();
  const claims = { aud: "tidewater", sub: "4711", name: "Ada Example", vip: 2, exp: Math.floor(Date.now() / 1000) + 600 };
  const mei = await Agent.signIn(s, await s.person(WIDE), "mei");
  await mei.goes("Online");
  const shopper = await Shopper.visit(s, await s.person());
  const told = shopper.page.evaluate(() => new Promise((resolve) => window.edgedesk("on", "identity:refused", () => resolve(true))));
  await shopper.page.evaluate((token) => window.edgedesk("identify", token), jwt(claims, "eds_a guess"));
  await shopper.open();
  await shopper.ask("How do I track my order?");
  assert.equal(await told, true, "the page hears that it is not believed");
  await shopper.page.evaluate((token) => window.edgedesk("identify", token), jwt(claims, secret));
  await shopper.say("I want to talk to a person");
  await mei.group("Mine").locator(".card").waitFor();
  await mei.pick("Mine");
  await mei.context.getByText("Ada Example").waitFor();
  await mei.context.getByText("VIP 2").waitFor();
  await mei.context.getByText("4711").waitFor();
  await shot(mei.page, "identity");
  s.calm();
});
