//! The conversation object's log: what its rows leave out is there again when it is read.

use rusqlite::{Connection, params};
use shared::ids::{AgentId, ClientId};
use shared::protocol::message::{Body, Event, held};
use shared::protocol::{AgentCard, Message, MessageFrame, Sender};
use shared::time::Millis;

const ENTRIES: &str = include_str!("../../edge/src/storage/entries.sql");
/// The table as it was before.
const FORMER: &str =
    "CREATE TABLE message (seq INTEGER PRIMARY KEY, public INTEGER NOT NULL, json TEXT NOT NULL, state TEXT)";

#[test]
fn r_10_an_entry_is_read_as_it_was_written_also_by_an_earlier_build() {
    let agent = AgentCard { id: AgentId::new("mei").unwrap(), name: "Mei, \"M\"".into() };
    let text = |text: &str| Body::Text { text: text.into(), lang: None };
    let words = "a \"quoted\" ,\\ 你好\u{2028}\n👩‍👩‍👧";
    let said = [
        (Sender::Visitor, text(words), true),
        (Sender::Visitor, text(""), true),
        (Sender::Visitor, Body::Text { text: words.into(), lang: Some(shared::lang::Lang::Ja) }, true),
        (Sender::Agent { agent: agent.clone() }, text(words), true),
        (Sender::Agent { agent }, Body::Note { text: words.into() }, true),
        (Sender::System, Body::Event { event: Event::HandoffRequested }, false),
        (Sender::Bot, Body::Offer { options: Vec::new() }, false),
    ];
    let entry = |seq: u64, (from, body, own): (Sender, Body, bool)| Message {
        seq,
        at: Millis(1_763_719_316_000 + seq),
        from,
        body,
        client_id: own.then(|| ClientId::new(format!("m-{seq}")).unwrap()),
    };
    let log: Vec<Message> =
        (1..).zip(said.clone().into_iter().chain(said)).map(|(seq, of)| entry(seq, of)).collect();
    let (earlier, later) = log.split_at(log.len() / 2);

    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(FORMER).unwrap();
    let put = "INSERT INTO message (seq, public, json) VALUES (?, 1, ?)";
    for message in earlier {
        db.execute(put, params![message.seq as i64, serde_json::to_string(message).unwrap()]).unwrap();
    }
    db.execute_batch(ENTRIES).unwrap();
    let put = "INSERT INTO message (seq, at, public, json) VALUES (?, ?, ?, ?)";
    for message in later {
        let frame = serde_json::to_string(&MessageFrame { prev: message.seq - 1, message }).unwrap();
        let (rest, words) = held(&frame);
        assert_eq!(words, matches!((&message.from, &message.body), (Sender::Visitor, Body::Text { .. })));
        let public = u8::from(message.is_public()) + u8::from(words);
        db.execute(
            put,
            params![message.seq as i64, message.at.0 as i64, public, &frame[rest..frame.len() - 1]],
        )
        .unwrap();
    }
    let mut statement = db.prepare("SELECT json FROM entry ORDER BY seq").unwrap();
    let read = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let read: Vec<String> = read.map(Result::unwrap).collect();
    assert_eq!(read, log.iter().map(|m| serde_json::to_string(m).unwrap()).collect::<Vec<_>>());
    let ids = "SELECT count(DISTINCT json ->> 'client_id') FROM entry";
    assert_eq!(db.query_row(ids, [], |row| row.get::<_, u32>(0)).unwrap(), 10);
}
