//! What the platform does to objects in earnest: it evicts them while sockets are open, and its disk fills up.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use shared::limits;
use shared::protocol::close;
use tests::server::state_dir;
use tests::site::say;
use tests::{Edge, ORIGIN, Site, Socket, token};

/// The platform evicts an object some 10 s after its last event; the last one is the alarm that looks after the outbox.
const IDLE: Duration = Duration::from_secs(20);

fn seqs(frames: &[Value]) -> Vec<u64> {
    let messages = frames.iter().filter(|f| f["type"] == "message");
    messages.filter_map(|f| f["message"]["seq"].as_u64()).collect()
}

/// Sends numbered messages and waits for their acknowledgements.
async fn say_all(socket: &mut Socket, ids: std::ops::Range<u32>) {
    for n in ids.clone() {
        socket.send(&say(&format!("c{n}"), &format!("message {n}"))).await;
    }
    for n in ids {
        socket.acknowledged(&format!("c{n}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_evicted_under_open_sockets_wakes_without_a_trace() {
    let state = state_dir("evicted");
    let edge = Edge::start_with(&state, &["--frames-per-second", "2000"]).unwrap();
    let site = Site::create_on(Box::leak(Box::new(edge)));
    let cookie = site.agent("mei", "agent", 3);
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    let mut desk = site.desk(&cookie).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    let mut agent = site.agent_in(&cookie, started.conversation.as_str()).await;
    agent.until("page").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    // A reader who never says anything. How much it was sent is counted in memory only: that it is not told to resync
    // although it gets more than that in all shows that the object was evicted in between.
    let mut silent = site.visitor(&started).await;
    silent.until("page").await;
    // A tab with a token of an earlier day that does not get to its `hello` until after the eviction.
    let token_key = token::key(&state, &site.key).unwrap();
    let aged = token::aged(&started, &token_key, 2 * limits::VISITOR_TOKEN_RENEW).unwrap();
    let mut slow = Socket::visitor(site.url(), aged.conversation.as_str(), &aged.token).await;
    let half = limits::UNCONFIRMED_MESSAGES / 2 + 20;
    say_all(&mut visitor, 0..half).await;

    tokio::time::sleep(IDLE).await;
    // Pings are answered by the platform: they wake nobody.
    visitor.send_raw("ping".into()).await;
    visitor.until_where(|f| f == "pong").await;

    agent.send(&say("a0", "still here")).await;
    agent.acknowledged("a0").await;
    say_all(&mut visitor, half..2 * half).await;
    // A resend from before the eviction gets its first acknowledgement.
    let first = visitor.seen.iter().find(|f| f["message"]["client_id"] == "c0").cloned().unwrap();
    visitor.send(&say("c0", "message 0")).await;
    let again = visitor.until("ack").await;
    assert_eq!((&again["client_id"], &again["seq"]), (&json!("c0"), &first["message"]["seq"]));

    slow.send(&json!({ "type": "hello", "after": 0 })).await;
    let welcome = slow.until("welcome").await;
    let renewed = token::read(welcome["token"].as_str().unwrap(), &token_key).unwrap();
    assert_eq!(renewed.visitor, started.visitor);

    let last = format!("c{}", 2 * half - 1);
    for (name, socket) in [("visitor", &mut visitor), ("agent", &mut agent), ("silent", &mut silent)] {
        let seen = |f: &Value| f["type"] == "message" && f["message"]["client_id"] == last.as_str();
        if !socket.seen.iter().any(seen) {
            socket.until_where(seen).await;
        }
        let seqs = seqs(&socket.seen);
        assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{name}: {seqs:?}");
        assert!(seqs.len() >= 2 * half as usize, "{name}: {}", seqs.len());
        // Nothing told that the object was away: no new greeting, no stage, nobody came or went.
        let quiet = |f: &&Value| f["type"] == "welcome";
        assert_eq!(socket.seen.iter().filter(quiet).count(), 1, "{name}");
    }
}

/// Bounds how large a file the process may make (`None`: as large as it likes). Writing past it fails as writing to a
/// full disk does, for whichever user.
#[cfg(target_os = "linux")]
fn limit_files(pid: u32, bytes: Option<u64>) {
    let most = bytes.map_or_else(|| "unlimited".into(), |bytes| bytes.to_string());
    let set = Command::new("prlimit").args(["--pid", &pid.to_string(), &format!("--fsize={most}:")]).status();
    assert!(set.is_ok_and(|status| status.success()), "prlimit (util-linux) is needed");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_acknowledges_nothing_and_says_so() {
    let state: PathBuf = state_dir("full");
    let edge: &'static Edge = Box::leak(Box::new(Edge::start_on_small_disk(&state).unwrap()));
    let site = Site::create_on(edge);
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.until("page").await;
    visitor.send(&say("before", "there is room")).await;
    visitor.acknowledged("before").await;

    limit_files(edge.pid, Some(4_096));
    visitor.send(&say("full", "there is none")).await;
    // The platform holds the acknowledgement back until the write is safe. When it learns that it is not, it resets the
    // object and cuts its sockets, mostly before the object itself could say 1011.
    let code = visitor.closed().await;
    assert!([1006, u64::from(close::INTERNAL)].contains(&code), "{code}");
    let told = |f: &&Value| f["client_id"] == "full" || f["message"]["client_id"] == "full";
    assert_eq!(visitor.seen.iter().find(told), None, "nothing is acknowledged or shown");
    let page = site.page("POST", "/conversations", ORIGIN, &json!({ "lang": "en" }).to_string());
    assert_eq!((page.status, page.json()["error"].as_str()), (500, Some("internal")), "{}", page.text);
    let log = std::fs::read_to_string(state.join("edge.log")).unwrap();
    // Which words it has depends on who notices first: the statement ("disk I/O error"), or the commit after it, of which
    // callers hear no more than "internal error".
    let error = log.lines().find(|line| line.contains("\"level\":\"error\"")).unwrap_or_default();
    assert!(error.contains("disk I/O error") || error.contains("internal error"), "{log}");

    limit_files(edge.pid, None);
    for again in 0..2 {
        let mut visitor = site.visitor(&started).await;
        let page = visitor.until("page").await;
        let has = page["messages"].as_array().unwrap().iter().any(|m| m["client_id"] == "full");
        assert_eq!(has, again == 1, "{page}");
        visitor.send(&say("full", "there is none")).await;
        visitor.acknowledged("full").await;
        if again == 0 {
            // What was acknowledged after the trouble is durable like everything else.
            tokio::task::block_in_place(|| edge.crash()).unwrap();
        }
    }
    let mut visitor = Socket::visitor(site.url(), started.conversation.as_str(), &started.token).await;
    visitor.send(&json!({ "type": "hello", "after": 0 })).await;
    let page = visitor.until("page").await;
    let ids = page["messages"].as_array().unwrap().iter().filter_map(|m| m["client_id"].as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["before", "full"], "each once, in order");
}

/// A second connection to the one database of a kind of object.
pub(super) fn database(state: &Path, kind: &str) -> rusqlite::Connection {
    let main = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sqlite");
    let files: Vec<PathBuf> = databases(state, kind).into_iter().filter(main).collect();
    let [file] = &files[..] else { panic!("not one {kind}: {files:?}") };
    rusqlite::Connection::open(file).unwrap_or_else(|error| panic!("{error}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_90_what_could_not_be_delivered_is_tried_again_soon_and_nothing_sound_is_parked_for_it() {
    let state = state_dir("postponed");
    let edge: &'static Edge = Box::leak(Box::new(Edge::start(&state).unwrap()));
    let site = Site::create_on(edge);
    let cookie = site.agent("mei", "agent", 3);
    let mut desk = site.desk(&cookie).await;
    let mut visitor = site.visitor(&site.start()).await;

    // While somebody else writes to its database, the desk cannot take anything.
    let locked = database(&state, "edgedesk-desk");
    locked.execute_batch("BEGIN IMMEDIATE").unwrap();
    visitor.send(&json!({ "type": "handoff" })).await;
    let conversation = database(&state, "edgedesk-conversation");
    let failed = || {
        let tried = "SELECT count(*) FROM outbox WHERE target LIKE 'desk/%' AND attempts > 0";
        conversation.query_row(tried, [], |row| row.get::<_, u32>(0)).unwrap() > 0
    };
    while !failed() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // And behind the handoff waits something that no build of ours has written.
    let odd = "INSERT INTO outbox (target, item, due) SELECT target, '{\"type\":\"odd\"}', due FROM outbox WHERE attempts > 0";
    conversation.busy_timeout(Duration::from_secs(5)).unwrap();
    conversation.execute(odd, []).unwrap();
    locked.execute_batch("ROLLBACK").unwrap();

    let assigned = visitor.until_where(|f| f["stage"]["agent"]["name"] == "MEI");
    tokio::time::timeout(Duration::from_secs(20), assigned).await.unwrap();
    desk.until("assigned").await;
    let parked = || {
        let parked = "SELECT count(*) FROM outbox WHERE parked IS NOT NULL";
        conversation.query_row(parked, [], |row| row.get::<_, u32>(0)).unwrap()
    };
    while parked() == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(parked(), 1, "only what nobody can read");
}

/// The database files of one kind of objects.
fn databases(state: &Path, kind: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(state.join("objects").join(kind));
    let files = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| !path.to_string_lossy().contains("metadata")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_08_a_site_that_cannot_be_read_costs_nobody_the_conversation() {
    let state = state_dir("unreadable");
    let edge: &'static Edge = Box::leak(Box::new(Edge::start(&state).unwrap()));
    let site = Site::create_on(edge);
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&say("kept", "how to track my order")).await;
    visitor.acknowledged("kept").await;

    let sound: Vec<(PathBuf, Vec<u8>)> = databases(&state, "edgedesk-site")
        .into_iter()
        .map(|file| (file.clone(), std::fs::read(file).unwrap()))
        .collect();
    for (file, _) in &sound {
        std::fs::write(file, "no database any more").unwrap();
    }
    tokio::task::block_in_place(|| edge.crash()).unwrap();
    let path = format!("/v1/conversations/{}/socket", started.conversation);
    let protocols = format!("edgedesk.v1, {}", started.token);
    let headers = [("origin", ORIGIN), ("sec-websocket-protocol", protocols.as_str())];
    let refused = Socket::open(site.url(), &path, &headers).await.map(drop);
    assert_eq!(refused.map_err(|(status, _)| status), Err(500), "4401 would end the conversation");

    for (file, bytes) in &sound {
        std::fs::write(file, bytes).unwrap();
    }
    tokio::task::block_in_place(|| edge.crash()).unwrap();
    let mut visitor = site.visitor(&started).await;
    let page = visitor.until("page").await;
    assert!(page["messages"].as_array().unwrap().iter().any(|m| m["client_id"] == "kept"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_90_what_is_refused_for_good_is_parked_and_told_and_the_rest_goes_on() {
    let state = state_dir("parked");
    let edge: &'static Edge = Box::leak(Box::new(Edge::start(&state).unwrap()));
    let site = Site::create_on(edge);
    let cookie = site.agent("mei", "agent", 3);
    let mut desk = site.desk(&cookie).await;
    let lost = site.start();
    let mut visitor = site.visitor(&lost).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    for file in databases(&state, "edgedesk-conversation") {
        std::fs::remove_file(file).unwrap();
    }
    tokio::task::block_in_place(|| edge.crash()).unwrap();

    // What the desk has for it can never arrive.
    let mut desk = Socket::desk(site.url(), &cookie).await;
    desk.send(&json!({ "type": "hello" })).await;
    desk.until("snapshot").await;
    desk.send(&json!({ "type": "return", "conversation": lost.conversation })).await;
    let mut other = site.visitor(&site.start()).await;
    other.send(&json!({ "type": "handoff" })).await;
    other.until_where(|f| f["stage"]["agent"]["name"] == "MEI").await;
    let log = std::fs::read_to_string(state.join("edge.log")).unwrap();
    let parked = log.lines().find(|line| line.contains("outbox_parked")).unwrap_or_default();
    assert!(parked.contains("NotFound"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_12_however_long_the_log_what_is_sent_again_after_crashes_is_known() {
    let state = state_dir("long-log");
    let edge = Edge::start_with(&state, &["--frames-per-second", "100000"]).unwrap();
    let edge: &'static Edge = Box::leak(Box::new(edge));
    let site = Site::create_on(edge);
    let cookie = site.agent("mei", "agent", 1);
    let mut desk = site.desk(&cookie).await;
    let started = site.start();
    let mut visitor = site.visitor(&started).await;
    visitor.send(&json!({ "type": "handoff" })).await;
    desk.until("assigned").await;
    visitor.until_where(|f| f["stage"]["type"] == "assigned").await;
    let mut acknowledged = Vec::new();
    for n in 0..600 {
        let id = format!("m-{n}");
        visitor.send(&say(&id, &format!("Message {n}"))).await;
        acknowledged.push((id.clone(), visitor.acknowledged(&id).await));
    }
    // After the first crash the ids are read from the log and written down, after the second from there.
    for _ in 0..2 {
        tokio::task::block_in_place(|| edge.crash()).unwrap();
        let mut visitor = site.visitor(&started).await;
        for (id, first) in acknowledged.iter().step_by(97).chain(acknowledged.last()) {
            visitor.send(&say(id, "Again")).await;
            assert_eq!(visitor.acknowledged(id).await, *first, "{id}");
        }
        let id = format!("m-{}", acknowledged.len());
        visitor.send(&say(&id, "New")).await;
        let newest = acknowledged.last().unwrap().1["seq"].as_u64();
        let new = visitor.acknowledged(&id).await;
        assert_eq!(new["seq"].as_u64(), newest.map(|seq| seq + 1));
        acknowledged.push((id, new));
    }
}
