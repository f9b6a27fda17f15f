//! Wall clocks of several places, and the days they are turned.

mod setup;

use proptest::prelude::*;

use super::plan::{Day, MOST_HOURS};
use super::*;
use crate::time::{DAY, HOUR, MINUTE, Millis};

fn at(text: &str) -> Millis {
    let instant: jiff::Timestamp = text.parse().unwrap();
    Millis(u64::try_from(instant.as_millisecond()).unwrap())
}

fn hours(text: &str) -> Hours {
    let (start, end) = text.split_once('-').unwrap();
    let (end, overnight) = end.strip_suffix('+').map_or((end, false), |end| (end, true));
    Hours { start: start.parse().unwrap(), end: end.parse().unwrap(), overnight }
}

fn shift(days: &[Weekday], text: &str) -> Shift {
    Shift { days: days.to_vec(), hours: hours(text) }
}

fn plan(zone: &str, shifts: Vec<Shift>) -> Plan {
    Plan { zone: zone.into(), shifts, exceptions: vec![], from: None, until: None }
}

fn daily(zone: &str, texts: &[&str]) -> Plan {
    plan(zone, texts.iter().map(|text| shift(&Weekday::ALL, text)).collect())
}

/// The spans of a plan as texts, in UTC.
fn spans(plan: &Plan, from: &str, to: &str) -> Vec<String> {
    let show =
        |at: Millis| jiff::Timestamp::from_millisecond(at.0 as i64).unwrap().strftime("%dT%H:%M").to_string();
    let spans = Calendar::new(plan).unwrap().spans(at(from), at(to));
    spans.iter().map(|s| format!("{}/{}", show(s.start), show(s.end))).collect()
}

#[test]
fn hours_are_those_of_the_wall_and_may_be_several_a_day() {
    let two = daily("Asia/Shanghai", &["08:00-12:00", "13:30-24:00"]);
    assert_eq!(
        spans(&two, "2026-06-18T00:00Z", "2026-06-19T00:00Z"),
        ["18T00:00/18T04:00", "18T05:30/18T16:00"]
    );
    assert_eq!(
        spans(&two, "2026-06-18T02:00Z", "2026-06-18T03:00Z"),
        ["18T02:00/18T03:00"],
        "cut at both ends"
    );
}

#[test]
fn hours_over_midnight_belong_to_the_day_they_begin_on() {
    use Weekday::{Fri, Mon};
    let americas =
        plan("America/New_York", vec![shift(&[Fri], "16:00-02:00+"), shift(&[Mon], "09:00-10:00")]);
    assert_eq!(
        spans(&americas, "2026-06-19T12:00Z", "2026-06-23T00:00Z"),
        ["19T20:00/20T06:00", "22T13:00/22T14:00"],
    );
}

#[test]
fn turned_clocks_leave_nobody_missing() {
    // Europe: 2026-03-29 at 02:00 the clock shows 03:00; 2026-10-25 at 03:00 it shows 02:00.
    let check = |text, day: &str, expected: &[&str]| {
        let got = spans(&daily("Europe/Berlin", &[text]), &format!("{day}T00:00Z"), &format!("{day}T12:00Z"));
        assert_eq!(got, expected, "{text} on {day}");
    };
    check("02:30-06:00", "2026-03-29", &["29T01:00/29T04:00"]);
    check("00:00-02:30", "2026-03-29", &["29T00:00/29T01:00"]);
    check("02:10-02:50", "2026-03-29", &[]);
    check("02:30-06:00", "2026-10-25", &["25T00:30/25T05:00"]);
    check("02:00-02:30", "2026-10-25", &["25T00:00/25T01:30"]);
    check("09:00-10:00", "2026-03-28", &["28T08:00/28T09:00"]);
    check("09:00-10:00", "2026-03-29", &["29T07:00/29T08:00"]);
}

#[test]
fn exceptions_replace_their_day_and_dates_bound_the_plan() {
    let mut plan = daily("Asia/Tokyo", &["09:00-18:00"]);
    let date = |text: &str| text.parse::<Day>().unwrap();
    plan.exceptions = vec![
        Exception { date: date("2026-01-01"), hours: vec![], name: "元日".into() },
        Exception { date: date("2026-01-02"), hours: vec![hours("12:00-13:00")], name: String::new() },
    ];
    plan.until = Some(date("2026-01-03"));
    assert_eq!(
        spans(&plan, "2025-12-31T00:00Z", "2026-01-10T00:00Z"),
        ["31T00:00/31T09:00", "02T03:00/02T04:00", "03T00:00/03T09:00"],
    );
}

#[test]
fn the_next_opening_is_found_over_holidays_and_never_when_there_is_none() {
    let mut plan = plan("Europe/London", vec![shift(&[Weekday::Mon], "09:00-17:00")]);
    let calendar = Calendar::new(&plan).unwrap();
    let monday = at("2026-12-21T09:00Z");
    assert_eq!(calendar.next_opening(at("2026-12-18T12:00Z")), Some(monday));
    assert_eq!(calendar.next_opening(monday), Some(monday), "open now");
    assert_eq!(calendar.next_change(monday), Some(at("2026-12-21T17:00Z")), "and until then");
    plan.exceptions =
        vec![Exception { date: "2026-12-28".parse().unwrap(), hours: vec![], name: "Boxing Day".into() }];
    let calendar = Calendar::new(&plan).unwrap();
    assert_eq!(calendar.next_opening(at("2026-12-21T17:00Z")), Some(at("2027-01-04T09:00Z")));
    plan.until = Some("2026-12-22".parse().unwrap());
    let calendar = Calendar::new(&plan).unwrap();
    assert_eq!(calendar.next_opening(at("2026-12-21T17:00Z")), None);
    let always = daily("UTC", &["00:00-24:00"]);
    assert_eq!(Calendar::new(&always).unwrap().next_change(monday), None, "round the clock");
}

#[test]
fn following_the_sun_covers_the_day_and_shows_the_gaps() {
    let team = [
        daily("Asia/Shanghai", &["08:00-16:00"]),
        daily("Asia/Urumqi", &["09:00-17:00"]),
        daily("Asia/Singapore", &["10:00-18:00"]),
        daily("Europe/Berlin", &["15:00-23:00"]),
        daily("America/New_York", &["16:00-02:00+"]),
    ];
    let (from, to) = (at("2026-06-18T00:00Z"), at("2026-06-19T00:00Z"));
    let spans: Vec<Vec<Span>> = team.iter().map(|p| Calendar::new(p).unwrap().spans(from, to)).collect();
    let stretches = coverage(spans.iter().map(Vec::as_slice), from, to);
    assert_eq!((stretches[0].start, stretches[stretches.len() - 1].end), (from, to));
    let gaps: Vec<_> =
        stretches.iter().filter(|s| s.people == 0).map(|s| (s.end.0 - s.start.0) / MINUTE).collect();
    assert_eq!(gaps, [120], "from 11:00 to 13:00 UTC nobody is there: {stretches:?}");
    let worked: u64 = stretches.iter().map(|s| (s.end.0 - s.start.0) / HOUR * u64::from(s.people)).sum();
    let planned: u64 = spans.iter().flatten().map(|s| (s.end.0 - s.start.0) / HOUR).sum();
    assert_eq!(worked, planned);
}

#[test]
fn mistakes_are_named() {
    let now = at("2026-06-18T00:00Z");
    let check = |plan: Plan, expected: &[Problem]| assert_eq!(plan.problems(now), expected, "{plan:?}");
    check(daily("Asia/Tokyo", &["09:00-18:00"]), &[]);
    check(daily("Asia/Nowhere", &["09:00-18:00"]), &[Problem::UnknownZone { zone: "Asia/Nowhere".into() }]);
    check(daily("Asia/Tokyo", &["18:00-09:00"]), &[Problem::EndsBeforeStart { shift: 0 }]);
    check(daily("Asia/Tokyo", &["09:00-09:00"]), &[Problem::EndsBeforeStart { shift: 0 }]);
    check(daily("Asia/Tokyo", &["09:00-10:00+"]), &[Problem::TooLong { shift: 0 }]);
    check(daily("Asia/Tokyo", &["09:00-12:00", "11:00-13:00"]), &[Problem::Overlap { shift: 0, other: 1 }]);
    check(daily("Asia/Tokyo", &["20:00-08:00+", "07:00-09:00"]), &[Problem::Overlap { shift: 0, other: 1 }]);
    check(daily("Asia/Tokyo", &["09:00-12:00", "12:00-13:00"]), &[]);
    let weekend = vec![shift(&[Weekday::Sun], "22:00-06:00+"), shift(&[Weekday::Mon], "05:00-09:00")];
    check(plan("Asia/Tokyo", weekend), &[Problem::Overlap { shift: 0, other: 1 }]);
    check(plan("Asia/Tokyo", vec![shift(&[], "05:00-09:00")]), &[Problem::NoDays { shift: 0 }]);
    let twice = vec![shift(&[Weekday::Mon, Weekday::Mon], "05:00-09:00")];
    check(plan("Asia/Tokyo", twice), &[Problem::Overlap { shift: 0, other: 0 }]);
    let turned = daily("Europe/Berlin", &["02:30-06:00"]).problems(now);
    assert_eq!(turned.len(), 2, "both clocks of the year: {turned:?}");
    assert!(turned.iter().all(Problem::is_notice));
    let date: Day = "2026-12-25".parse().unwrap();
    let day = |text| Exception { date, hours: vec![hours(text)], name: String::new() };
    let exceptions = vec![day("10:00-09:00"), day("10:00-11:00")];
    let expected = [Problem::BadException { date }, Problem::ExceptionTwice { date }];
    check(Plan { exceptions, ..daily("Asia/Tokyo", &["09:00-18:00"]) }, &expected);
    let (from, until) = ("2026-12-25".parse().ok(), "2026-12-24".parse().ok());
    check(Plan { from, until, ..daily("Asia/Tokyo", &["09:00-18:00"]) }, &[Problem::NeverValid]);
    check(plan("Asia/Tokyo", vec![shift(&Weekday::ALL, "09:00-10:00"); plan::MOST + 1]), &[Problem::TooMuch]);
}

#[test]
fn texts_are_read_strictly() {
    for bad in ["24:01", "9:00", "09:60", "09-00", "", "+9:00", "25:00"] {
        assert!(bad.parse::<ClockTime>().is_err(), "{bad}");
    }
    for bad in ["2026-02-30", "2026-1-1", "20260101", "", "2026-01-01T00"] {
        assert!(bad.parse::<Day>().is_err(), "{bad}");
    }
    let json = r#"{"zone":"Asia/Tokyo","shifts":[{"days":["mon"],"hours":{"start":"22:00","end":"06:00","overnight":true}}],
        "exceptions":[{"date":"2026-01-01","name":"元日"}]}"#;
    let plan: Plan = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&serde_json::to_string(&plan).unwrap()).unwrap(), plan);
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let zone = prop::sample::select(vec![
        "Europe/Berlin",
        "America/New_York",
        "Asia/Shanghai",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "UTC",
        "Pacific/Apia",
        "America/St_Johns",
        "Nowhere/At_All",
        "",
    ]);
    let hours = (0u16..=24 * 60, 0u16..=24 * 60, any::<bool>()).prop_map(|(start, end, overnight)| {
        let time = |m: u16| ClockTime::new(m / 60, m % 60).unwrap();
        Hours { start: time(start), end: time(end), overnight }
    });
    let days = prop::collection::vec(prop::sample::select(Weekday::ALL.to_vec()), 0..7);
    let shifts = prop::collection::vec((days, hours).prop_map(|(days, hours)| Shift { days, hours }), 0..6);
    (zone, shifts).prop_map(|(zone, shifts)| plan(zone, shifts))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_plan_gives_ordered_spans_that_agree_with_themselves(plan in any_plan(), day in 0u64..40_000, some in 0u64..DAY) {
        let now = Millis(day * DAY + some);
        let _ = plan.problems(now);
        let Ok(calendar) = Calendar::new(&plan) else { return Ok(()) };
        let spans = calendar.spans(now, now.plus(5 * DAY));
        for span in &spans {
            prop_assert!(now <= span.start && span.start < span.end && span.end <= now.plus(5 * DAY));
        }
        for pair in spans.windows(2) {
            prop_assert!(pair[0].end < pair[1].start);
        }
        let probe = now.plus(some * 4);
        prop_assert_eq!(calendar.is_on(probe), spans.iter().any(|s| s.has(probe)));
        if let Some(change) = calendar.next_change(now) {
            prop_assert!(change > now);
            prop_assert_ne!(calendar.is_on(change), calendar.is_on(now));
            prop_assert_eq!(calendar.is_on(Millis(change.0 - 1)), calendar.is_on(now));
        }
    }
}

#[test]
fn r_225_days_and_hours_of_one_shift_are_bounded() {
    let plan = |days: usize, hours: usize| -> Plan {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().cycle().take(days);
        let one = |n: usize| {
            let at = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
            serde_json::json!({"start": at(2 * n % 1_438), "end": at(2 * n % 1_438 + 1)})
        };
        serde_json::from_value(serde_json::json!({
            "zone": "UTC",
            "shifts": [{"days": days.collect::<Vec<_>>(), "hours": {"start": "09:00", "end": "17:00"}}],
            "exceptions": [{"date": "2026-12-24", "hours": (0..hours).map(one).collect::<Vec<_>>()}],
        }))
        .unwrap()
    };
    let now = Millis(1_790_000_000_000);
    assert_eq!(plan(7, MOST_HOURS).problems(now), []);
    let date = "2026-12-24".parse().unwrap();
    assert_eq!(
        plan(8, MOST_HOURS + 1).problems(now),
        [Problem::TooManyDays { shift: 0 }, Problem::TooManyHours { date }]
    );
    // Nothing is compared with each other before it is counted.
    let huge = plan(60_000, 20_000).problems(now);
    assert_eq!(huge, [Problem::TooManyDays { shift: 0 }, Problem::TooManyHours { date }]);
}
