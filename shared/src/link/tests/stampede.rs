//! a deploy or a crash closes every socket in one instant; the clients come back spread out.

use super::*;
use crate::testing::Rng;

const CLIENTS: u64 = 200;

/// When each of so many clients opens sockets after all were closed at 0, with a server that is gone until `back`
/// (a refused attempt is refused at once), up to the attempt that finds it again.
fn attempts(seed: u64, back: u64) -> Vec<Vec<u64>> {
    let mut rng = Rng::new(seed);
    let start = Millis(1_000_000);
    let mut client = || {
        let mut link = Link::new(Side::Visitor { lang: Lang::En }, vec![]);
        let _ = link.handle(start, rng.bits(), Input::Start);
        let _ = link.handle(start, rng.bits(), Input::Opened);
        let _ = link.handle(start, rng.bits(), Input::Frame(welcome(0, Stage::Bot)));
        let _ = link.handle(start, rng.bits(), Input::Frame(page(0, vec![])));
        assert_eq!(link.line(), Line::Live);
        let mut now = start.plus(MINUTE);
        let closed = now;
        let mut opened = Vec::new();
        loop {
            let _ = link.handle(now, rng.bits(), Input::Closed { code: 1006 });
            let Line::Waiting { until } = link.line() else { panic!("{:?}", link.line()) };
            now = until;
            let effects = link.handle(now, rng.bits(), Input::Timer);
            assert!(effects.contains(&Effect::Open), "{effects:?}");
            opened.push(now.since(closed));
            if now.since(closed) >= back {
                return opened;
            }
        }
    };
    (0..CLIENTS).map(|_| client()).collect()
}

/// The most attempts in any window of that length.
fn busiest(attempts: &[Vec<u64>], window: u64) -> usize {
    let mut times: Vec<u64> = attempts.iter().flatten().copied().collect();
    times.sort_unstable();
    let within = |(at, first): (usize, &u64)| times[at..].iter().take_while(|t| **t < first + window).count();
    times.iter().enumerate().map(within).max().unwrap_or(0)
}

#[test]
fn r_35_two_hundred_clients_do_not_come_back_at_once() {
    for seed in 0..20 {
        let attempts = attempts(seed, 0);
        assert!(attempts.iter().all(|opened| opened.len() == 1));
        // Evenly over a second there would be 20 in every tenth of it.
        let busiest = busiest(&attempts, 100);
        assert!(busiest <= 45, "seed {seed}: {busiest} of {CLIENTS} within 100 ms");
        let first = attempts.iter().flatten().min().unwrap();
        let last = attempts.iter().flatten().max().unwrap();
        assert!(*first < 100 && (900..=limits::BACKOFF_FIRST).contains(last), "{first} to {last} ms");
    }
}

#[test]
fn r_35_a_server_that_stays_away_is_asked_ever_less_often() {
    for seed in 0..20 {
        let attempts = attempts(seed, 60 * SECOND);
        let of = |from: u64, to: u64| {
            attempts.iter().flatten().filter(|at| (from * SECOND..to * SECOND).contains(*at)).count()
        };
        let (early, late) = (of(0, 10), of(50, 60));
        assert!(late * 2 < early, "seed {seed}: {early} attempts in the first 10 s, {late} in the last");
        // When it is back, everybody is there within the largest delay, and still not at once.
        let found: Vec<Vec<u64>> =
            attempts.iter().map(|opened| opened.last().copied().into_iter().collect()).collect();
        let last = found.iter().flatten().max().unwrap();
        assert!(*last <= 60 * SECOND + limits::BACKOFF_MOST, "{last}");
        let busiest = busiest(&found, SECOND);
        assert!(busiest <= 50, "seed {seed}: {busiest} of {CLIENTS} within a second");
    }
}
