//! One day of everybody's plans on one line of time, in the viewer's zone.

use leptos::prelude::*;
use shared::ids::GroupId;
use shared::protocol::roster::GroupCoverage;
use shared::roster::{Span, Stretch};
use shared::time::{HOUR, Millis};

use crate::actions::roster;
use crate::components::icon::{Icon, icon};
use crate::net::{browser, clock};
use crate::state::model::{Model, use_model};
use crate::state::roster::{Pictured, Whose, gaps, part};
use crate::state::time;
use crate::texts::Text;

/// The picture and the way to other days.
#[component]
pub fn Picture() -> impl IntoView {
    let model = use_model();
    let title = move || browser::day_name(model.lang.get().tag(), clock::day_start(model.roster.day.get()));
    let step = move |days: i32, name: Text, drawing: Icon, class: &'static str| {
        view! {
            <button
                class=class
                type="button"
                aria-label=move || model.t(name)
                on:click=move |_| roster::show_day(model, model.roster.day.get_untracked() + days)
            >
                {icon(drawing)}
            </button>
        }
    };
    view! {
        <section class="picture" aria-labelledby="picture-day">
            <header class="picture-head">
                <h2 id="picture-day">{title}</h2>
                <span class="picture-zone">{browser::zone()}</span>
                {step(-1, Text::RosterDayBefore, Icon::Back, "quiet-button")}
                <button
                    class="button small"
                    type="button"
                    disabled=move || model.roster.day.get() == 0
                    on:click=move |_| roster::show_day(model, 0)
                >
                    {move || model.t(Text::RosterToday)}
                </button>
                {step(1, Text::RosterDayAfter, Icon::Back, "quiet-button forth")}
            </header>
            {move || model.roster.coverage.get().map(|pictured| chart(model, &pictured))}
        </section>
    }
}

fn at(model: Model, at: Millis) -> String {
    browser::clock_in(model.lang.get().tag(), None, at)
}

fn place(span: Span, pictured: &Pictured) -> (String, String) {
    let (left, width) = part(span, pictured.from, pictured.to);
    (percent(left), percent(width))
}

/// As a value of CSS. Values are set one by one: the policy of the page forbids style attributes.
fn percent(part: f64) -> String {
    format!("{part:.3}%")
}

fn chart(model: Model, pictured: &Pictured) -> AnyView {
    let Pictured { from, to, coverage } = pictured;
    let hours = to.since(*from) / HOUR;
    let tick = |hour: u64| {
        let at = from.plus(hour * HOUR);
        let left = 100.0 * hour as f64 / hours.max(1) as f64;
        let label = time::clock(at, clock::offset_minutes(at));
        view! { <span style:inset-inline-start=percent(left)>{label}</span> }
    };
    let ticks = (0..hours).step_by(3).map(tick).collect_view();
    let now = model.now.get_untracked();
    let present = (*from <= now && now < *to).then(|| {
        let (left, _) = part(Span { start: now, end: now }, *from, *to);
        view! { <i class="picture-now" style:inset-inline-start=percent(left)></i> }
    });
    let groups: Vec<_> =
        coverage.groups.iter().map(|(id, group)| group_row(model, id, group, pictured)).collect();
    let mut agents: Vec<_> = coverage
        .agents
        .iter()
        .filter(|(id, _)| model.roster.draft.with_untracked(|draft| draft.agents.contains_key(*id)))
        .collect();
    // As the sun goes.
    agents.sort_by_key(|(id, spans)| {
        let begins = spans.iter().map(|span| span.start).find(|start| start >= from);
        (begins.or_else(|| spans.first().map(|span| span.start)), (*id).clone())
    });
    let agents = agents.into_iter().map(|(id, spans)| {
        let name = model.roster.page.with_untracked(|page| {
            let member = page.iter().flat_map(|page| &page.members).find(|m| m.agent.id == *id);
            member.map_or_else(|| id.to_string(), |member| member.agent.name.clone())
        });
        let zone = model.roster.draft.with_untracked(|d| d.agents.get(id).map(|plan| plan.zone.clone()));
        let zone = zone.unwrap_or_default();
        let bars: Vec<AnyView> = spans
            .iter()
            .filter(|span| pictured.shows(**span))
            .map(|span| bar(model, *span, &zone, pictured))
            .collect();
        let whose = Whose::Agent(id.clone());
        view! {
            <div class="picture-row">
                <button
                    class="picture-name"
                    type="button"
                    on:click=move |_| model.roster.chosen.set(Some(whose.clone()))
                >
                    <bdi>{name}</bdi> <small>{zone.clone()}</small>
                </button>
                <div class="picture-track">{bars}</div>
            </div>
        }
        .into_any()
    });
    let agents: Vec<AnyView> = agents.collect();
    view! {
        <div class="picture-chart">
            <div class="picture-axis" aria-hidden="true">{ticks}</div>
            <div class="picture-body">
                <div class="picture-over" aria-hidden="true">{present}</div>
                {groups}
                {agents}
            </div>
        </div>
    }
    .into_any()
}

/// How a group is staffed: numbers, and gaps where nobody is while somebody should be.
fn group_row(model: Model, id: &GroupId, group: &GroupCoverage, pictured: &Pictured) -> AnyView {
    let seen = |s: &&Stretch| pictured.shows(Span { start: s.start, end: s.end });
    let most = group.people.iter().map(|s| s.people).max().unwrap_or(0).max(1);
    let stretch = |s: &Stretch| {
        let (left, width) = place(Span { start: s.start, end: s.end }, pictured);
        let strength = 18 + 62 * s.people / most;
        let title = format!("{}–{}: {}", at(model, s.start), at(model, s.end), s.people);
        let strength = format!("{strength}%");
        view! {
            <span
                class="picture-count"
                style:inset-inline-start=left
                style:inline-size=width
                style=("--strength", strength)
                title=title
            >
                {s.people}
            </span>
        }
    };
    let staffed = group.people.iter().filter(|s| s.people > 0 && seen(s)).map(stretch).collect_view();
    let missing = gaps(&group.people, group.open.as_deref()).into_iter();
    let missing: Vec<Span> =
        missing.filter(|gap| pictured.shows(*gap)).map(|gap| pictured.cut(gap)).collect();
    let said: Vec<String> =
        missing.iter().map(|gap| format!("{}–{}", at(model, gap.start), at(model, gap.end))).collect();
    let holes = missing.iter().zip(&said).map(|(gap, said)| {
        let title = model.fill(Text::RosterGap, &[("times", said)]);
        let (left, width) = place(*gap, pictured);
        view! {
            <span class="picture-gap" style:inset-inline-start=left style:inline-size=width title=title></span>
        }
    });
    let holes = holes.collect_view();
    let all: Vec<Span> = group.open.iter().flatten().copied().filter(|span| pictured.shows(*span)).collect();
    let open = all.into_iter().map(|span| {
        let (left, width) = place(span, pictured);
        view! { <span class="picture-open" style:inset-inline-start=left style:inline-size=width></span> }
    });
    let open = open.collect_view();
    let told = if said.is_empty() {
        view! { <p class="picture-told good">{icon(Icon::Check)} {model.t(Text::RosterCovered)}</p> }
            .into_any()
    } else {
        let text = model.fill(Text::RosterGap, &[("times", &said.join(", "))]);
        view! { <p class="picture-told">{icon(Icon::Alert)} {text}</p> }.into_any()
    };
    let whose = Whose::Group(id.clone());
    view! {
        <div class="picture-row all">
            <button
                class="picture-name"
                type="button"
                on:click=move |_| model.roster.chosen.set(Some(whose.clone()))
            >
                <bdi>{id.to_string()}</bdi>
            </button>
            <div class="picture-track">{open} {holes} {staffed}</div>
            {told}
        </div>
    }
    .into_any()
}

/// One shift, with its times by the clock on its own wall.
fn bar(model: Model, span: Span, zone: &str, pictured: &Pictured) -> AnyView {
    let lang = model.lang.get();
    let local = |at| browser::clock_in(lang.tag(), Some(zone), at);
    let own = format!("{}–{}", local(span.start), local(span.end));
    let here = format!("{}–{}", at(model, span.start), at(model, span.end));
    let title = model.fill(Text::RosterBar, &[("own", &own), ("here", &here)]);
    let spoken = title.clone();
    // What goes on before or after this day has no end here.
    let before = span.start < pictured.from;
    let after = span.end > pictured.to;
    let (left, width) = place(span, pictured);
    view! {
        <span
            class="picture-bar"
            class:before=before
            class:after=after
            style:inset-inline-start=left
            style:inline-size=width
            title=title
        >
            <span aria-hidden="true">{own}</span>
            <span class="unseen">{spoken}</span>
        </span>
    }
    .into_any()
}
