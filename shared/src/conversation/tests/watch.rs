//! whether the visitor who waits is there.

use super::*;
use crate::conversation::Watch;
use crate::limits::ABSENT_AFTER;

fn queued() -> Room {
    let mut room = Room::with_agents();
    room.frame(VISITOR, ClientFrame::Handoff);
    room.put(Input::Desk(FromDesk::Queued { handoff: HandoffNo(1), place: place(2) }));
    room
}

/// The visitor has been gone for long, and the desk knows.
fn away() -> Room {
    let mut room = queued();
    room.put(Input::Disconnect { socket: VISITOR });
    room.wait(ABSENT_AFTER);
    room.put(Input::Tick);
    assert_eq!(told(&room), [false]);
    room
}

/// What the desk was told by the last input about the visitor's being there.
fn told(room: &Room) -> Vec<bool> {
    let here = |item: &&ToDesk| {
        if let ToDesk::Visitor { here, handoff: HandoffNo(1), .. } = item { Some(*here) } else { None }
    };
    room.posts().iter().filter_map(here).collect()
}

fn shown(room: &Room) -> Option<u32> {
    if let Stage::Queued { place, .. } = room.stage() { place.as_ref().map(|p| p.position) } else { None }
}

#[test]
fn r_83_gone_for_long_is_away_and_back_with_a_hello() {
    let mut room = queued();
    room.put(Input::Disconnect { socket: VISITOR });
    let due = room.now.plus(ABSENT_AFTER);
    assert_eq!(room.machine.next_due(), Some(due));
    room.now = Millis(due.0 - 1);
    room.put(Input::Tick);
    assert_eq!((told(&room), shown(&room)), (vec![], Some(2)));
    room.now = due;
    room.put(Input::Tick);
    assert_eq!((told(&room), shown(&room)), (vec![false], None));
    assert!(matches!(room.got(MEI)[..], [ServerFrame::Stage { stage: Stage::Queued { place: None, .. } }]));
    room.put(Input::Tick);
    assert_eq!(room.effects, [], "said once");
    assert_eq!(room.machine.next_due(), Some(Millis(1_000_000).plus(limits::IDLE_CLOSE)), "one far alarm");
    // A place that was on its way is theirs no more.
    room.put(Input::Desk(FromDesk::Queued { handoff: HandoffNo(1), place: place(1) }));
    assert_eq!(room.effects, []);
    room.put(Input::Connect { socket: TAB, who: visitor(), pass: None });
    assert_eq!(told(&room), [] as [bool; 0], "not yet greeted");
    room.frame(TAB, hello(0));
    assert_eq!(told(&room), [true]);
    room.put(Input::Desk(FromDesk::Queued { handoff: HandoffNo(1), place: place(3) }));
    assert_eq!(shown(&room), Some(3));
}

#[test]
fn r_83_a_reload_a_second_tab_and_short_trips_are_not_absence() {
    let mut room = queued();
    room.join(TAB, visitor());
    room.put(Input::Disconnect { socket: VISITOR });
    for _ in 0..5 {
        room.wait(ABSENT_AFTER);
        room.put(Input::Tick);
        assert_eq!(told(&room), [] as [bool; 0], "the other tab is there");
    }
    for _ in 0..5 {
        room.put(Input::Disconnect { socket: TAB });
        room.put(Input::Disconnect { socket: TAB });
        room.wait(ABSENT_AFTER - 1);
        room.put(Input::Tick);
        room.join(TAB, visitor());
        room.wait(1);
        assert_eq!(told(&room), [] as [bool; 0]);
    }
}

#[test]
fn r_83_sockets_lost_with_the_object_are_noticed_and_have_their_grace() {
    let mut room = queued();
    let due = room.machine.next_due().unwrap();
    assert!(due <= room.now.plus(ABSENT_AFTER), "it looks after those who wait");
    // A deploy: nobody is told.
    room.attachments.clear();
    room.now = due;
    room.put(Input::Tick);
    assert_eq!(told(&room), [] as [bool; 0], "they may be reconnecting just now");
    room.now = room.machine.next_due().unwrap();
    assert_eq!(room.now, due.plus(ABSENT_AFTER));
    room.put(Input::Tick);
    assert_eq!(told(&room), [false]);
}

#[test]
fn r_83_sockets_that_only_seem_open_are_closed() {
    let mut room = queued();
    room.join(TAB, visitor());
    let begun = room.now;
    let look = |room: &mut Room, tab: Millis| {
        let proved = vec![(VISITOR, begun), (TAB, tab), (MEI, begun), (SocketId(99), begun)];
        room.put(Input::Alive { proved });
        let closed = room.closes();
        room.put(Input::Tick);
        closed
    };
    assert_eq!(look(&mut room, begun), [], "not yet time");
    room.now = room.machine.next_due().unwrap();
    let now = room.now;
    assert_eq!(look(&mut room, now), [(VISITOR, close::RESYNC)]);
    assert!(room.machine.visitor_here());
    room.now = room.machine.next_due().unwrap();
    assert_eq!(room.now, now.plus(ABSENT_AFTER));
    assert_eq!(look(&mut room, now), [(TAB, close::RESYNC)]);
    assert_eq!(told(&room), [] as [bool; 0], "it may have been an error");
    room.wait(ABSENT_AFTER);
    room.put(Input::Tick);
    assert_eq!(told(&room), [false]);
    // Nobody waits: nobody is looked after.
    let mut room = Room::assigned();
    room.wait(DAY / 2);
    assert_eq!(look(&mut room, begun), []);
}

#[test]
fn r_83_clocks_that_jump_put_nobody_away_for_ever() {
    let mut room = queued();
    room.put(Input::Disconnect { socket: VISITOR });
    room.now = Millis(room.now.0 - 10 * MINUTE);
    room.put(Input::Tick);
    assert_eq!(room.machine.next_due(), Some(room.now.plus(ABSENT_AFTER)), "the grace starts anew");
    room.wait(DAY / 2);
    room.put(Input::Tick);
    assert_eq!(told(&room), [false]);
    room.now = Millis(room.now.0 - DAY / 2);
    room.join(VISITOR, visitor());
    room.put(Input::Tick);
    assert_eq!(
        (room.machine.state().absent, room.machine.state().watch),
        (false, Watch::Here { at: room.now })
    );
}

#[test]
fn r_83_only_who_waits_goes_away() {
    let gone = |mut room: Room| {
        room.put(Input::Disconnect { socket: VISITOR });
        for _ in 0..3 {
            room.wait(ABSENT_AFTER);
            room.put(Input::Tick);
            assert_eq!(room.posts(), [] as [&ToDesk; 0]);
        }
    };
    gone(Room::with_agents());
    gone(Room::assigned());
    let mut left = Room::with_agents();
    left.frame(
        VISITOR,
        ClientFrame::LeaveMessage {
            client_id: id("l"),
            text: "Call".into(),
            contact: None,
            call_back: false,
        },
    );
    left.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
    let (lost, place) = (card("mei").id, Some(place(1)));
    left.put(Input::Desk(FromDesk::Requeued { handoff: HandoffNo(1), lost, place, given_back: true }));
    assert!(matches!(left.events().last(), Some(Event::HandedBack { .. })), "R-72");
    gone(left);
}

#[test]
fn r_83_an_agent_may_take_one_who_is_away() {
    let taken = || {
        let mut room = away();
        room.put(Input::Desk(FromDesk::Assigned { handoff: HandoffNo(1), agent: card("mei") }));
        assert!(matches!(room.stage(), Stage::Assigned { .. }));
        room
    };
    let given_back = |place| {
        let (handoff, lost) = (HandoffNo(1), card("mei").id);
        Input::Desk(FromDesk::Requeued { handoff, lost, place, given_back: true })
    };
    // Back while with the agent: the desk must know for when it comes back.
    let mut room = taken();
    room.join(TAB, visitor());
    assert!(!room.machine.state().absent);
    room.put(given_back(Some(place(1))));
    assert_eq!(shown(&room), Some(1));
    // Still away: it waits without a place, and nothing is said twice.
    let mut room = taken();
    room.put(given_back(None));
    assert!(matches!(room.stage(), Stage::Queued { place: None, .. }));
    room.wait(ABSENT_AFTER);
    room.put(Input::Tick);
    assert_eq!(told(&room), [] as [bool; 0]);
    room.frame(MEI, ClientFrame::Note { client_id: id("n"), text: "away".into() });
    room.join(TAB, visitor());
    room.put(Input::Tick);
    assert!(!room.machine.state().absent);
}

#[test]
fn r_84_one_who_stays_away_idles_out_and_a_new_request_begins_anew() {
    let mut room = away();
    room.now = room.machine.next_due().unwrap();
    room.put(Input::Tick);
    assert!(matches!(room.posts()[..], [ToDesk::Withdraw { handoff: HandoffNo(1), .. }]), "R-79");
    assert!(matches!(room.stage(), Stage::Ended { by: EndedBy::Idle, .. }));
    room.join(VISITOR, visitor());
    assert_eq!(room.posts(), [] as [&ToDesk; 0], "the desk has done with it");
    room.frame(VISITOR, ClientFrame::Handoff);
    assert!(matches!(room.posts()[..], [ToDesk::Handoff { handoff: HandoffNo(2), .. }]));
    assert!(!room.machine.state().absent);
}

#[test]
fn r_91_a_row_of_before_is_read() {
    let mut row = serde_json::to_value(queued().machine.state()).unwrap();
    let fields = row.as_object_mut().unwrap();
    assert!(fields.remove("watch").is_some() && fields.remove("absent").is_some());
    let state: State = serde_json::from_value(row).unwrap();
    assert_eq!((state.watch, state.absent), (Watch::Off, false));
}
