// A team that answers from elsewhere, in one file without dependencies (Node 20 or newer).
//
// It receives Edgedesk's webhooks, checks that they are genuine, and answers over the API (docs/openapi.json). Here the
// "team" is the function `answer` below: put your own system in its place.
//
//   EDGEDESK_URL     where the edge is:            http://localhost:8787
//   EDGEDESK_TOKEN   an API token of an agent:     console, Connections, API tokens
//   EDGEDESK_SECRET  the secret of the webhook:    console, Connections, Webhooks; its address is this program's
//   PORT             where this program listens:   9000

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { EDGEDESK_URL = 'http://localhost:8787', EDGEDESK_TOKEN, EDGEDESK_SECRET, PORT = '9000' } = process.env;
if (!EDGEDESK_TOKEN || !EDGEDESK_SECRET) {
  console.error('set EDGEDESK_TOKEN and EDGEDESK_SECRET');
  process.exit(2);
}

/** What the team says; nothing to say nothing. */
function answer(text) {
  return `Thank you for writing "${text}". We look into it.`;
}

/** Seconds our presence holds if we are not heard of again. */
const LEASE = 120;
/** A request whose time is further away than this may be a repeated old one. */
const TOLERANCE = 300;
const MOST_BYTES = 256 * 1024;

/** Whether `header` is Edgedesk's signature of `body`. */
export function isGenuine(header, body, secret, now = Date.now() / 1000) {
  const parts = String(header).split(',').map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d+$/.test(time) || Math.abs(now - Number(time)) > TOLERANCE) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return parts.some(([name, hex = '']) => {
    const given = Buffer.from(name === 'v1' ? hex : '', 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** One request to the API. What did not get through is asked again: every request may be repeated. */
async function ask(method, path, body) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 30_000)) {
    let wait = pause;
    try {
      const response = await fetch(`${EDGEDESK_URL}/v1/outside/${path}`, {
        method,
        headers: { authorization: `Bearer ${EDGEDESK_TOKEN}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
      if (response.status === 204) return null;
      const reply = await response.json();
      if (response.ok) return reply;
      if (response.status < 500 && response.status !== 429) {
        throw Object.assign(new Error(`${method} ${path}: ${reply.error}`), { final: true });
      }
      wait = reply.retry_after ?? pause;
    } catch (error) {
      if (error.final) throw error;
    }
    await new Promise((done) => setTimeout(done, wait));
  }
}

/** Conversations that are ours, and how far we have answered each of them. */
const ours = new Map();
let me;

/** Answers what is not answered yet. The log is what counts; a webhook only says that it has grown. */
async function catchUp(conversation) {
  const log = ours.get(conversation);
  if (!log || log.busy) {
    if (log) log.again = true;
    return;
  }
  log.busy = true;
  try {
    do {
      log.again = false;
      const page = await ask('GET', `conversations/${conversation}/messages?after=${log.after}`);
      for (const message of page.messages) {
        if (message.from.type === 'visitor' && message.body.type === 'text' && message.seq > log.from) {
          const text = answer(message.body.text);
          // The same id for the same question: however often this is repeated, the visitor reads it once.
          if (text) await ask('POST', `conversations/${conversation}/messages`, { client_id: `re-${message.seq}`, text });
        }
        log.after = message.seq;
      }
      log.again ||= page.more;
    } while (log.again);
  } catch (error) {
    // Transferred or ended meanwhile, perhaps.
    console.error(error.message);
  } finally {
    log.busy = false;
  }
}

function happened({ conversation, seq, event }) {
  if (event.type === 'assigned') {
    // What the visitor wrote before is for people to read; we answer from here on.
    if (event.agent.id === me && !ours.has(conversation)) ours.set(conversation, { from: seq, after: seq });
    if (event.agent.id !== me) ours.delete(conversation);
  }
  if (event.type === 'returned' || event.type === 'ended') ours.delete(conversation);
  if (event.type === 'message' && event.from.type === 'visitor') catchUp(conversation);
}

/** The newest ids we have handled: webhooks may come twice. */
const handled = new Set();

const server = createServer((request, response) => {
  const chunks = [];
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
    if (size > MOST_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (request.method !== 'POST' || !isGenuine(request.headers['edgedesk-signature'], body, EDGEDESK_SECRET)) {
      response.writeHead(401).end();
      return;
    }
    const event = JSON.parse(body);
    response.writeHead(204).end();
    if (handled.has(event.id)) return;
    handled.add(event.id);
    if (handled.size > 10_000) handled.delete(handled.values().next().value);
    happened(event);
  });
});

/** What was ours before this program started is answered from where it became ours. */
async function adopt(conversation) {
  let from = 0;
  for (let after = 0, more = true; more; ) {
    const page = await ask('GET', `conversations/${conversation}/messages?after=${after}`);
    for (const { seq, body } of page.messages) {
      if (body.event?.type === 'agent_joined' && body.event.agent.id === me) from = seq;
      after = seq;
    }
    more = page.more;
  }
  if (!ours.has(conversation)) ours.set(conversation, { from, after: from });
  await catchUp(conversation);
}

const comeOnDuty = () => ask('PUT', 'presence', { presence: 'online', lease: LEASE });

server.listen(Number(PORT), async () => {
  const { agent } = await ask('GET', 'presence');
  me = agent.id;
  await comeOnDuty();
  setInterval(() => comeOnDuty().catch((error) => console.error(error.message)), (LEASE / 3) * 1000);
  console.log(`${agent.name} is on duty, listening on port ${server.address().port}`);
  for (const { conversation } of (await ask('GET', 'conversations')).conversations) await adopt(conversation);
});

/** Going off duty gives back what we have; without it the lease would end by itself. */
async function leave() {
  await Promise.race([
    ask('PUT', 'presence', { presence: 'offline' }).catch(() => {}),
    new Promise((done) => setTimeout(done, 3000)),
  ]);
  process.exit(0);
}
process.on('SIGTERM', leave);
process.on('SIGINT', leave);
