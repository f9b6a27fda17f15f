//! The handoffs by what is asked of them at every event, so that an event does not go through all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Handoff, Standing};
use crate::ids::{AgentId, ConversationId, GroupId, VisitorId};
use crate::time::Millis;

/// Where a waiting visitor stands among all: by the time they asked less their head start, then by the time they asked.
pub(super) type InLine = (i64, Millis, ConversationId);

/// The handoffs by standing; always what the handoffs themselves say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Index {
    /// Whose visitor is there.
    pub(super) waiting: BTreeSet<InLine>,
    /// Whose visitor is away: out of the line, in its order.
    pub(super) away: BTreeSet<InLine>,
    pub(super) messages: BTreeSet<(Millis, ConversationId)>,
    pub(super) assigned: BTreeMap<AgentId, BTreeSet<ConversationId>>,
    pub(super) closed: BTreeSet<(Millis, ConversationId)>,
    /// The weight of each agent's conversations, and of each group's that are assigned; none is 0.
    pub(super) loads: BTreeMap<AgentId, u32>,
    pub(super) group_loads: BTreeMap<GroupId, u32>,
    /// Conversations their agents have still to attend to, by when.
    pub(super) unattended: BTreeSet<(Millis, ConversationId)>,
    /// When visitors were with the agents they know, oldest first.
    pub(super) met: BTreeSet<(Millis, VisitorId)>,
    /// How many of each group wait and may be sent away, those who are away included; none is 0.
    pub(super) lined: BTreeMap<GroupId, u32>,
    /// Those who wait, or are away, until when only for somebody who speaks their language.
    pub(super) narrow: BTreeSet<(Millis, ConversationId)>,
    /// Those who wait and were given back by somebody.
    pub(super) returned: BTreeSet<ConversationId>,
    /// Those who wait to be called back.
    pub(super) called: BTreeSet<ConversationId>,
    /// How many decisions there were.
    pub(super) decided: u64,
}

fn lighten<K: Ord>(loads: &mut BTreeMap<K, u32>, key: &K, weight: u32) {
    if let Some(load) = loads.get_mut(key) {
        *load = load.saturating_sub(weight);
        if *load == 0 {
            loads.remove(key);
        }
    }
}

impl Index {
    pub(super) fn add(&mut self, conversation: &ConversationId, handoff: &Handoff) {
        let id = conversation.clone();
        match &handoff.standing {
            Standing::Waiting => {
                let line = if handoff.away { &mut self.away } else { &mut self.waiting };
                line.insert(handoff.in_line(&id));
                if handoff.call_back {
                    self.called.insert(id.clone());
                } else {
                    *self.lined.entry(handoff.group.clone()).or_default() += 1;
                }
                self.narrow.extend(handoff.narrow.map(|until| (until, id.clone())));
                if !handoff.returned.is_empty() {
                    self.returned.insert(id);
                }
            }
            Standing::Message => {
                self.messages.insert((handoff.since, id));
            }
            Standing::Assigned { agent, answer_by, .. } => {
                self.unattended.extend(answer_by.map(|by| (by, id.clone())));
                let (agent, weight) = (agent.clone(), handoff.weight);
                *self.loads.entry(agent.clone()).or_default() += weight;
                *self.group_loads.entry(handoff.group.clone()).or_default() += weight;
                self.assigned.entry(agent).or_default().insert(id);
            }
            Standing::Closed { at } => {
                self.closed.insert((*at, id));
            }
        }
    }

    pub(super) fn remove(&mut self, conversation: &ConversationId, handoff: &Handoff) {
        let id = conversation.clone();
        match &handoff.standing {
            Standing::Waiting => {
                let line = if handoff.away { &mut self.away } else { &mut self.waiting };
                line.remove(&handoff.in_line(&id));
                if handoff.call_back {
                    self.called.remove(conversation);
                } else {
                    lighten(&mut self.lined, &handoff.group, 1);
                }
                self.returned.remove(&id);
                if let Some(until) = handoff.narrow {
                    self.narrow.remove(&(until, id));
                }
            }
            Standing::Message => {
                self.messages.remove(&(handoff.since, id));
            }
            Standing::Assigned { agent, answer_by, .. } => {
                if let Some(by) = answer_by {
                    self.unattended.remove(&(*by, id));
                }
                if let Some(held) = self.assigned.get_mut(agent) {
                    held.remove(conversation);
                    if held.is_empty() {
                        self.assigned.remove(agent);
                    }
                }
                lighten(&mut self.loads, agent, handoff.weight);
                lighten(&mut self.group_loads, &handoff.group, handoff.weight);
            }
            Standing::Closed { at } => {
                self.closed.remove(&(*at, id));
            }
        }
    }
}
