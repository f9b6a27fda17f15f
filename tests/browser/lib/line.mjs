// The line between somebody's browser and the edge, which a test cuts and mends. The shop's pages stay reachable, so
// that tabs can be reloaded meanwhile.

export class Line {
  /** Begins to stand between the browser and what starts or carries conversations. */
  static async of(context, stage) {
    const line = new Line();
    line.context = context;
    line.up = true;
    line.open = new Set();
    /** Conversations that were started, and those whose tokens are refused from now on. */
    line.started = [];
    line.refused = [];
    /** Conversations that take no more words, and as what they refuse them. */
    line.over = new Map();
    await context.routeWebSocket(/\/v1\/conversations\/[^/]+\/socket$/, (socket) => {
      if (!line.up) return void socket.close({ code: 3000 });
      if (line.refused.some((id) => socket.url().includes(id))) return void socket.close({ code: 4401 });
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const frame = text.startsWith("{") ? JSON.parse(text) : {};
        const over = [...line.over].find(([id]) => socket.url().includes(id));
        if (!over || frame.type !== "send") return void server.send(text);
        socket.send(JSON.stringify({ type: "error", code: over[1], client_id: frame.client_id }));
      });
      line.open.add({ socket, server });
    });
    await context.route(`${stage.edge}/v1/sites/*/conversations`, async (route) => {
      if (!line.up) return route.abort();
      const response = await route.fetch();
      line.started.push((await response.json()).conversation);
      await route.fulfill({ response });
    });
    return line;
  }

  /** Cuts every socket; nothing new is opened. */
  async cut() {
    this.up = false;
    for (const { socket, server } of this.open) {
      await server.close({ code: 3000 });
      await socket.close({ code: 3000 });
    }
    this.open.clear();
  }

  /** Mends it, and tells every tab. */
  async mend() {
    this.up = true;
    const tell = (page) => page.evaluate(() => window.dispatchEvent(new Event("online")));
    await Promise.all(this.context.pages().map(tell));
  }
}
