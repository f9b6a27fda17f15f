// Shopper and agent together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "./lib/agent.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";

test("4: waiting shoppers see position and range, which move as the queue moves, and may keep typing", async (t) => {
  const s = await stage(t);
  const agent = await Agent.signIn(s, await s.person(), "jonas");
  await agent.goes("Online");
  const shoppers = [];
  const capacity = 3;
  for (let i = 0; i < capacity + 2; i++) {
    const shopper = await Shopper.visit(s, await s.person());
    await shopper.open();
    await shopper.say(`question number ${i + 1} about zorbing`);
    await shopper.panel.locator(".options .person").waitFor();
    await shopper.askForPerson();
    shoppers.push(shopper);
    if (i < capacity) await shopper.panel.getByText("Jonas joined").waitFor();
  }
  const [next, last] = shoppers.slice(capacity);
  await next.queue.getByText("You're next in line").waitFor();
  await last.queue.getByText("You're 2nd in line").waitFor();
  assert.match(await last.queue.locator(".wait").innerText(), /Estimated wait: (about \d+|more than \d+|a little while)/);
  await shot(last.page, "4-queue");
  await last.say("I can wait, it is about a zorb");
  await last.own.nth(1).getByText("Sent").waitFor();
  await agent.pick("Mine");
  await agent.end();
  await next.panel.getByText("Jonas joined").waitFor();
  await last.queue.getByText("You're next in line").waitFor();
  await last.button("Leave the line").click();
  await last.panel.getByText("You left the line").waitFor();
  s.calm();
});

test("5: the agent sees everything, both sides see typing and reading, the agent ends, the shopper rates", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person(), "/products/current-2.html");
  await shopper.open();
  await shopper.ask("怎么退定金");
  const agent = await Agent.signIn(s, await s.person({ viewport: { width: 1440, height: 900 } }), "mei");
  await agent.goes("Online");
  await shopper.say("转人工");
  await shopper.panel.getByText("Mei").first().waitFor();
  await agent.pick("Mine");
  await agent.transcript.getByText("怎么退定金").first().waitFor();
  await agent.context.getByText("简体中文").first().waitFor();
  await agent.context.getByText("Current 2").first().waitFor();
  await agent.context.getByText("On the page now").waitFor();
  await agent.reply.pressSequentially("您好");
  await shopper.log.locator(".dots").waitFor();
  await agent.say("您好，我来帮您退定金");
  await shopper.log.getByText("您好，我来帮您退定金").waitFor();
  await agent.transcript.getByText("Read").last().waitFor();
  await shot(agent.page, "5-console");
  await shopper.field.pressSequentially("谢谢");
  await agent.typing.first().waitFor();
  await shopper.say("谢谢你");
  await agent.transcript.getByText("谢谢你").waitFor();
  await shopper.own.last().getByText("已读").waitFor();
  await shot(shopper.page, "5-widget");
  await agent.end();
  await shopper.panel.locator(".smile").nth(4).click();
  await shot(shopper.page, "5-rating");
  await shopper.panel.locator(".dock .card button.main").click();
  await agent.transcript.getByText("The visitor rated the conversation").waitFor();
  s.calm();
});

test("8: with everybody offline the shopper leaves a message, and an agent finds it on return", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.askForPerson();
  await shopper.panel.getByText("No one is available right now").first().waitFor();
  await shopper.button("Leave a message").click();
  const form = shopper.panel.locator("form.leave");
  await form.locator("textarea").fill("Please tell me when the grey one is back");
  await form.locator("input").fill("ann@shopper.example");
  await shot(shopper.page, "8-form");
  await form.getByRole("button", { name: "Send" }).click();
  await shopper.panel.getByText("We have your message").waitFor();
  const agent = await Agent.signIn(s, await s.person(), "mei");
  await agent.goes("Online");
  await agent.pick("Messages left");
  await agent.transcript.getByText("Please tell me when the grey one is back").waitFor();
  await agent.page.getByText("ann@shopper.example").first().waitFor();
  await agent.page.getByRole("button", { name: "Answer it" }).click();
  await agent.say("It is back next week");
  await shopper.log.getByText("It is back next week").waitFor();
  s.calm();
});

test("an agent's wrong password is refused, and signing out ends the session", async (t) => {
  const s = await stage(t);
  const context = await s.person();
  const page = await context.newPage();
  await page.goto(`${s.edge}/console/?site=tidewater`);
  await page.getByLabel("Email").fill("mei@tidewater.example");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("That email and password do not fit together.").waitFor();
  await page.getByLabel("Password").fill("tidewater-demo");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  await page.reload();
  await page.getByRole("navigation", { name: "Conversations" }).waitFor();
  await page.getByRole("button", { name: "Settings and sign out" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByLabel("Password").waitFor();
  await page.reload();
  await page.getByLabel("Password").waitFor();
  s.calm();
});
