//! R-100 … R-103: rules, and what is wrong with them.

use super::explain::fits;
use super::*;
use crate::limits;

fn group(name: &str) -> GroupId {
    GroupId::new(name).unwrap()
}

fn facts() -> Facts {
    Facts {
        lang: Lang::En,
        entry: None,
        page: "/".into(),
        mood: Mood::Neutral,
        urgent: false,
        choice: None,
        vip: 0,
    }
}

fn rule(name: &str, when: Vec<Condition>, to: &str) -> Rule {
    Rule { name: name.into(), when, then: Then { group: Some(group(to)), ..Then::default() }, off: false }
}

fn entry(pattern: &str) -> Condition {
    Condition::Entry { any: vec![pattern.into()] }
}

fn page(pattern: &str) -> Condition {
    Condition::Page { any: vec![pattern.into()] }
}

fn lang(any: &[Lang]) -> Condition {
    Condition::Language { any: any.to_vec() }
}

fn routing(rules: Vec<Rule>) -> Routing {
    let groups = ["sales", "returns", "asia"].map(|id| GroupRule {
        id: group(id),
        name: id.to_uppercase(),
        languages: vec![],
        capacity: None,
        language_wait: 0,
        no_answer: None,
        wrap_up: None,
    });
    Routing { groups: groups.to_vec(), rules, ..Routing::default() }
}

#[test]
fn r_100_the_first_rule_that_fits_decides_and_says_what_the_others_missed() {
    let rules = routing(vec![
        rule("returns", vec![entry("return-*"), page("/account/*")], "returns"),
        rule("asia", vec![lang(&[Lang::ZhCn, Lang::Ja])], "asia"),
        rule("shop", vec![page("/products/*")], "sales"),
        rule("all pages", vec![page("*")], "returns"),
    ]);
    let go = |facts: Facts| explain(&facts, &rules);
    let why = go(Facts {
        page: "/products/c2".into(),
        entry: Some(EntryId::new("return-fee").unwrap()),
        ..facts()
    });
    assert_eq!((why.route.group, why.rule), (group("sales"), Some((2, "shop".into()))));
    let missed: Vec<_> = why.passed_by.iter().map(|v| (v.rule, v.missed.clone())).collect();
    assert_eq!(
        missed,
        [
            (0, Missed::Condition { condition: page("/account/*") }),
            (1, Missed::Condition { condition: lang(&[Lang::ZhCn, Lang::Ja]) })
        ]
    );
    let both =
        Facts { page: "/account/orders".into(), entry: Some(EntryId::new("return-fee").unwrap()), ..facts() };
    assert_eq!(go(both).route.group, group("returns"));
    assert_eq!(
        go(Facts { lang: Lang::Ja, page: "/products/c2".into(), ..facts() }).route.group,
        group("asia")
    );
    let none = explain(&facts(), &Routing::default());
    assert_eq!((none.route.group, none.rule), (default_group(), None), "the last line");
}

#[test]
fn r_100_every_kind_of_condition() {
    let holds = |condition: Condition, facts: Facts| condition.holds(&facts);
    assert!(
        holds(Condition::Urgent, Facts { urgent: true, ..facts() }) && !holds(Condition::Urgent, facts())
    );
    let angry = Condition::Mood { any: vec![Mood::Angry, Mood::Worried] };
    assert!(holds(angry.clone(), Facts { mood: Mood::Worried, ..facts() }) && !holds(angry, facts()));
    let chosen = Condition::Choice { any: vec![group("sales")] };
    assert!(
        holds(chosen.clone(), Facts { choice: Some(group("sales")), ..facts() }) && !holds(chosen, facts())
    );
    let vip = Condition::Vip { at_least: 2 };
    assert!(holds(vip.clone(), Facts { vip: 3, ..facts() }) && !holds(vip, Facts { vip: 1, ..facts() }));
    assert!(!holds(entry("*"), facts()), "about nothing");
}

#[test]
fn r_100_patterns() {
    for (pattern, text, expect) in [
        ("/products/*", "/products/", true),
        ("/products/*", "/products", false),
        ("*", "", true),
        ("", "", true),
        ("*/cart", "/en/cart", true),
        ("*/cart", "/en/cart/x", false),
        ("/*/a*b*", "/x/aab", true),
        ("/*/a*b*", "/x/ba", false),
        ("/退货*", "/退货/1", true),
        ("a", "A", false),
    ] {
        assert_eq!(fits(pattern, text), expect, "{pattern} {text}");
    }
    let (stars, text) = ("*a".repeat(100), "a".repeat(99) + "b");
    assert!(!fits(&stars, &text), "and no explosion");
}

#[test]
fn r_101_points_add_up_and_are_named() {
    let mut rules = routing(vec![rule("cart", vec![page("/cart")], "sales")]);
    rules.rules[0].then.priority = 3;
    let why =
        explain(&Facts { page: "/cart".into(), vip: 2, urgent: true, mood: Mood::Angry, ..facts() }, &rules);
    assert_eq!(why.points, [3, 4, 2, 1]);
    assert_eq!(why.route.priority, 10);
    assert_eq!(rules.head_start(10), 10 * 300_000);
    assert_eq!(explain(&facts(), &rules).points, [0; 4]);
}

#[test]
fn r_102_a_rule_whose_group_is_unknown_or_for_other_languages_is_passed_by() {
    let mut rules = routing(vec![
        rule("gone", vec![page("*")], "nowhere"),
        rule("asia", vec![Condition::Urgent], "asia"),
    ]);
    rules.groups[2].languages = vec![Lang::ZhCn];
    let why = explain(&Facts { urgent: true, ..facts() }, &rules);
    let missed: Vec<_> = why.passed_by.into_iter().map(|v| v.missed).collect();
    assert_eq!(
        missed,
        [Missed::UnknownGroup { group: group("nowhere") }, Missed::Language { group: group("asia") }]
    );
    assert_eq!(why.route.group, default_group());
    rules.otherwise.group = Some(group("nowhere"));
    assert_eq!(
        explain(&facts(), &rules).route.group,
        default_group(),
        "whatever the rules, there is an answer"
    );
}

#[test]
fn r_103_sound_rules_have_no_faults() {
    let rules = routing(vec![
        rule("zh returns", vec![lang(&[Lang::ZhCn]), entry("return-*")], "returns"),
        rule("returns", vec![entry("return-*")], "returns"),
        rule("vip", vec![Condition::Vip { at_least: 3 }], "sales"),
        rule("some vip", vec![Condition::Vip { at_least: 1 }], "sales"),
        rule("pages", vec![page("/a"), page("/*")], "sales"),
    ]);
    assert_eq!(check(&rules), []);
    assert_eq!(check(&Routing::default()), []);
}

#[test]
fn r_103_each_fault_is_named() {
    let faults = |change: &dyn Fn(&mut Routing)| {
        let mut rules = routing(vec![rule("a", vec![page("/a/*")], "sales")]);
        change(&mut rules);
        check(&rules)
    };
    let push = |rule: Rule| move |r: &mut Routing| r.rules.push(rule.clone());
    for (rule, fault) in [
        (rule("b", vec![], "sales"), Fault::NoCondition { rule: 1 }),
        (rule("b", vec![Condition::Mood { any: vec![] }], "sales"), Fault::List { rule: 1, condition: 0 }),
        (rule("b", vec![Condition::Urgent, page("")], "sales"), Fault::List { rule: 1, condition: 1 }),
        (rule(" ", vec![Condition::Urgent], "sales"), Fault::Name { rule: Some(1), group: None }),
        (rule("b", vec![Condition::Urgent], "x"), Fault::UnknownGroup { rule: Some(1), group: group("x") }),
        (
            rule("b", vec![Condition::Choice { any: vec![group("x")] }], "sales"),
            Fault::UnknownGroup { rule: Some(1), group: group("x") },
        ),
        (rule("b", vec![page("/a/b"), Condition::Urgent], "returns"), Fault::Covered { rule: 1, by: 0 }),
        (rule("b", vec![page("/a/*")], "returns"), Fault::Covered { rule: 1, by: 0 }),
        (rule("b", vec![lang(&[Lang::En]), lang(&[Lang::Ja])], "sales"), Fault::Never { rule: 1 }),
        (rule("b", vec![page("/b"), page("/c/*")], "sales"), Fault::Never { rule: 1 }),
    ] {
        assert!(faults(&push(rule.clone())).contains(&fault), "{rule:?}: {:?}", faults(&push(rule.clone())));
    }
    let number = |name: &str, rule| vec![Fault::Number { name: name.into(), rule, group: None }];
    assert_eq!(faults(&|r| r.rules[0].then.weight = 0), number("weight", Some(0)));
    assert_eq!(faults(&|r| r.rules[0].then.priority = 101), number("priority", Some(0)));
    assert_eq!(faults(&|r| r.otherwise.priority = 101), number("priority", None));
    assert_eq!(faults(&|r| r.points.vip = -101), number("points", None));
    assert_eq!(faults(&|r| r.away_after = limits::ROUTING_SECONDS + 1), number("away_after", None));
    let of_group = Fault::Number { name: "language_wait".into(), rule: None, group: Some(group("returns")) };
    assert_eq!(faults(&|r| r.groups[1].language_wait = limits::ROUTING_SECONDS + 1), [of_group]);
    assert_eq!(faults(&|r| r.groups[1].id = group("sales")), [Fault::SameGroup { group: group("sales") }]);
    assert_eq!(
        faults(&|r| r.otherwise.group = Some(group("x"))),
        [Fault::UnknownGroup { rule: None, group: group("x") }]
    );
    let one_language = |r: &mut Routing| {
        r.groups[0].languages = vec![Lang::Ja];
        r.otherwise.group = Some(group("sales"));
    };
    assert_eq!(faults(&one_language), [Fault::Otherwise { group: group("sales") }]);
    let many = |r: &mut Routing| r.rules = vec![r.rules[0].clone(); limits::ROUTING_RULES + 1];
    assert_eq!(faults(&many), [Fault::TooManyRules]);
}

#[test]
fn r_103_a_rule_that_a_groups_languages_keep_from_fitting_covers_nothing() {
    let mut rules =
        routing(vec![rule("asia", vec![page("/a")], "asia"), rule("rest", vec![page("/a")], "sales")]);
    rules.groups[2].languages = vec![Lang::ZhCn];
    assert_eq!(check(&rules), []);
    rules.rules[0].when.push(lang(&[Lang::Ja]));
    assert_eq!(check(&rules), [Fault::Never { rule: 0 }]);
}

#[test]
fn r_166_a_rule_that_is_off_decides_nothing_and_covers_nothing() {
    let mut rules = routing(vec![
        rule("all", vec![page("*")], "sales"),
        rule("urgent", vec![Condition::Urgent], "returns"),
    ]);
    assert_eq!(check(&rules), [Fault::Covered { rule: 1, by: 0 }]);
    rules.rules[0].off = true;
    assert_eq!(check(&rules), []);
    let why = explain(&Facts { urgent: true, ..facts() }, &rules);
    assert_eq!((why.rule, &why.passed_by[0].missed), (Some((1, "urgent".into())), &Missed::Off));
    rules.rules[1].off = true;
    assert_eq!(explain(&Facts { urgent: true, ..facts() }, &rules).route.group, default_group());
}

fn choice(to: &str, names: &[(Lang, &str)]) -> Choice {
    Choice { group: group(to), names: names.iter().map(|(lang, name)| (*lang, (*name).into())).collect() }
}

#[test]
fn r_167_where_no_rule_fits_the_visitors_choice_decides() {
    let mut rules = routing(vec![rule("cart", vec![page("/cart")], "sales")]);
    rules.choices = vec![choice("returns", &[]), choice("asia", &[])];
    rules.groups[2].languages = vec![Lang::Ja];
    let go = |page: &str, choice: &str, lang| {
        let facts = Facts { page: page.into(), choice: Some(group(choice)), lang, ..facts() };
        let why = explain(&facts, &rules);
        (why.route.group.to_string(), why.chosen)
    };
    assert_eq!(go("/", "returns", Lang::En), ("returns".into(), true));
    assert_eq!(go("/cart", "returns", Lang::En), ("sales".into(), false), "rules come first");
    assert_eq!(go("/", "asia", Lang::En), ("support".into(), false), "not for the visitor's language");
    assert_eq!(go("/", "asia", Lang::Ja), ("asia".into(), true));
    assert_eq!(go("/", "sales", Lang::En), ("support".into(), false), "was not offered");
}

#[test]
fn r_167_choices_are_named_in_the_visitors_language_as_far_as_there_are_names() {
    let mut rules = routing(vec![]);
    rules.choices = vec![
        choice("returns", &[(Lang::En, "Returns"), (Lang::ZhCn, "退货")]),
        choice("sales", &[]),
        choice("support", &[]),
    ];
    let name = |n: usize, lang| rules.choice_name(&rules.choices[n], lang, Lang::En);
    assert_eq!((name(0, Lang::ZhTw), name(0, Lang::Ja)), ("退货", "Returns"));
    assert_eq!((name(1, Lang::Ja), name(2, Lang::Ja)), ("SALES", "support"));
    assert_eq!(check(&rules), []);
    for bad in [choice("nowhere", &[]), choice("returns", &[]), choice("asia", &[(Lang::En, " ")])] {
        let mut rules = rules.clone();
        rules.choices.push(bad.clone());
        assert_eq!(check(&rules), [Fault::Choice { group: bad.group }]);
    }
}
