// The console's knowledge base and unanswered questions, as a supervisor uses them.
import { Agent } from "./agent.mjs";

/** Page object of the knowledge base's pages, in English. */
export class Author {
  constructor(page) {
    this.page = page;
    this.entries = page.getByRole("navigation", { name: "Entries" });
    this.search = page.getByRole("searchbox", { name: "Search entries" });
    this.main = page.getByRole("main");
    this.try = page.getByRole("textbox", { name: "Try a question" });
    this.ranking = page.locator(".ranking li");
    this.reasons = this.ranking.locator(".why");
    this.verdict = page.locator(".verdict");
    this.dialog = page.getByRole("dialog", { name: "Import a file" });
    this.clusters = page.locator(".cluster");
  }

  /** Signs in and goes to a page: "Knowledge base" or "Unanswered". */
  static async signIn(stage, context, place) {
    const { page } = await Agent.signIn(stage, context, "sora");
    const author = new Author(page);
    await author.go(place);
    return author;
  }

  async go(place) {
    await this.page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: place }).click();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** The fields of one language, by its tag. */
  text(lang) {
    const column = this.main.locator(`section.kb-text[lang="${lang}"]`);
    return { phrasings: column.locator("textarea").first(), answer: column.locator("textarea").last() };
  }

  async open(title) {
    await this.search.fill(title);
    await this.entries.getByText(title).first().click();
    await this.main.getByRole("heading", { level: 1, name: title }).waitFor();
  }

  async told(text) {
    await this.page.getByRole("status").getByText(text).first().waitFor();
  }
}
