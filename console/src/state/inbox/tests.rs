use shared::ids::GroupId;
use shared::lang::Lang;
use shared::protocol::AgentCard;
use shared::protocol::desk::Brief;
use shared::time::Millis;

use super::*;

fn id(text: &str) -> ConversationId {
    ConversationId::new(text).unwrap()
}

fn agent(name: &str, presence: Presence) -> AgentState {
    let card = AgentCard { id: AgentId::new(name).unwrap(), name: name.to_uppercase() };
    AgentState { agent: card, presence, capacity: 3, load: 0, wrap_up: None }
}

fn brief() -> Brief {
    Brief { preview: "hi".into(), ..Brief::empty(Lang::En) }
}

fn waiting(name: &str, kind: WaitingKind, priority: i32, since: u64) -> WaitingCard {
    let group = GroupId::new("support").unwrap();
    WaitingCard {
        conversation: id(name),
        kind,
        since: Millis(since),
        group,
        priority,
        away: false,
        brief: brief(),
    }
}

fn assigned(name: &str, to: &str, since: u64) -> AssignedCard {
    let group = GroupId::new("support").unwrap();
    let agent = AgentId::new(to).unwrap();
    AssignedCard {
        conversation: id(name),
        agent,
        since: Millis(since),
        group,
        call_back: false,
        brief: brief(),
    }
}

fn inbox(waiting: Vec<WaitingCard>, assigned: Vec<AssignedCard>) -> Inbox {
    let mut inbox = Inbox::default();
    let me = agent("mei", Presence::Online);
    let agents = vec![agent("jonas", Presence::Offline), agent("sora", Presence::Online), me.clone()];
    inbox.apply(DeskFrame::Snapshot { me, agents, waiting, assigned, groups: vec![] });
    inbox
}

fn names(ids: &[ConversationId]) -> Vec<&str> {
    ids.iter().map(ConversationId::as_str).collect()
}

#[test]
fn lists_stand_in_working_order() {
    let inbox = inbox(
        vec![
            waiting("late", WaitingKind::Live, 0, 20),
            waiting("vip", WaitingKind::Live, 5, 30),
            waiting("early", WaitingKind::Live, 0, 10),
            waiting("note", WaitingKind::Message, 0, 1),
        ],
        vec![assigned("b", "mei", 2), assigned("a", "mei", 1), assigned("x", "sora", 0)],
    );
    assert_eq!(names(&inbox.in_order()), ["a", "b", "vip", "early", "late", "note"]);
    assert_eq!(inbox.others().len(), 1);
    let colleagues: Vec<_> = inbox.colleagues().iter().map(|a| a.agent.id.to_string()).collect();
    assert_eq!(colleagues, ["sora", "jonas"], "reachable ones first, me left out");
}

#[test]
fn a_conversation_is_in_one_list_at_a_time() {
    let mut inbox = inbox(vec![waiting("c", WaitingKind::Live, 0, 1)], vec![]);
    let happened = inbox.apply(DeskFrame::Assigned { card: assigned("c", "mei", 5) });
    assert_eq!(happened, [Happened::Mine(id("c"))]);
    assert!(inbox.queue().is_empty() && inbox.is_mine(&id("c")));
    let happened = inbox.apply(DeskFrame::Waiting { card: waiting("c", WaitingKind::Live, 0, 1) });
    assert_eq!(happened, [Happened::Waits(id("c")), Happened::NotMine(id("c"))]);
    assert!(inbox.mine().is_empty() && inbox.recent().is_empty(), "given back is not ended");
}

#[test]
fn a_changed_card_is_no_news() {
    let mut inbox = inbox(vec![waiting("c", WaitingKind::Live, 0, 1)], vec![assigned("d", "mei", 1)]);
    assert_eq!(inbox.apply(DeskFrame::Waiting { card: waiting("c", WaitingKind::Live, 0, 1) }), []);
    assert_eq!(inbox.apply(DeskFrame::Assigned { card: assigned("d", "mei", 1) }), []);
}

#[test]
fn what_ended_stays_in_reach_until_it_comes_back() {
    let mut inbox = inbox(vec![], vec![assigned("c", "mei", 1), assigned("x", "sora", 1)]);
    assert_eq!(inbox.apply(DeskFrame::Gone { conversation: id("c") }), [Happened::NotMine(id("c"))]);
    inbox.apply(DeskFrame::Gone { conversation: id("x") });
    assert_eq!(inbox.recent().len(), 1, "mine only");
    assert!(!inbox.is_mine(&id("c")) && inbox.assigned_card(&id("c")).is_some());
    inbox.apply(DeskFrame::Assigned { card: assigned("c", "mei", 9) });
    assert!(inbox.recent().is_empty());
}

#[test]
fn a_snapshot_after_an_outage_tells_what_changed() {
    let mut inbox = inbox(vec![], vec![assigned("c", "mei", 1)]);
    let me = agent("mei", Presence::Away);
    let agents = vec![];
    let happened = inbox.apply(DeskFrame::Snapshot {
        me,
        agents,
        waiting: vec![],
        assigned: vec![assigned("d", "mei", 2)],
        groups: vec![],
    });
    assert_eq!(happened, [Happened::Mine(id("d")), Happened::NotMine(id("c"))]);
    assert_eq!(inbox.me().map(|m| m.presence), Some(Presence::Away));
}

#[test]
fn an_agents_frame_changes_me_and_the_team() {
    let mut inbox = inbox(vec![], vec![]);
    inbox.apply(DeskFrame::Agent { agent: agent("mei", Presence::Busy) });
    assert_eq!(inbox.me().map(|m| m.presence), Some(Presence::Busy));
    inbox.apply(DeskFrame::Agent { agent: agent("new", Presence::Online) });
    assert_eq!(inbox.colleagues().len(), 3);
    assert_eq!(inbox.agent_name(&AgentId::new("new").unwrap()), Some("NEW"));
}

#[test]
fn keys_walk_the_list_and_stop_at_its_ends() {
    let ids = [id("a"), id("b"), id("c")];
    for (current, step, want) in [
        (None, 1, Some("a")),
        (None, -1, Some("c")),
        (Some("a"), 1, Some("b")),
        (Some("c"), 1, Some("c")),
        (Some("a"), -1, Some("a")),
        (Some("gone"), 1, Some("a")),
    ] {
        let current = current.map(id);
        assert_eq!(neighbour(&ids, current.as_ref(), step), want.map(id));
    }
    assert_eq!(neighbour(&[], None, 1), None);
}
