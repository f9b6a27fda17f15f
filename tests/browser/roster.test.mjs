// The roster: planned in the console, pictured over all regions, and told to shoppers in their own time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Author } from "./lib/author.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";

const WIDE = { viewport: { width: 1440, height: 960 }, timezoneId: "Asia/Shanghai" };
const ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const plan = (zone, start, end) => ({
  zone,
  shifts: [{ days: ALL, hours: { start, end, overnight: end <= start } }],
});

/** Saves a roster as the page would, for what would take many clicks. */
async function put(page, roster) {
  const status = await page.evaluate(async (roster) => {
    const { edition } = await (await fetch("/v1/console/roster")).json();
    const body = JSON.stringify({ edition, roster });
    const headers = { "content-type": "application/json" };
    return (await fetch("/v1/console/roster", { method: "PUT", body, headers })).status;
  }, roster);
  assert.equal(status, 200);
}

test("a shift is planned, its mistakes are named, and shoppers are told when somebody will be there", async (t) => {
  const s = await stage(t);
  const { page } = await Author.signIn(s, await s.person(WIDE), "Roster");
  const button = (name) => page.getByRole("button", { name, exact: true });
  const told = (text) => page.getByRole("status").getByText(text).first().waitFor();
  await page.getByRole("navigation", { name: "Roster" }).getByRole("button", { name: "Mei" }).click();
  await button("Plan shifts").click();
  assert.equal(await page.getByRole("combobox", { name: "Time zone" }).inputValue(), "Asia/Shanghai");
  const until = page.getByLabel("Until");
  await until.fill("08:00");
  await page.getByText("shift 1 ends before it starts").waitFor();
  await button("Save roster").click();
  await told("Not saved");
  await page.getByLabel("next day").check();
  await page.getByText("shift 1 ends before it starts").waitFor({ state: "detached" });
  await button("Save roster").click();
  await told("Saved.");
  // Also at weekends: whatever day it is, today's picture shows the shift.
  for (const day of ["Saturday", "Sunday"]) await button(day).click();
  await button("Save roster").click();
  await page.locator(".picture-bar").first().waitFor();
  await shot(page, "roster-plan");

  // A day's shift that never includes the present: in ten to eleven hours, by the clock of UTC.
  const hour = (new Date().getUTCHours() + 10) % 23;
  const two = (n) => String(n).padStart(2, "0");
  await put(page, { agents: { mei: plan("UTC", `${two(hour)}:00`, `${two(hour + 1)}:00`) } });
  const opens = new Date();
  opens.setUTCMinutes(0, 0, 0);
  while (opens.getUTCHours() !== hour) opens.setTime(opens.getTime() + 3_600_000);
  const clock = (locale, timeZone) =>
    opens.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit", timeZone });
  for (const timezoneId of ["America/New_York", "Asia/Tokyo"]) {
    const shopper = await Shopper.visit(s, await s.person({ timezoneId }));
    await shopper.open();
    const text = clock("en-US", timezoneId);
    await shopper.panel.locator(".status").getByText(text).waitFor();
    await shot(shopper.page, `roster-offline-${timezoneId.split("/").pop()}`);
  }
  s.calm();
});

test("plans of all regions are one picture, with the gaps marked, light and dark and narrow", async (t) => {
  const s = await stage(t);
  const { page } = await Author.signIn(s, await s.person(WIDE), "Roster");
  await put(page, {
    agents: {
      mei: plan("Asia/Shanghai", "08:00", "16:00"),
      jonas: plan("Europe/Berlin", "15:00", "23:00"),
      sora: plan("America/New_York", "16:00", "02:00"),
    },
    groups: { support: { most_waiting: 20, full: { type: "call_back" } } },
  });
  await page.reload();
  await page.locator(".picture-gap").first().waitFor();
  assert.ok((await page.locator(".picture-bar").count()) >= 3);
  await page.getByRole("navigation", { name: "Roster" }).getByRole("button", { name: "support" }).click();
  await page.getByRole("heading", { name: "What happens then" }).waitFor();
  assert.equal(await page.getByLabel("Most waiting").inputValue(), "20");
  await shot(page, "roster-picture");
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "roster-dark");
  await page.setViewportSize({ width: 390, height: 844 });
  await shot(page, "roster-narrow");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.equal(wide, false, "nothing is wider than the screen");
  await page.setViewportSize({ width: 1440, height: 960 });
  await page.getByRole("button", { name: "The day after" }).focus();
  const day = await page.locator("#picture-day").textContent();
  await page.keyboard.press("Enter");
  await page.waitForFunction((day) => document.querySelector("#picture-day").textContent !== day, day);
  s.calm();
});

test("a full line offers to call back, and the agent is told so in turn", async (t) => {
  const s = await stage(t);
  const { page } = await Author.signIn(s, await s.person(WIDE), "Roster");
  await put(page, { groups: { support: { closed: { type: "call_back" } } } });
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("I want to talk to a person");
  await shopper.panel.getByText("No one is available right now").first().waitFor();
  await shopper.panel.getByRole("button", { name: "Call me back" }).click();
  await shot(shopper.page, "roster-call-back");
  const form = shopper.panel.locator("form.leave");
  await form.locator("textarea").fill("My parcel is open.");
  await form.locator("input").fill("+44 20 7946 0000");
  await form.getByRole("button", { name: "Send" }).click();
  await shopper.panel.getByText("We have your message").waitFor();
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Conversations" }).click();
  await page.getByText("Call back", { exact: true }).first().waitFor();
  await shot(page, "roster-call-back-card");
  s.calm();
});
