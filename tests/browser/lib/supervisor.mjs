// Whoever looks after the knowledge base, by the console's own API.
import { PASSWORD } from "./agent.mjs";

export class Supervisor {
  static async signIn(stage, name = "sora") {
    const one = new Supervisor();
    one.edge = stage.edge;
    one.headers = { origin: stage.edge, "content-type": "application/json" };
    const body = { site: "tidewater", email: `${name}@tidewater.example`, password: PASSWORD };
    const response = await one.call("POST", "sign-in", body);
    one.headers.cookie = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
    return one;
  }

  async call(method, path, body) {
    const init = { method, headers: this.headers, body: body && JSON.stringify(body) };
    const response = await fetch(`${this.edge}/v1/console/${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** Publishes a new English entry. */
  async publish(id, question, answer, more = {}) {
    const content = { texts: { en: { questions: [question], answer } }, ...more };
    await this.call("PUT", `kb/entries/${id}`, { base: 0, content, publish: true });
  }

  async questions() {
    return (await (await this.call("GET", "questions")).json()).clusters;
  }
}
