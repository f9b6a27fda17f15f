//! R-35 … R-38: the line.

use super::*;

#[test]
fn r_35_reconnecting_backs_off_with_full_jitter() {
    let mut link = Link::new(Side::Visitor { lang: Lang::En }, vec![]);
    let mut now = Millis(0);
    let _ = link.handle(now, 0, Input::Start);
    let mut most = vec![];
    for _ in 0..9 {
        let mut longest = 0;
        for entropy in (0..2_000).map(|n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)) {
            let mut copy = link.clone();
            let _ = copy.handle(now, entropy, Input::Closed { code: 1006 });
            let Line::Waiting { until } = copy.line() else { panic!() };
            longest = longest.max(until.since(now));
        }
        most.push(longest.div_ceil(SECOND));
        let _ = link.handle(now, u64::MAX, Input::Closed { code: 1006 });
        now = now.plus(limits::BACKOFF_MOST);
        assert!(link.handle(now, 0, Input::Timer).contains(&Effect::Open));
    }
    assert_eq!(most, [1, 2, 4, 8, 16, 30, 30, 30, 30]);
}

#[test]
fn r_35_a_line_that_held_resets_the_delay() {
    let mut tab = Tab::live();
    for _ in 0..3 {
        tab.put(Input::Closed { code: 1006 });
        tab.put(Input::Wake);
        assert_eq!(tab.effects[0], Effect::Open, "a wake does not wait");
        tab.connect(0, vec![]);
    }
    tab.wait(limits::LINE_PROVED);
    tab.put(Input::Closed { code: 1006 });
    assert_eq!(tab.link.line(), Line::Waiting { until: tab.now.plus(ENTROPY) });
}

#[test]
fn r_36_a_silent_line_is_pinged_and_given_up() {
    let mut tab = Tab::live();
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.put(Input::Pong);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Close);
    assert!(matches!(tab.link.line(), Line::Waiting { .. }));
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Open);
    tab.timer();
    assert_eq!(tab.effects[0], Effect::Close, "nor does it wait for ever for a socket to open");
}

#[test]
fn r_36_a_wake_proves_the_line_and_replaces_one_that_slept() {
    let mut tab = Tab::live();
    tab.put(Input::Wake);
    assert_eq!(tab.effects[0], Effect::Ping);
    tab.put(Input::Pong);
    tab.wait(60 * SECOND);
    tab.put(Input::Wake);
    assert_eq!(tab.effects[..2], [Effect::Close, Effect::Open]);
}

#[test]
fn r_37_sleep_closes_and_wake_resumes() {
    let mut tab = Tab::live();
    tab.get(live(0, theirs(1)));
    tab.put(Input::Sleep);
    assert_eq!((&tab.effects[0], tab.timer, tab.link.line()), (&Effect::Close, None, Line::Idle));
    tab.put(Input::Write(text("a")));
    tab.put(Input::Wake);
    tab.connect(1, vec![theirs(2)]);
    assert_eq!((tab.seqs(), tab.sent_ids()), (vec![1, 2], vec!["a"]));
    let mut never = Tab::new();
    never.put(Input::Wake);
    assert_eq!(never.effects, [], "there is nothing to connect to");
}

#[test]
fn r_38_a_refused_token_expels_and_keeps_the_outbox() {
    let mut tab = Tab::live();
    tab.put(Input::Write(text("a")));
    tab.put(Input::Closed { code: close::UNAUTHENTICATED });
    assert_eq!(tab.effects.last(), Some(&Effect::Expelled { code: close::UNAUTHENTICATED }));
    tab.put(Input::Wake);
    assert_eq!((tab.link.line(), tab.link.outbox().len()), (Line::Idle, 1));
}

#[test]
fn a_clock_that_jumps_back_stops_nothing() {
    let mut tab = Tab::live();
    tab.put(Input::Closed { code: 1006 });
    tab.now = Millis(5);
    tab.put(Input::Timer);
    assert_eq!(tab.effects[0], Effect::Open);
}
