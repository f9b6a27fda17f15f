//! The numbers both ends must agree on. SPEC.md §Limits lists them for readers of the protocol.

use crate::pace::Pace;
use crate::time::{DAY, MINUTE, SECOND};

/// Largest WebSocket text frame a client may send, in bytes. Larger frames get `frame_too_large` and close 1009.
pub const FRAME_BYTES: usize = 32 * 1024;
/// Largest HTTP request body of the visitor API, in bytes.
pub const BODY_BYTES: usize = 32 * 1024;
/// Largest HTTP request body of the operator API (knowledge-base import), in bytes.
pub const IMPORT_BYTES: usize = 8 * 1024 * 1024;
/// Longest message text, in Unicode scalar values.
pub const TEXT_CHARS: usize = 4_000;
/// Longest short text (names, titles, contact, comments' first line), in Unicode scalar values.
pub const SHORT_CHARS: usize = 200;
/// Longest URL kept of a visitor's page, in Unicode scalar values.
pub const URL_CHARS: usize = 1_000;
/// Messages of one resume page.
pub const PAGE_MESSAGES: usize = 100;
/// About the largest page in bytes; a page that would be larger is cut, at least one message.
pub const PAGE_BYTES: usize = 256 * 1024;
/// Pages sent in answer to one `hello` or `resume`; the client asks for the rest, so that resuming is bounded work.
pub const RESUME_PAGES: usize = 20;
/// About the bytes of messages in one such answer; it ends with the page that reaches them.
pub const RESUME_BYTES: usize = 1024 * 1024;
/// Live messages of others a socket may be sent past the newest one its client has shown to hold; past it the client is
/// told to resync (4409).
pub const UNCONFIRMED_MESSAGES: u32 = 2_048;
/// About the bytes of everything sent to a socket past what its client has shown to hold, and of what it was paged more
/// than once; past it the client is told to resync (4409). Room for an answer to `resume` (at most
/// 1.25 MiB) and twice what a client gets before it confirms (about 1 MiB).
pub const UNCONFIRMED_BYTES: usize = 4 * 1024 * 1024;
/// A client confirms (`delivered`) after at most this many live messages, whoever has read them. A message counts once
/// more for every [`CONFIRM_BYTES`].
pub const CONFIRM_EVERY: u32 = 1_024;
/// See [`CONFIRM_EVERY`].
pub const CONFIRM_BYTES: usize = 1024;
/// Messages a client may keep unsent in its outbox.
pub const OUTBOX_MESSAGES: usize = 50;
/// Messages one conversation may hold; past it a new conversation is started.
pub const CONVERSATION_MESSAGES: u64 = 20_000;
/// A conversation's state is saved with at least every so many messages; between, it follows from the log.
pub const SAVED_EVERY: u64 = 1_024;
/// Sockets one conversation accepts at a time (all tabs, devices and agents together).
pub const CONVERSATION_SOCKETS: usize = 160;
/// Of these, the visitor's tabs and devices together; past it the oldest one is closed (4429).
pub const VISITOR_SOCKETS: usize = 32;
/// Frames one socket may send in a burst, and then per second, before `rate_limited`; an operator may set another rate.
pub const FRAME_BURST: u32 = 40;
/// See [`FRAME_BURST`].
pub const FRAMES_PER_SECOND: u32 = 8;
/// Refused frames in a row before a socket is closed (4429).
pub const FRAMES_REFUSED: u32 = 200;
/// What a `hello` or `resume` counts as, in frames: answering it reads the log.
pub const RESUME_COSTS: u32 = 4;
/// Visitor's questions waiting for the bot; past it the oldest one stays unanswered.
pub const QUESTIONS: usize = 8;
/// Turns of context a question is given to the bot with.
pub const CONTEXT_TURNS: usize = 6;
/// How often what an entry asks for is asked for again.
pub const SLOT_RETRIES: u32 = 2;
/// Characters of what a visitor adds to a mark.
pub const COMMENT_CHARS: usize = 400;
/// Marks "helped / did not help" a conversation keeps per answer, newest first.
pub const HELPFUL_MARKS: usize = 200;
/// Topics a panel lists.
pub const TOPICS: usize = 24;
/// Entries a topic lists.
pub const TOPIC_ENTRIES: usize = 50;
/// Characters before suggestions are asked for.
pub const SUGGEST_MIN_CHARS: usize = 2;
/// Suggestions shown at most.
pub const SUGGESTIONS: usize = 4;

/// Entries of a knowledge base.
pub const KB_ENTRIES: usize = 5_000;
/// Phrasings of one entry in one language.
pub const KB_PHRASINGS: usize = 200;
/// Longest phrasing, in Unicode scalar values: as much as the engine reads of one.
pub const KB_PHRASING_CHARS: usize = 400;
/// Tags of one entry.
pub const KB_TAGS: usize = 20;
/// Scheduled answers of one entry.
pub const KB_VARIANTS: usize = 20;
/// Things one entry may ask for.
pub const KB_SLOTS: usize = 5;
/// Largest entry in all its languages, in bytes of JSON.
pub const KB_ENTRY_BYTES: usize = 256 * 1024;
/// Largest knowledge base, published, in bytes of JSON: every isolate that answers holds it.
pub const KB_BYTES: u64 = 16 * 1024 * 1024;
/// Versions kept of one entry, the newest ones.
pub const KB_VERSIONS: u64 = 50;
/// Problems an import names; the others are counted.
pub const KB_PROBLEMS: usize = 200;
/// Changes an import's preview names; the others are counted.
pub const KB_CHANGES: usize = 1_000;
/// Entries of one page of a list.
pub const KB_PAGE: usize = 200;
/// Clusters of questions without an answer that a site keeps; past it the least frequent one is forgotten, of equal
/// ones the one that was not asked for longest.
pub const QUESTION_CLUSTERS: usize = 500;
/// Dismissed clusters remembered, so that they do not come back with the next shopper.
pub const QUESTION_CLUSTERS_DISMISSED: usize = 200;
/// Wordings kept of one cluster.
pub const QUESTION_WORDINGS: usize = 8;

/// How often a client sends `ping` on an open socket.
pub const PING_EVERY: u64 = 20 * SECOND;
/// A client that hears nothing for this long after a ping treats its socket as dead.
pub const PONG_WITHIN: u64 = 10 * SECOND;
/// An agent whose sockets have been silent for this long is taken as vanished.
pub const AGENT_SILENT: u64 = 60 * SECOND;
/// An agent whose last window disconnected keeps presence and conversations for this long (a reload, a deploy);
/// then the agent is taken as vanished.
pub const AGENT_RECONNECT: u64 = 20 * SECOND;
/// Console windows of one agent at a time; past it the oldest one is closed.
pub const AGENT_WINDOWS: usize = 8;
/// Visitors still waiting when the last agent goes off duty are told "offline" after this long, unless somebody
/// comes on duty before.
pub const OFF_DUTY_GRACE: u64 = 60 * SECOND;
/// A conversation an agent gave back is not assigned to that agent by itself again within this time.
pub const RETURN_REST: u64 = 2 * MINUTE;
/// A visitor who waits for a human and has had no socket open for this long is away: the place is left out of the
/// queue until they are back.
pub const ABSENT_AFTER: u64 = 2 * MINUTE;
/// Visitors of one site that may wait at a time; further ones are offered to leave a message.
pub const DESK_WAITING: usize = 2_000;
/// Visitors in line who are to be called back. They may stand in a line that takes nobody new; whoever asks as a further
/// one is told that it cannot be promised.
pub const DESK_CALL_BACKS: usize = 1_000;
/// Agents with a plan, and groups with rules, of one roster.
pub const ROSTER_ENTRIES: usize = 500;
/// Largest roster, in bytes of JSON.
pub const ROSTER_BYTES: usize = 512 * 1024;
/// Longest time a rule of a roster may name, in minutes.
pub const DAY_MINUTES: usize = 24 * 60;
/// Longest time a roster is pictured.
pub const ROSTER_PICTURE: u64 = 15 * DAY;
/// Somebody who was told that nobody can serve them and asks to be called back within this time keeps the place they had.
pub const PLACE_KEPT: u64 = 30 * MINUTE;
/// Waiting cards in a desk snapshot (the next in line first, then left messages, oldest first), and assigned cards
/// (one's own first). Later frames tell of every change, within these cards or not.
pub const SNAPSHOT_CARDS: usize = 200;
/// Finished handoffs a desk remembers, so that late duplicates of them are known as such.
pub const DESK_CLOSED: usize = 1_000;
/// Left messages a desk lists at a time; whoever leaves a further one is told that it could not be taken.
pub const DESK_MESSAGES: usize = 2_000;
/// Routing decisions a desk keeps, the newest ones: of some 200 conversations, 0.6 MB with a dozen rules. All of them are
/// read when a desk wakes.
pub const DESK_DECISIONS: u64 = 1_000;
/// Decisions that one frame tells.
pub const DECISIONS_AT_ONCE: usize = 200;
/// Agents who are not here and whose turn a desk remembers.
pub const DESK_TURNS: usize = 500;
/// A returning visitor goes to the agent who had them last within this time, if that agent can.
pub const FAMILIAR: u64 = 7 * DAY;
/// Visitors whose last agent a desk remembers, the newest ones.
pub const DESK_FAMILIAR: usize = 2_000;
/// Conversations in a row an agent does not attend to, after which the agent is away.
pub const NO_ANSWERS: u32 = 2;
/// A console tells at most this often that somebody is there.
pub const ACTIVE_EVERY: u64 = MINUTE;
/// Longest signed identity, in bytes.
pub const IDENTITY_BYTES: usize = 2_048;
/// How far ahead a signed identity may expire.
pub const IDENTITY_TOKEN: u64 = 30 * DAY;
/// Rules of a site's routing.
pub const ROUTING_RULES: usize = 100;
/// Skill groups of a site.
pub const ROUTING_GROUPS: usize = 50;
/// Most points of priority a rule or a property gives, or takes.
pub const ROUTING_POINTS: i32 = 100;
/// Longest time in a site's routing, in seconds.
pub const ROUTING_SECONDS: u32 = 86_400;
/// Most of an agent's capacity one conversation takes.
pub const ROUTING_WEIGHT: u32 = 10;
/// What visitors may choose from.
pub const ROUTING_CHOICES: usize = 12;
/// Conditions of a rule, and things a condition lists.
pub const ROUTING_LIST: usize = 50;
/// Highest VIP level.
pub const VIP_MOST: u8 = 9;
/// Everybody's wait is estimated anew at most this often.
pub const ESTIMATE_EVERY: u64 = SECOND;
/// While somebody waits and nothing happens, it is estimated anew after this time.
pub const ESTIMATE_AGAIN: u64 = 30 * SECOND;
/// What one event may simulate, in paths times slots and visitors: longer lines are estimated over several events.
pub const ESTIMATE_SLICE: usize = 6_000;
/// Waiting visitors whose places one event brings up to date, and to whom one event brings a new estimate; the others
/// follow with the next events.
pub const PLACES_AT_ONCE: usize = 100;
/// First reconnect delay ceiling; doubles per failure with full jitter.
pub const BACKOFF_FIRST: u64 = SECOND;
/// Largest reconnect delay ceiling.
pub const BACKOFF_MOST: u64 = 30 * SECOND;
/// A typing notice lasts this long unless renewed.
pub const TYPING_LASTS: u64 = 6 * SECOND;
/// Clients renew a typing notice at most this often.
pub const TYPING_EVERY: u64 = 3 * SECOND;
/// A bot conversation without a visitor's word for this long ends by rule.
pub const IDLE_CLOSE: u64 = 24 * 60 * MINUTE;
/// An ended conversation reopens when its visitor writes within this time; later a new one starts.
pub const REOPEN_WITHIN: u64 = 7 * DAY;
/// How long a visitor token is good for; renewed on connect once it is a day old.
pub const VISITOR_TOKEN: u64 = 30 * DAY;
/// See [`VISITOR_TOKEN`].
pub const VISITOR_TOKEN_RENEW: u64 = DAY;
/// How long a console session lasts.
pub const CONSOLE_SESSION: u64 = 12 * 60 * MINUTE;
/// How long an agent's socket is good for; then its client opens another, and the session is verified anew. What is not
/// told of a session's end (it ran out, a message was lost) is noticed after this time at the latest.
pub const PASS: u64 = 15 * MINUTE;
/// After this time it is closed when something has happened on it, so that nobody's request falls into the end of it.
pub const PASS_RENEW: u64 = 10 * MINUTE;
/// Failed sign-ins per account before it is locked for [`SIGN_IN_LOCK`].
pub const SIGN_IN_ATTEMPTS: u32 = 5;
/// See [`SIGN_IN_ATTEMPTS`].
pub const SIGN_IN_LOCK: u64 = 15 * MINUTE;
/// A question the bot has not answered within this time is asked again (it doubles each time).
pub const ASK_AGAIN: u64 = 5 * SECOND;
/// Times a question is asked before the visitor is told that the bot does not know.
pub const ASK_TIMES: u32 = 4;
/// A conversation tells the desk of changed card contents at most this often while it waits, when agents choose by it.
pub const BRIEF_EVERY: u64 = 5 * SECOND;
/// How often while an agent has it, who follows it live: only the other agents' cards wait. Each conversation has a
/// moment of its own within that time.
pub const BRIEF_EVERY_ASSIGNED: u64 = 60 * SECOND;
/// A client gives up on a socket that has not opened, or not been welcomed, after this time.
pub const CONNECT_WITHIN: u64 = 15 * SECOND;
/// A client resends a message that has not been acknowledged on an open line after this time.
pub const RESEND_AFTER: u64 = 15 * SECOND;
/// A line that held this long resets the reconnect delay.
pub const LINE_PROVED: u64 = 10 * SECOND;
/// Addresses elsewhere that one site tells what happens.
pub const HOOK_ENDPOINTS: usize = 10;
/// Events waiting for one of them; further ones are dead letters.
pub const HOOK_WAITING: u64 = 2_000;
/// Dead letters a site keeps; past it the oldest is forgotten.
pub const HOOK_LETTERS: u64 = 500;
/// Last tries shown of an endpoint.
pub const HOOK_TRIES_SHOWN: usize = 10;
/// An endpoint that has not answered after this time has failed.
pub const HOOK_WITHIN: u64 = 10 * SECOND;
/// Bytes read of an endpoint's answer; the rest is left.
pub const HOOK_REPLY_BYTES: usize = 64 * 1024;
/// API tokens of one site.
pub const API_TOKENS: u64 = 50;
/// An outside agent's presence lasts between these, unless renewed, in seconds.
pub const LEASE_SECONDS: (u64, u64) = (30, 3_600);
/// API requests one token may send to one isolate: so many in a burst, and then 10 a second.
pub const API_PACE: Pace = Pace::per_second(60, 10);
/// API requests of one address with tokens that the isolate has not seen to be good; past it they are refused without
/// being looked at.
pub const TOKEN_PACE: Pace = Pace::per_second(30, 1);
/// Conversations one address may begin at one site, in one isolate. Many shoppers share an address.
pub const START_PACE: Pace = Pace::per_second(60, 1);
/// Tokens and addresses whose pace an isolate remembers.
pub const PACES: usize = 2_000;
/// How long a secret is still accepted after it was replaced, unless it was replaced at once.
pub const SECRET_OVERLAP: u64 = DAY;
