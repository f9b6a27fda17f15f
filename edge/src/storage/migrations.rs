//! Numbered migrations. Each object kind has its list; what is done is counted in `user_version`'s stand-in, the
//! table `migration`. A migration is never changed once released, only followed by another.

use serde::Deserialize;
use worker::SqlStorage;

use super::{first, int, run};
use crate::error::Result;

/// Outbox and inbox of [`super::exchange`]; every object has them.
const EXCHANGE: &str = "
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, item TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0, parked TEXT);
    CREATE INDEX outbox_by_target ON outbox (target, id);
    CREATE TABLE inbox (source TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;";

/// When an item was posted.
const POSTED: &str = "ALTER TABLE outbox ADD COLUMN posted INTEGER NOT NULL DEFAULT 0;";

/// The conversation object.
pub(crate) const CONVERSATION: &[&str] = &[
    EXCHANGE,
    "CREATE TABLE single (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
     CREATE TABLE message (
        seq INTEGER PRIMARY KEY, sender TEXT NOT NULL, client_id TEXT, public INTEGER NOT NULL, json TEXT NOT NULL);
     CREATE UNIQUE INDEX message_by_client ON message (sender, client_id) WHERE client_id IS NOT NULL;",
    "CREATE VIEW step AS
        SELECT seq, sender, client_id, public, message.json AS json, single.json AS state FROM message, single;
     CREATE TRIGGER step_taken INSTEAD OF INSERT ON step BEGIN
        INSERT INTO message (seq, sender, client_id, public, json)
            VALUES (NEW.seq, NEW.sender, NEW.client_id, NEW.public, NEW.json);
        INSERT OR REPLACE INTO single (id, json) VALUES (1, NEW.state);
     END;",
    // A message is to dirty one page of the file, since every page is written and copied once more: so there is no
    // index besides the sequence, and the machine's state lives in the newest row. Row 0, which is no message, holds it
    // until there is one. Client ids are kept in memory; so that they are soon read after waking, however long the log,
    // those of every 64 messages are written down once more.
    "DROP VIEW step;
     DROP INDEX message_by_client;
     ALTER TABLE message RENAME TO former;
     CREATE TABLE message (seq INTEGER PRIMARY KEY, public INTEGER NOT NULL, json TEXT NOT NULL, state TEXT);
     CREATE TABLE block (last INTEGER PRIMARY KEY, ids TEXT NOT NULL);
     CREATE TRIGGER message_state AFTER INSERT ON message BEGIN
        UPDATE message SET state = NULL WHERE seq = NEW.seq - 1;
     END;
     CREATE TRIGGER message_block AFTER INSERT ON message WHEN NEW.seq % 64 = 0 AND NEW.seq > 0 BEGIN
        INSERT INTO block (last, ids) SELECT NEW.seq, json_group_array(id)
            FROM (SELECT json ->> 'client_id' AS id FROM message WHERE seq > NEW.seq - 64 ORDER BY seq);
     END;
     INSERT INTO message (seq, public, json) VALUES (0, 0, '{}');
     INSERT INTO message (seq, public, json) SELECT seq, public, json FROM former ORDER BY seq;
     UPDATE message SET state = (SELECT json FROM single) WHERE seq = (SELECT max(seq) FROM message);
     DROP TABLE former;
     DROP TABLE single;",
    POSTED,
    // Most messages come without a state, since it follows from the one before and the log: what is older than the newest
    // state is emptied when that is written, on whichever row. Client ids are written down with every 256 messages.
    "DROP TRIGGER message_state;
     DROP TRIGGER message_block;
     CREATE TRIGGER message_block AFTER INSERT ON message WHEN NEW.seq % 256 = 0 AND NEW.seq > 0 BEGIN
        INSERT INTO block (last, ids) SELECT NEW.seq, json_group_array(id) FROM (
            SELECT json ->> 'client_id' AS id FROM message
            WHERE seq > (SELECT coalesce(max(last), 0) FROM block) ORDER BY seq);
     END;
     CREATE TRIGGER message_state AFTER INSERT ON message WHEN NEW.state IS NOT NULL BEGIN
        UPDATE message SET state = NULL
            WHERE seq = (SELECT max(seq) FROM message WHERE seq < NEW.seq AND state IS NOT NULL);
     END;
     CREATE TRIGGER message_state_saved AFTER UPDATE OF state ON message WHEN OLD.state IS NULL BEGIN
        UPDATE message SET state = NULL
            WHERE seq = (SELECT max(seq) FROM message WHERE seq < NEW.seq AND state IS NOT NULL);
     END;",
    // Client ids are written down by whoever reads them after waking, so that no message waits for it.
    "DROP TRIGGER message_block;",
    // The newest state is found at once, however many messages came since. Whoever writes one empties those before, so
    // that a message runs nothing but its own statement.
    "DROP TRIGGER message_state;
     DROP TRIGGER message_state_saved;
     CREATE INDEX message_saved ON message (seq) WHERE state IS NOT NULL;",
    include_str!("entries.sql"),
];

/// The desk object.
pub(crate) const DESK: &[&str] = &[
    EXCHANGE,
    "CREATE TABLE cell (key TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;",
    POSTED,
    // Sums by hour, the columns named as `shared::desk::insights::Counts` names them.
    "CREATE TABLE hour (
        hour INTEGER NOT NULL, grp TEXT NOT NULL, asked REAL NOT NULL DEFAULT 0,
        served REAL NOT NULL DEFAULT 0, waited REAL NOT NULL DEFAULT 0, gave_up REAL NOT NULL DEFAULT 0,
        given_up REAL NOT NULL DEFAULT 0, told REAL NOT NULL DEFAULT 0, within REAL NOT NULL DEFAULT 0,
        beyond REAL NOT NULL DEFAULT 0, expected REAL NOT NULL DEFAULT 0, came REAL NOT NULL DEFAULT 0,
        promised REAL NOT NULL DEFAULT 0, broken REAL NOT NULL DEFAULT 0, staffed REAL NOT NULL DEFAULT 0,
        PRIMARY KEY (hour, grp)) WITHOUT ROWID;",
];

/// The archive object.
pub(crate) const ARCHIVE: &[&str] = &[
    EXCHANGE,
    "CREATE TABLE summary (
        conversation TEXT PRIMARY KEY, last INTEGER NOT NULL, rating INTEGER, json TEXT NOT NULL) WITHOUT ROWID;
     CREATE INDEX summary_by_last ON summary (last);",
    POSTED,
    "CREATE TABLE question (id INTEGER PRIMARY KEY, json TEXT NOT NULL);",
];

/// The site object.
pub(crate) const SITE: &[&str] = &[
    "CREATE TABLE single (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
    CREATE TABLE agent (
        id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password TEXT, json TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE session (
        hash TEXT PRIMARY KEY, agent TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE attempt (
        account TEXT PRIMARY KEY, failures INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE entry (id TEXT PRIMARY KEY, place INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;",
    // Entries with drafts and versions. What was there was published.
    "CREATE TABLE kb_entry (
        id TEXT PRIMARY KEY, place INTEGER NOT NULL, version INTEGER NOT NULL, published TEXT, pending TEXT,
        edited TEXT NOT NULL, bytes INTEGER NOT NULL, timed INTEGER NOT NULL);
     CREATE TABLE kb_version (
        entry TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL,
        PRIMARY KEY (entry, version));
     INSERT INTO kb_entry SELECT id, place, 1, json_object('texts', json(json_extract(json, '$.texts'))), NULL,
        '{\"at\":0}', length(json), 0 FROM entry;
     INSERT INTO kb_version SELECT id, 1, 0, json_object('version', 1, 'stamp', json('{\"at\":0}'),
        'action', json('{\"type\":\"imported\",\"published\":true}'),
        'content', json_object('texts', json(json_extract(json, '$.texts')))) FROM entry;
     DROP TABLE entry;",
    "CREATE TABLE roster (
        id INTEGER PRIMARY KEY CHECK (id = 1), edition INTEGER NOT NULL, revision INTEGER NOT NULL,
        sent INTEGER NOT NULL, json TEXT NOT NULL);",
    "CREATE TABLE api_token (
        id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, agent TEXT NOT NULL, label TEXT NOT NULL,
        created INTEGER NOT NULL, used INTEGER) WITHOUT ROWID;",
    "CREATE TABLE kb_index (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    // Where sessions have sockets open.
    "CREATE TABLE seat (
        place TEXT NOT NULL, session INTEGER NOT NULL, until INTEGER NOT NULL, closes INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (place, session)) WITHOUT ROWID;
     CREATE INDEX seat_by_time ON seat (until);
     CREATE INDEX seat_by_session ON seat (session);
     CREATE INDEX session_by_agent ON session (agent);",
    // When whoever holds the sockets of an ended session is told next; `closes` counts how often.
    "ALTER TABLE seat ADD COLUMN due INTEGER;
     UPDATE seat SET due = 0 WHERE closes > 0;
     CREATE INDEX seat_by_due ON seat (due) WHERE due IS NOT NULL;",
];

/// The hooks object. What is given up stays as a delivery that says why.
pub(crate) const HOOKS: &[&str] = &[
    "CREATE TABLE endpoint (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE followed (conversation TEXT PRIMARY KEY, last INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
     CREATE INDEX followed_by_time ON followed (at);
     CREATE TABLE delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, conversation TEXT NOT NULL, event TEXT NOT NULL,
        kind TEXT, body TEXT NOT NULL, failed INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0,
        died INTEGER, why TEXT);
     CREATE INDEX delivery_waiting ON delivery (endpoint, conversation, id) WHERE died IS NULL;
     CREATE INDEX delivery_dead ON delivery (died) WHERE died IS NOT NULL;",
    include_str!("heads.sql"),
];

#[derive(Deserialize)]
struct Count {
    n: u64,
}

/// Whether anything was ever stored here. Reading does not create anything, so asking for a conversation or site
/// that does not exist leaves no trace.
pub(crate) fn exists(sql: &SqlStorage) -> Result<bool> {
    let found: Option<Count> =
        first(sql, "SELECT count(*) AS n FROM sqlite_master WHERE name = 'migration'", vec![])?;
    Ok(found.is_some_and(|c| c.n > 0))
}

/// Brings the tables up to date.
pub(crate) fn migrate(sql: &SqlStorage, steps: &[&str]) -> Result<()> {
    // Waking only reads, unless there is something new.
    if !exists(sql)? {
        run(sql, "CREATE TABLE migration (step INTEGER PRIMARY KEY)", vec![])?;
    }
    let done: Option<Count> = first(sql, "SELECT count(*) AS n FROM migration", vec![])?;
    let done = done.map_or(0, |c| c.n);
    for (step, statements) in (1u64..).zip(steps) {
        if step > done {
            run(sql, statements, vec![])?;
            run(sql, "INSERT INTO migration (step) VALUES (?)", vec![int(step)])?;
        }
    }
    Ok(())
}
