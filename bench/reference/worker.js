// The reference of `bench fanout` and the lower bound of what the platform does: a Durable Object that persists each
// message in SQLite and broadcasts it to every socket. No acknowledgement of its own (the sender's copy is one), no
// dedupe, no ordering beyond the table's, no roles, no resume, no limits.
import { DurableObject } from "cloudflare:workers";

export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.sql = ctx.storage.sql;
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS message (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, text TEXT NOT NULL)",
    );
  }

  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  webSocketMessage(_socket, data) {
    const { id, text } = JSON.parse(data);
    const at = Date.now();
    const insert = "INSERT INTO message (id, at, text) VALUES (?, ?, ?) RETURNING seq";
    const { seq } = this.sql.exec(insert, id, at, text).one();
    const frame = JSON.stringify({ seq, id, at, text });
    for (const socket of this.ctx.getWebSockets()) socket.send(frame);
  }

  webSocketClose(socket) {
    socket.close(1000);
  }
}

export default {
  fetch(request, env) {
    const room = new URL(request.url).pathname.match(/^\/room\/([\w-]+)$/)?.[1];
    if (!room || request.headers.get("upgrade") !== "websocket") return new Response("not found", { status: 404 });
    return env.ROOM.getByName(room).fetch(request);
  },
};
