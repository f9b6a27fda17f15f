//! The desk itself: its state, its life cycle, and what it tells the shell.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Agent, Cell, Familiar, Group, Handoff, PLAN, Place, Plan, Standing, TEAM, Tracked};
use super::drawing::{RUN, Run, Under};
use super::estimating::{Ghost, History};
use super::hours::Hours;
use super::index::Index;
use super::{Attachment, Effect, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo};
use crate::ids::{AgentId, ConversationId, GroupId, VisitorId};
use crate::limits;
use crate::protocol::stage::{Availability, QueuePlace};
use crate::protocol::{DeskFrame, ErrorCode, close};
use crate::roster::Team;
use crate::routing::Decision;
use crate::security::pass::Pass;
use crate::time::Millis;

/// One site's desk.
///
/// Everything it knows is in the cells it persists, apart from which windows are still open: a desk made of
/// [`Desk::restore`] and [`Desk::restore_sockets`] goes on exactly as the one before it would have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Desk {
    pub(super) handoffs: Tracked<ConversationId, Handoff>,
    pub(super) places: Tracked<ConversationId, Place>,
    pub(super) agents: Tracked<AgentId, Agent>,
    pub(super) groups: Tracked<GroupId, Group>,
    pub(super) ghosts: Tracked<ConversationId, Ghost>,
    /// Under [`RUN`].
    pub(super) run: Tracked<&'static str, Run>,
    pub(super) under: Under,
    pub(super) history: History,
    /// Under [`TEAM`].
    pub(super) team: Tracked<&'static str, Team>,
    /// What its plans come to.
    pub(super) hours: Hours,
    /// Under [`PLAN`].
    pub(super) plan: Tracked<&'static str, Plan>,
    /// By their number modulo `limits::DESK_DECISIONS`.
    pub(super) decisions: Tracked<u64, Decision>,
    pub(super) familiar: Tracked<VisitorId, Familiar>,
    /// The turns of agents who are not here: who comes back has had the turn that they had.
    pub(super) turns: Tracked<AgentId, u64>,
    pub(super) index: Index,
}

/// How a conversation came back to the queue.
#[derive(Debug)]
pub(super) struct Returned {
    /// The agent who had it.
    pub(super) lost: AgentId,
    /// On purpose; otherwise the agent vanished, or did not attend to it.
    pub(super) given_back: bool,
}

impl Returned {
    /// What the conversation is told.
    pub(super) fn told(self, handoff: HandoffNo, place: Option<QueuePlace>) -> FromDesk {
        let Self { lost, given_back } = self;
        FromDesk::Requeued { handoff, lost, place, given_back }
    }
}

/// What one input brings about, besides changed state.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) posts: Vec<(ConversationId, FromDesk)>,
    /// Conversations that came back to the queue; to be told once settled.
    pub(super) returned: BTreeMap<ConversationId, Returned>,
    /// Frames for one window.
    pub(super) replies: Vec<(SocketId, DeskFrame)>,
    /// Windows that said `hello`.
    pub(super) greeted: Vec<SocketId>,
    pub(super) closes: Vec<(SocketId, u16)>,
    /// Those who wait in another group's line than before; to be told once settled.
    pub(super) moved: BTreeSet<ConversationId>,
}

impl Outcome {
    pub(super) fn post(&mut self, conversation: &ConversationId, item: FromDesk) {
        self.posts.push((conversation.clone(), item));
    }

    pub(super) fn refuse(&mut self, socket: SocketId, code: ErrorCode, conversation: Option<ConversationId>) {
        self.replies.push((socket, DeskFrame::Error { code, conversation }));
    }
}

impl Desk {
    /// A desk without anybody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The desk of these cells (key, JSON), and the keys of cells that are not sound: those are left out. A
    /// conversation whose agent's cell is lost returns to the queue at the next input.
    pub fn restore(cells: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<String>) {
        let mut desk = Self::default();
        let mut bad = Vec::new();
        for (key, json) in cells {
            match Cell::parse(&key, &json) {
                Some(Cell::Handoff(id, value)) => desk.handoffs.load(id, value),
                Some(Cell::Place(id, value)) => desk.places.load(id, value),
                Some(Cell::Agent(id, value)) => desk.agents.load(id, value),
                Some(Cell::Group(id, value)) => desk.groups.load(id, value),
                Some(Cell::Ghost(id, value)) => desk.ghosts.load(id, value),
                Some(Cell::Team(value)) => desk.team.load(TEAM, value),
                Some(Cell::Run(value)) => desk.run.load(RUN, value),
                Some(Cell::Learned(id, value)) => drop(desk.history.learned.groups.insert(id, value)),
                Some(Cell::Pace(id, value)) => drop(desk.history.learned.agents.insert(id, value)),
                Some(Cell::Common(value)) => desk.history.learned.common = value,
                Some(Cell::Plan(value)) => desk.plan.load(PLAN, value),
                Some(Cell::Decision(slot, value)) => {
                    desk.index.decided = desk.index.decided.max(value.n.saturating_add(1));
                    desk.decisions.load(slot, value);
                }
                Some(Cell::Turn(id, value)) => desk.turns.load(id, value),
                Some(Cell::Familiar(id, value)) => {
                    desk.index.met.insert((value.at, id.clone()));
                    desk.familiar.load(id, value);
                }
                None => bad.push(key),
            }
        }
        for (id, handoff) in desk.handoffs.iter() {
            desk.index.add(id, handoff);
        }
        let stray = |id: &&ConversationId| {
            desk.handoffs.get(id).is_none_or(|h| h.standing != Standing::Waiting || h.away)
        };
        let strays: Vec<_> = desk.places.iter().map(|(id, _)| id).filter(stray).cloned().collect();
        for id in strays {
            desk.places.unload(&id);
            bad.push(format!("place/{id}"));
        }
        (desk, bad)
    }

    /// After [`Desk::restore`]: the sockets that are still open. Others are as if just disconnected.
    pub fn restore_sockets(&mut self, open: Vec<Attachment>) {
        let open: BTreeMap<SocketId, AgentId> = open.into_iter().map(|a| (a.socket, a.agent)).collect();
        self.agents.load_each(|id, agent| agent.windows.retain(|w| open.get(&w.socket) == Some(id)));
    }

    /// Takes an input; the effects are to be performed in their order.
    pub fn handle(&mut self, now: Millis, input: Input) -> Vec<Effect> {
        let mut out = Outcome::default();
        if let Input::Alive { socket, at } = input {
            self.handle_alive(now, socket, at);
            return self.effects(out);
        }
        self.renew_hours(now);
        self.expire_agents(now, matches!(input, Input::Tick), &mut out);
        self.end_overlap(now);
        // Before anything is heard from them, and below before anything is told to them.
        self.close_windows(now, close::RESYNC, |pass| pass.is_over(now), &mut out);
        match input {
            Input::Connect { socket, profile, pass } => {
                self.handle_connect(now, socket, profile, pass, &mut out);
            }
            Input::SignedOut { sessions } => {
                let ended = |pass: &Pass| sessions.contains(&pass.session);
                self.close_windows(now, close::UNAUTHENTICATED, ended, &mut out);
            }
            Input::Frame { socket, request } => self.handle_request(now, socket, request, &mut out),
            Input::BadFrame { socket, code } => match self.agent_of(socket) {
                Some(_) => out.refuse(socket, code, None),
                None => out.closes.push((socket, close::RESYNC)),
            },
            Input::Disconnect { socket } => self.handle_disconnect(now, socket, &mut out),
            Input::Conversation(item) => self.handle_conversation(now, item, &mut out),
            Input::Roster(team) => self.handle_roster(now, team),
            Input::Routing { version, routing, believed } => {
                self.handle_routing(now, version, routing, believed);
            }
            Input::Profile { profile } => self.handle_profile(profile),
            Input::Removed { agent } => self.handle_removed(now, &agent, &mut out),
            Input::Alive { .. } | Input::Tick => {}
        }
        self.settle(now, &mut out);
        self.renew_window(now, &mut out);
        self.effects(out)
    }

    /// When [`Input::Tick`] is due, if nothing else happens before.
    #[must_use]
    pub fn next_due(&self) -> Option<Millis> {
        self.agents_due().into_iter().chain(self.queue_due()).chain(self.shift_due()).min()
    }

    /// Whether humans can be reached at `now`, and what somebody asking now would be told of whom nothing is known: by the
    /// routing's last line, or whatever they choose.
    #[must_use]
    pub fn availability(&mut self, now: Millis) -> Availability {
        // A desk that was just restored has not looked at its plans yet.
        self.renew_hours(now);
        self.reachable(now)
    }

    /// Brings everything in line with what has changed.
    fn settle(&mut self, now: Millis, out: &mut Outcome) {
        self.reclaim_orphans(now, out);
        self.look_after(now, out);
        self.end_long_waits(now, out);
        self.dismiss_unserved(now, out);
        self.forget_rested(now);
        self.assign_waiting(now, out);
        self.settle_ghosts(now);
        self.show_places(now, out);
        while self.index.closed.len() > limits::DESK_CLOSED {
            let Some((_, oldest)) = self.index.closed.pop_first() else { break };
            self.handoffs.remove(&oldest);
        }
    }

    /// The waiting handoffs whose visitor is there, next in line first.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (&ConversationId, &Handoff)> {
        self.index.waiting.iter().filter_map(|(_, _, id)| Some((id, self.handoffs.get(id)?)))
    }

    /// The waiting handoffs whose visitor is away.
    pub(super) fn away(&self) -> impl Iterator<Item = (&ConversationId, &Handoff)> {
        self.index.away.iter().filter_map(|(_, _, id)| Some((id, self.handoffs.get(id)?)))
    }

    /// How much the agent's conversations weigh.
    pub(super) fn load(&self, agent: &AgentId) -> u32 {
        self.index.loads.get(agent).copied().unwrap_or(0)
    }

    /// How many conversations the agent has.
    pub(super) fn held(&self, agent: &AgentId) -> u32 {
        self.index.assigned.get(agent).map_or(0, |held| u32::try_from(held.len()).unwrap_or(u32::MAX))
    }

    /// How much the group's conversations weigh that agents have.
    pub(super) fn group_load(&self, group: &GroupId) -> u32 {
        self.index.group_loads.get(group).copied().unwrap_or(0)
    }

    /// Puts a conversation's handoff in place of the former one.
    pub(super) fn put_handoff(&mut self, id: &ConversationId, handoff: Handoff) {
        if let Some(old) = self.handoffs.get(id) {
            self.index.remove(id, old);
        }
        self.index.add(id, &handoff);
        self.handoffs.put(id.clone(), handoff);
    }

    /// Changes a conversation's handoff, if there is one.
    pub(super) fn change(&mut self, id: &ConversationId, change: impl FnOnce(&mut Handoff)) {
        if let Some(handoff) = self.handoffs.edit(id) {
            self.index.remove(id, handoff);
            change(handoff);
            self.index.add(id, handoff);
        }
    }

    /// The group's record, to be changed.
    pub(super) fn group(&mut self, id: &GroupId) -> Option<&mut Group> {
        if self.groups.get(id).is_none() {
            self.groups.put(id.clone(), Group::default());
        }
        self.groups.edit(id)
    }
}
