// The widget on a shop page, as a shopper uses it.

/** Page object of one shop page with the widget on it. Texts are the English ones unless said otherwise. */
export class Shopper {
  constructor(page, shop) {
    this.page = page;
    this.shop = shop;
    this.launcher = page.locator("edgedesk-widget button.l");
    this.panel = page.locator("edgedesk-widget").getByRole("dialog");
    this.field = this.panel.locator("form.write textarea");
    this.log = this.panel.getByRole("log");
    this.answers = this.log.locator(".m.other div[lang]");
    this.own = this.log.locator(".m.own");
    this.suggestions = this.panel.locator(".hints").getByRole("option");
    this.queue = this.panel.locator(".card.queue");
    this.teaser = page.locator("edgedesk-widget .teaser");
  }

  /** Opens a page of the shop in a context. */
  static async visit(stage, context, path = "/") {
    const shopper = new Shopper(await context.newPage(), stage.shop);
    await shopper.go(path);
    return shopper;
  }

  async go(path) {
    await this.page.goto(this.shop + path);
    await this.launcher.waitFor();
  }

  async open() {
    await this.launcher.click();
    await this.field.waitFor();
  }

  async say(text) {
    await this.field.fill(text);
    await this.field.press("Enter");
  }

  /** Says something and waits for the bot's next answer: its element. */
  async ask(text) {
    const before = await this.answers.count();
    await this.say(text);
    const answer = this.answers.nth(before);
    await answer.waitFor();
    return answer;
  }

  button(name) {
    return this.panel.getByRole("button", { name, exact: true });
  }

  async askForPerson(name = "Talk to a person") {
    await this.panel.locator(".foot").getByRole("button", { name }).click();
  }
}
