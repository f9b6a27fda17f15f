// The knowledge base and the questions it did not answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Author } from "./lib/author.mjs";
import { Shopper } from "./lib/shopper.mjs";
import { shot, stage } from "./lib/stage.mjs";

const WIDE = { viewport: { width: 1440, height: 900 } };

test("an entry is written, tried before anybody gets it, published, and answered with at once", async (t) => {
  const s = await stage(t);
  const author = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  await author.page.getByRole("link", { name: "New entry" }).click();
  await author.page.getByRole("textbox", { name: "Id" }).fill("zorbing");
  const { phrasings, answer } = author.text("en");
  await phrasings.fill("Do you offer zorbing balls?\nzorbing");
  await answer.fill("Yes, in two sizes.");
  await author.button("Save draft").click();
  await author.told("Saved as a draft.");
  await author.try.fill("do you offer zorbing balls");
  await author.verdict.getByText("Answers").waitFor();
  await author.ranking.first().getByRole("link", { name: "Do you offer zorbing balls?" }).waitFor();
  await shot(author.page, "kb-draft");

  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("do you offer zorbing balls");
  await shopper.panel.locator(".options .person").waitFor();
  await author.button("Publish").click();
  await author.told("Published. Shoppers get it now.");
  await shopper.say("do you offer zorbing balls?");
  await shopper.log.getByText("Yes, in two sizes.").waitFor();
  await shot(author.page, "kb-published");
  s.calm();
});

test("a change is undone from the history, and two people who write at once are told", async (t) => {
  const s = await stage(t);
  const one = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  const two = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  await one.open("How do I track my order?");
  await two.open("How do I track my order?");
  const former = await one.text("en").answer.inputValue();
  await one.text("en").answer.fill("In the van.");
  await one.button("Publish").click();
  await one.told("Published.");
  await two.text("en").answer.fill("On the boat.");
  await two.button("Publish").click();
  await two.told("Somebody else changed this meanwhile.");
  assert.equal(await two.text("en").answer.inputValue(), "On the boat.", "what was written stays");
  await two.button("Restore version 1 as a draft").waitFor();
  await one.button("Restore version 1 as a draft").click();
  await one.told("Restored as a draft.");
  await one.page.waitForFunction((text) => document.querySelector('section.kb-text[lang="en"] textarea:last-of-type')
    && [...document.querySelectorAll('section.kb-text[lang="en"] textarea')].at(-1).value === text, former);
  s.calm();
});

test("the test box says why entries are ranked, and reads a follow-up with what was said before", async (t) => {
  const s = await stage(t);
  const author = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  const about = (name) => author.reasons.locator(`dt:text-is("${name}") + dd`);
  await author.try.fill("is my deposit coming back");
  await about("Same topics").getByText("deposit", { exact: true }).waitFor();
  await about("Same words").getByText("deposit", { exact: true }).waitFor();
  await about("Nearest phrasing").getByText("deposit").waitFor();
  assert.equal(await author.reasons.count(), 1, "the others' reasons are told when wanted");
  await shot(author.page, "kb-reasons");
  await author.try.fill("how long does it take");
  await author.page.getByText("how-long-delivery", { exact: true }).waitFor();
  await author.button("Why this entry").nth(1).click();
  await author.reasons.nth(1).waitFor();
  await shot(author.page, "kb-reasons-of-two");
  await author.button("Why this entry").first().click();
  await author.reasons.nth(1).waitFor({ state: "detached" });

  await author.page.getByText("Said before").click();
  await author.page.getByRole("textbox", { name: "Said before" }).fill("怎么退定金");
  await author.try.fill("要是过了时间呢");
  await author.page.getByText("Read together with what was said before.").waitFor();
  await about("Nearest phrasing").getByText("定金").first().waitFor();
  await shot(author.page, "kb-reasons-follow-up");
  s.calm();
});

test("what an entry asks for is written, refused with the reason, saved and there again", async (t) => {
  const s = await stage(t);
  const author = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  await author.open("How do I track my order?");
  const asks = author.main.locator(".kb-asks");
  const name = asks.getByRole("textbox", { name: "Name" });
  assert.equal(await asks.getByRole("button").count(), 0, "closed until wanted");
  await asks.getByText("What is asked first").click();
  await asks.getByRole("button", { name: "Add something to ask for" }).click();
  await name.fill("Order No");
  await asks.getByText("A name begins with a small letter").waitFor();
  await author.button("Save draft").click();
  const refused = author.main.getByRole("alert");
  await refused.getByText("“Order No” cannot be a name").waitFor();
  await refused.getByText("“Order No” is asked for in no language").waitFor();
  await shot(author.page, "kb-ask-refused");
  await name.fill("mail");
  await asks.getByText("In answers it stands as {mail}.").waitFor();
  await asks.getByRole("combobox", { name: "Asks for" }).selectOption("email");
  await asks.getByRole("textbox", { name: "English" }).fill("Which e-mail address did you order with?");
  await author.button("Save draft").click();
  await author.told("Saved as a draft.");
  await author.page.reload();
  await asks.getByRole("textbox", { name: "English" }).waitFor();
  assert.equal(await asks.getByRole("textbox", { name: "English" }).inputValue(), "Which e-mail address did you order with?");
  assert.equal(await name.inputValue(), "mail");
  assert.equal(await asks.getByRole("combobox").inputValue(), "email");
  await shot(author.page, "kb-ask");
  s.calm();
});

test("a file is previewed line by line and imported when it is right", async (t) => {
  const s = await stage(t);
  const author = await Author.signIn(s, await s.person(WIDE), "Knowledge base");
  await author.button("Import").click();
  const file = author.dialog.locator("input[type=file]");
  const csv = (rows) => ({ name: "kb.csv", mimeType: "text/csv", buffer: Buffer.from(`id,lang,questions,answer\n${rows}`) });
  await file.setInputFiles(csv("zorbing,en,Do you offer zorbing?,\n"));
  await author.dialog.getByText("Line 2 · zorbing · Answer (English)").waitFor();
  assert.ok(await author.dialog.getByRole("button", { name: "Import and publish" }).isDisabled());
  await shot(author.page, "kb-import-refused");
  await file.setInputFiles(csv("zorbing,en,Do you offer zorbing?,Yes.\n"));
  await author.dialog.getByText("New: 1").waitFor();
  await shot(author.page, "kb-import");
  await author.dialog.getByRole("button", { name: "Import and publish" }).click();
  await author.told("Imported.");
  await author.open("Do you offer zorbing?");
  s.calm();
});

test("what shoppers asked in vain is answered with one click", async (t) => {
  const s = await stage(t);
  const shopper = await Shopper.visit(s, await s.person());
  await shopper.open();
  await shopper.say("do zorbing balls float on 12345678");
  await shopper.panel.locator(".options .person").waitFor();
  const author = await Author.signIn(s, await s.person(WIDE), "Unanswered");
  await author.clusters.getByText("do zorbing balls float on [number]").waitFor();
  await shot(author.page, "questions");
  await author.clusters.getByRole("combobox").selectOption({ index: 1 });
  await author.told("Added.");
  await author.page.getByText("Nothing is unanswered.").waitFor();
  s.calm();
});

test("an agent reads the knowledge base and changes nothing", async (t) => {
  const s = await stage(t);
  const { page } = await (await import("./lib/agent.mjs")).Agent.signIn(s, await s.person(WIDE), "mei");
  const author = new Author(page);
  await author.go("Knowledge base");
  await author.open("How do I track my order?");
  assert.equal(await author.button("Publish").count(), 0);
  assert.ok(await author.text("en").answer.getAttribute("readonly") !== null);
  await author.try.fill("how do I track my order");
  await author.ranking.first().waitFor();
  s.calm();
});

test("the pages fit a phone", async (t) => {
  const s = await stage(t);
  const author = await Author.signIn(s, await s.person({ viewport: { width: 390, height: 844 } }), "Knowledge base");
  const fits = () => author.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  await author.entries.getByRole("link").first().waitFor();
  assert.ok(await fits());
  await author.entries.getByRole("link").first().click();
  await author.text("en").answer.waitFor();
  assert.ok(await fits());
  await author.button("Try a question").click();
  await author.try.fill("deposit");
  await author.ranking.first().waitFor();
  assert.ok(await fits());
  await author.button("Close").click();
  await author.button("Back to the list").click();
  await author.go("Unanswered");
  await author.page.getByText("Nothing is unanswered.").waitFor();
  assert.ok(await fits());
  s.calm();
});
