//! What consoles are sent.

use super::*;

#[test]
fn hear_of_every_change() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    let quiet = h.connect(profile("bob", 1));
    let frames = |step: Step| -> Vec<String> {
        assert!(step.sends.iter().all(|(socket, _)| *socket == ann));
        step.sends
            .iter()
            .map(|(_, frame)| match frame {
                DeskFrame::Snapshot { .. } => "snapshot".into(),
                DeskFrame::Waiting { card } => format!("waiting {} {:?}", card.conversation, card.kind),
                DeskFrame::Assigned { card } => format!("assigned {} {}", card.conversation, card.agent),
                DeskFrame::Gone { conversation } => format!("gone {conversation}"),
                DeskFrame::Agent { agent: AgentState { agent, presence, load, .. } } => {
                    format!("agent {} {presence:?} {load}", agent.id)
                }
                DeskFrame::Error { code, .. } => format!("error {code:?}"),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    assert_eq!(frames(h.ask(1, 1)), ["assigned c1 ann", "agent ann Online 1"]);
    assert_eq!(frames(h.ask(2, 1)), ["waiting c2 Live"]);
    let words =
        ToDesk::Brief { conversation: conv(2), handoff: HandoffNo(1), brief: brief(Lang::En, "hello?") };
    assert_eq!(frames(h.say(words.clone())), ["waiting c2 Live"]);
    assert_eq!(frames(h.say(words)), NOTHING);
    assert_eq!(frames(h.leave_message(2, 1)), ["waiting c2 Message"]);
    assert_eq!(frames(h.end(1, 1)), ["gone c1", "agent ann Online 0"]);
    assert_eq!(frames(h.withdraw(2, 1)), ["gone c2"]);
    assert_eq!(
        frames(h.step(Input::Disconnect { socket: quiet })),
        ["agent bob Offline 0"].map(String::from)[..0].to_vec()
    );
    assert_eq!(frames(h.presence(ann, Presence::Away)), ["agent ann Away 0"]);
    assert_eq!(frames(h.presence(ann, Presence::Away)), NOTHING);
    assert_eq!(frames(h.request(ann, DeskRequest::Hello)), ["snapshot"]);
}

#[test]
fn a_snapshot_is_bounded_and_starts_with_what_matters() {
    let mut h = Harness::new();
    let ann = h.online(profile("ann", 1));
    h.online(profile("bob", 1));
    h.leave_message(900, 1);
    for n in 0..260 {
        h.wait(1);
        h.ask(n, 1);
    }
    let step = h.request(ann, DeskRequest::Hello);
    let [(_, DeskFrame::Snapshot { waiting, assigned, agents, .. })] = &step.sends[..] else { panic!() };
    assert_eq!((waiting.len(), assigned.len(), agents.len()), (limits::SNAPSHOT_CARDS, 2, 2));
    assert_eq!(waiting[0].conversation, conv(2));
    assert_eq!(assigned[0].agent, agent_id("ann"));
}
