use super::*;

fn forecast() -> Forecast {
    Forecast { mean: 300.0, quantiles: [60.0, 120.0, 280.0, 420.0, 600.0], ..Forecast::default() }
}

fn counted(what: What) -> Counts {
    let record = Record { group: GroupId::new("support").unwrap(), at: Millis(7 * HOUR + 5), what };
    let [(hour, counts)] = record.hours()[..] else { panic!("one hour") };
    assert_eq!(hour, 7);
    counts
}

#[test]
fn r_120_what_was_told_is_held_against_what_came() {
    let told = |promised, secs| counted(What::Told { forecast: forecast(), promised, secs });
    let kept = told(Some(420.0), 300.0);
    assert_eq!((kept.told, kept.within, kept.beyond, kept.promised, kept.broken), (1.0, 1.0, 0.0, 1.0, 0.0));
    let late = told(Some(420.0), 601.0);
    assert_eq!((late.within, late.beyond, late.promised, late.broken), (0.0, 1.0, 1.0, 1.0));
    let early = told(None, 59.0);
    assert_eq!((early.within, early.beyond, early.promised, early.broken), (0.0, 0.0, 0.0, 0.0));
    let mut sum = kept;
    sum.add(&late);
    sum.add(&early);
    assert_eq!(sum.coverage(), Some(1.0 / 3.0));
    assert_eq!(sum.broken_part(), Some(0.5));
    assert_eq!(sum.bias(), Some((900.0 - 960.0) / 3.0));
}

#[test]
fn r_120_nothing_is_said_of_nobody() {
    let none = Counts::default();
    assert_eq!((none.coverage(), none.bias(), none.broken_part()), (None, None, None));
    assert_eq!((none.mean_wait(), none.gave_up_part()), (None, None));
}

#[test]
fn r_120_time_that_agents_were_there_is_spread_over_its_hours() {
    let what = What::Staffed { secs: 5_400.0, slots: 3 };
    let record = Record { group: GroupId::new("support").unwrap(), at: Millis(10 * HOUR + HOUR / 4), what };
    let hours: Vec<_> = record.hours().into_iter().map(|(hour, counts)| (hour, counts.staffed)).collect();
    assert_eq!(hours, [(8, 900.0 * 3.0), (9, 3_600.0 * 3.0), (10, 900.0 * 3.0)]);
    // A clock that jumped makes no week of it.
    let what = What::Staffed { secs: 1e12, slots: 1 };
    let long = Record { group: GroupId::new("support").unwrap(), at: Millis(100 * HOUR), what };
    assert_eq!(long.hours().len(), 24);
    for secs in [f64::NAN, -5.0, 0.0] {
        let none = Record { what: What::Staffed { secs, slots: 1 }, ..long.clone() };
        assert_eq!(none.hours(), []);
    }
}

#[test]
fn waits_of_groups_and_hours_add_up() {
    let hour = |group: &str, hour, secs| Hour {
        group: GroupId::new(group).unwrap(),
        hour,
        counts: Counts { served: 1.0, waited: secs, ..Counts::default() },
    };
    let hours = [hour("a", 1, 60.0), hour("a", 2, 120.0), hour("b", 1, 600.0)];
    assert_eq!(total(&hours, |h| h.group.as_str() == "a").mean_wait(), Some(90.0));
    assert_eq!(total(&hours, |h| h.hour == 1).mean_wait(), Some(330.0));
    let json = serde_json::to_string(&hours[0]).unwrap();
    assert_eq!(serde_json::from_str::<Hour>(&json).unwrap(), hours[0]);
    assert_eq!(Counts::COLUMNS.len(), hours[0].counts.values().len());
}
