//! Messages by the clock, and who got what when.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tests::socket::Stream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::agents::Agent;
use crate::dialect::{Dialect, Heard};
use crate::process::Process;

/// How long after the last message stragglers are waited for.
const DRAIN: Duration = Duration::from_secs(20);

/// When each message was due, acknowledged and read; microseconds since the start, 0 for not yet.
#[derive(Debug)]
struct Book {
    start: Instant,
    acknowledged: Vec<AtomicU64>,
    arrived: Vec<AtomicU64>,
    refused: AtomicUsize,
    resynced: AtomicUsize,
    open: AtomicUsize,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) sent: usize,
    pub(super) times: Times,
    /// Per conversation, the acknowledged messages' numbers.
    pub(super) acknowledged: Vec<Vec<usize>>,
    /// Acknowledged messages that the agent never got.
    pub(super) never_arrived: usize,
    pub(super) refused: usize,
    /// How often an agent was told that it fell behind, and came back.
    pub(super) resynced: usize,
    /// By how much the sender missed its own schedule at worst.
    pub(super) late: Duration,
    /// Share of one processor that the server used.
    pub(super) cpu: Option<f64>,
}

/// Sorted times from due.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) acknowledged: Vec<Duration>,
    pub(super) arrived: Vec<Duration>,
}

/// The id of message number `n`.
pub(super) fn id(n: usize) -> String {
    format!("m-{n:06}")
}

fn number(id: &str) -> Option<usize> {
    id.strip_prefix("m-")?.parse().ok()
}

/// Sends `rate` messages a second for so long, to one conversation after the other.
pub(super) async fn run(lines: Vec<(Stream, Agent)>, rate: u64, seconds: u64, process: Process) -> Outcome {
    let total = usize::try_from(rate * seconds).unwrap_or(usize::MAX);
    let unset = || (0..total).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
    let book = Arc::new(Book {
        start: Instant::now(),
        acknowledged: unset(),
        arrived: unset(),
        refused: AtomicUsize::new(0),
        resynced: AtomicUsize::new(0),
        open: AtomicUsize::new(2 * total),
    });
    let mut senders = Vec::new();
    for (visitor, agent) in lines {
        let (sender, listener) = visitor.split();
        senders.push(sender);
        tokio::spawn(acknowledgements(listener, book.clone()));
        tokio::spawn(arrivals(agent, book.clone()));
    }
    let cpu = process.cpu();
    let late = send_all(&mut senders, &book, rate, total).await;
    let took = book.start.elapsed();
    let cpu =
        process.cpu().zip(cpu).map(|(after, before)| (after - before).as_secs_f64() / took.as_secs_f64());
    let until = Instant::now() + DRAIN;
    while book.open.load(Ordering::Relaxed) > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    outcome(&book, senders.len(), rate, late, cpu)
}

fn due(n: usize, rate: u64) -> Duration {
    Duration::from_micros(n as u64 * 1_000_000 / rate)
}

async fn send_all(
    senders: &mut [SplitSink<Stream, Message>],
    book: &Book,
    rate: u64,
    total: usize,
) -> Duration {
    let conversations = senders.len();
    let mut late = Duration::ZERO;
    for n in 0..total {
        let due = due(n, rate);
        tokio::time::sleep_until(book.start + due).await;
        let message = Message::text(Dialect::Edgedesk.message(&id(n)));
        // A socket that is gone shows as messages without acknowledgement.
        let _ = senders[n % conversations].send(message).await;
        late = late.max(book.start.elapsed().saturating_sub(due));
    }
    late
}

async fn acknowledgements(mut listener: SplitStream<Stream>, book: Arc<Book>) {
    while let Some(Ok(frame)) = listener.next().await {
        let Message::Text(text) = frame else { continue };
        match Dialect::Edgedesk.heard(&text) {
            Heard::Ack { id } | Heard::Message { id, .. } => book.note(&book.acknowledged, id),
            Heard::Refused => drop(book.refused.fetch_add(1, Ordering::Relaxed)),
            Heard::Other => {}
        }
    }
}

async fn arrivals(agent: Agent, book: Arc<Book>) {
    let arrived = |id: &str| book.note(&book.arrived, id);
    let resynced = || {
        book.resynced.fetch_add(1, Ordering::Relaxed);
    };
    agent.read(arrived, resynced).await;
}

impl Book {
    fn note(&self, list: &[AtomicU64], id: &str) {
        let now = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX).max(1);
        let Some(cell) = number(id).and_then(|n| list.get(n)) else { return };
        if cell.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.open.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

fn outcome(book: &Book, conversations: usize, rate: u64, late: Duration, cpu: Option<f64>) -> Outcome {
    let sorted = |list: &[AtomicU64]| {
        let when = list.iter().map(|cell| cell.load(Ordering::Relaxed)).enumerate();
        let mut times: Vec<Duration> = when
            .filter(|&(_, at)| at > 0)
            .map(|(n, at)| Duration::from_micros(at).saturating_sub(due(n, rate)))
            .collect();
        times.sort();
        times
    };
    let mut acknowledged = vec![Vec::new(); conversations];
    let mut never_arrived = 0;
    for (n, (acked, arrived)) in book.acknowledged.iter().zip(&book.arrived).enumerate() {
        if acked.load(Ordering::Relaxed) > 0 {
            acknowledged[n % conversations].push(n);
            never_arrived += usize::from(arrived.load(Ordering::Relaxed) == 0);
        }
    }
    Outcome {
        sent: book.acknowledged.len(),
        times: Times { acknowledged: sorted(&book.acknowledged), arrived: sorted(&book.arrived) },
        acknowledged,
        never_arrived,
        refused: book.refused.load(Ordering::Relaxed),
        resynced: book.resynced.load(Ordering::Relaxed),
        late,
        cpu,
    }
}
