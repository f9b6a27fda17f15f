// The console, as an agent uses it.

export const PASSWORD = "tidewater-demo";

/** Page object of one console window, in English. */
export class Agent {
  constructor(page) {
    this.page = page;
    this.inbox = page.getByRole("navigation", { name: "Conversations" });
    this.transcript = page.getByRole("log", { name: "Transcript" });
    this.reply = page.getByRole("textbox", { name: "Reply" });
    this.context = page.getByRole("complementary", { name: "About the visitor" });
    this.typing = page.getByText("The visitor is typing");
  }

  /** Opens the console and signs in. */
  static async signIn(stage, context, name) {
    const agent = new Agent(await context.newPage());
    await agent.page.goto(`${stage.edge}/console/?site=tidewater`);
    await agent.page.getByLabel("Email").fill(`${name}@tidewater.example`);
    await agent.page.getByLabel("Password").fill(PASSWORD);
    await agent.page.getByRole("button", { name: "Sign in" }).click();
    await agent.inbox.waitFor();
    return agent;
  }

  async goes(presence) {
    // Enabled once the desk has answered; the radio itself is drawn over by its label.
    await this.page.locator("input[name=presence]:enabled").first().waitFor({ state: "attached" });
    await this.page.getByRole("radio", { name: presence }).check({ force: true });
  }

  /** The cards of a group: "Mine", "Waiting", "Messages left". */
  group(title) {
    return this.inbox.locator("section.group", { has: this.page.getByRole("heading", { name: title }) });
  }

  /** Opens the first conversation of a group. */
  async pick(title) {
    await this.group(title).locator(".card").first().click();
    await this.transcript.waitFor();
  }

  async say(text) {
    await this.reply.fill(text);
    await this.reply.press("Enter");
  }

  async end() {
    await this.page.getByRole("button", { name: "End", exact: true }).click();
    await this.page.getByRole("dialog").getByRole("button", { name: "End conversation" }).click();
  }
}
