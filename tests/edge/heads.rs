//! The hooks object's table of deliveries: an index of those that may be tried, kept by triggers.

use rusqlite::{Connection, params};

const HEADS: &str = include_str!("../../edge/src/storage/heads.sql");
/// The table as it was before.
const FORMER: &str = "CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, conversation TEXT NOT NULL, event TEXT NOT NULL,
    kind TEXT, body TEXT NOT NULL, failed INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0,
    died INTEGER, why TEXT);
    CREATE INDEX delivery_waiting ON delivery (endpoint, conversation, id) WHERE died IS NULL;";
const DUE: &str = "SELECT id FROM delivery
    WHERE endpoint = ? AND died IS NULL AND due >= 0 AND due BETWEEN ? AND ? ORDER BY due, id LIMIT ?";

fn queue(db: &Connection, endpoint: &str, conversation: &str, due: i64) -> i64 {
    let query = "INSERT INTO delivery (endpoint, conversation, event, body, due) VALUES (?, ?, '', '', ?)";
    sound(db.execute(query, params![endpoint, conversation, due]));
    db.last_insert_rowid()
}

fn sound<T>(outcome: rusqlite::Result<T>) -> T {
    outcome.unwrap_or_else(|error| panic!("{error}"))
}

/// Heads with their times, in the order in which they are due; and they are what one finds by looking at all.
fn heads(db: &Connection) -> Vec<(i64, i64)> {
    let list = |query: &str| -> Vec<(i64, i64)> {
        let mut statement = sound(db.prepare(query));
        let rows = sound(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))));
        rows.map(sound).collect()
    };
    let all = "SELECT d.id, d.due FROM delivery AS d WHERE d.died IS NULL AND NOT EXISTS (SELECT 1 FROM delivery AS e
        WHERE e.endpoint = d.endpoint AND e.conversation = d.conversation AND e.died IS NULL AND e.id < d.id)
        ORDER BY d.due, d.id";
    let heads = list("SELECT id, due FROM delivery WHERE died IS NULL AND due >= 0 ORDER BY due, id");
    assert_eq!(heads, list(all));
    heads
}

fn run(db: &Connection, query: &str, id: i64) {
    sound(db.execute(query, [id]));
}

#[test]
fn r_150_of_each_conversation_the_first_may_be_tried_whatever_happens_to_the_others() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(FORMER).unwrap();
    // What an older build left behind.
    let (a1, a2, b1) = (queue(&db, "e", "a", 50), queue(&db, "e", "a", 10), queue(&db, "e", "b", 20));
    let other = queue(&db, "f", "a", 30);
    db.execute_batch(HEADS).unwrap();
    assert_eq!(heads(&db), [(b1, 20), (other, 30), (a1, 50)]);
    let a3 = queue(&db, "e", "a", 60);
    assert_eq!(heads(&db).len(), 3);
    run(&db, "DELETE FROM delivery WHERE id = ?", a1);
    assert_eq!(heads(&db), [(a2, 10), (b1, 20), (other, 30)], "the next one, at its own time");
    run(&db, "UPDATE delivery SET died = 70 WHERE id = ?", a2);
    assert_eq!(heads(&db), [(b1, 20), (other, 30), (a3, 60)]);
    // Sent again, the older one is the first, and the former head waits for it.
    run(&db, "UPDATE delivery SET died = NULL, due = 80 WHERE id = ?", a2);
    assert_eq!(heads(&db), [(b1, 20), (other, 30), (a2, 80)]);
    run(&db, "UPDATE delivery SET died = 90 WHERE endpoint = 'e' AND died IS NULL AND id > ?", 0);
    assert_eq!(heads(&db), [(other, 30)]);
    run(&db, "UPDATE delivery SET died = NULL, due = 100 WHERE died IS NOT NULL AND id > ?", 0);
    assert_eq!(heads(&db), [(other, 30), (a2, 100), (b1, 100)]);
    run(&db, "DELETE FROM delivery WHERE endpoint = 'e' AND id > ?", 0);
    assert_eq!(heads(&db), [(other, 30)]);
}

#[test]
fn what_is_due_is_found_by_an_index_of_what_may_be_tried() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(FORMER).unwrap();
    db.execute_batch(HEADS).unwrap();
    let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {DUE}")).unwrap();
    let plan = statement.query_map(params!["e", 0, 1, 8], |row| row.get::<_, String>(3)).unwrap();
    let plan: Vec<String> = plan.map(Result::unwrap).collect();
    assert_eq!(plan.len(), 1, "nothing is sorted: {plan:?}");
    assert!(plan[0].contains("delivery_head") && plan[0].contains("due>"), "{plan:?}");
}
