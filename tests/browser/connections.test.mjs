// Webhooks, dead letters and API tokens, as a supervisor meets them.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { Agent } from "./lib/agent.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";

const WIDE = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 } };

/** A system elsewhere that refuses everything until it is told otherwise. */
async function receiver(t) {
  const state = { status: 404, heard: [] };
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      state.heard.push(request.headers["edgedesk-event"]);
      response.writeHead(state.status).end();
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  state.url = `http://127.0.0.1:${server.address().port}`;
  return state;
}

async function connections(s, options) {
  const { page } = await Agent.signIn(s, await s.person(options), "sora");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Connections" }).click();
  await page.getByRole("heading", { level: 1, name: "Connections" }).waitFor();
  return page;
}

test("a webhook is made, refused, tested, fails, and its dead letter is sent again", async (t) => {
  const elsewhere = await receiver(t);
  const s = await stage(t, ["--allow-webhook", elsewhere.url]);
  const page = await connections(s, WIDE);
  const button = (name) => page.getByRole("button", { name, exact: true });
  await page.getByText("Nobody elsewhere is told anything yet.").waitFor();
  await button("Add webhook").click();
  const address = page.getByRole("textbox", { name: "Address" });
  await address.fill("https://192.168.1.1/hook");
  await button("Save").click();
  await page.getByRole("alert").getByText("This host is not on the public network.").waitFor();
  await shot(page, "connections-refused");
  await address.fill(`${elsewhere.url}/desk`);
  await button("Save").click();
  const secret = page.locator(".secret code");
  await secret.getByText(/^whsec_/).waitFor();
  await shot(page, "connections-secret");
  const first = await secret.textContent();
  await page.locator(".secret").getByRole("button", { name: "Close" }).click();
  await button("New secret").click();
  await page.getByRole("dialog").getByRole("button", { name: "New secret" }).click();
  await secret.getByText(/^whsec_/).waitFor();
  await shot(page, "connections-renewed");
  assert.notEqual(await secret.textContent(), first);
  await page.locator(".secret").getByRole("button", { name: "Close" }).click();
  await button("Send a test").click();
  await page.getByText("The test was not taken. See the last tries.").waitFor();
  await page.getByText("Last tries", { exact: true }).click();
  await page.getByText("Answered 404").first().waitFor();

  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("I would like a zorb");
  await shopper.panel.locator(".options .person").waitFor();
  await shopper.askForPerson();
  const letters = page.locator(".letters > li");
  while (!(await letters.count())) {
    await page.reload();
    await page.getByText("Not delivered").waitFor();
  }
  await letters.first().getByText("Refused with 404").waitFor();
  await shot(page, "connections-letters");
  elsewhere.status = 200;
  await button("Try all again").click();
  await page.getByText("Everything was delivered.").waitFor();
  s.calm();
});

test("an API token is shown once, used, and revoked; the page fits a phone in the dark", async (t) => {
  const s = await stage(t);
  const page = await connections(s, { ...PHONE, colorScheme: "dark" });
  const button = (name) => page.getByRole("button", { name, exact: true });
  await page.getByRole("combobox", { name: "Answers as" }).selectOption("mei");
  await page.getByRole("textbox", { name: "What it is for" }).fill("Ticket system");
  await button("Make a token").click();
  const secret = await page.locator(".secret code").textContent();
  await shot(page, "connections-phone-dark");
  const ask = () => fetch(`${s.edge}/v1/outside/presence`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await ask()).status, 200);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(wide, false, "nothing is wider than the phone");
  await page.reload();
  await page.getByText("Ticket system").waitFor();
  assert.equal(await page.locator(".secret").count(), 0, "not shown again");
  await button("Revoke").click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("There are no tokens.").waitFor();
  assert.equal((await ask()).status, 401);
  s.calm();
});

test("whoever is no supervisor has no such page", async (t) => {
  const s = await stage(t);
  const { page } = await Agent.signIn(s, await s.person(WIDE), "mei");
  const pages = page.getByRole("navigation", { name: "Pages" });
  await pages.getByRole("link", { name: "Knowledge base" }).waitFor();
  assert.equal(await pages.getByRole("link", { name: "Connections" }).count(), 0);
  s.calm();
});
