//! The planted mistakes. Each must be found; an edit whose text is not in the source any more is an error, so that
//! the list stays true.

use anyhow::{Result, bail};

/// A mistake inside a machine: `find`, which stands once in `file` (below `shared/src`), becomes `replace`.
pub(super) struct Edit {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    find: &'static str,
    replace: &'static str,
}

impl Edit {
    /// The source with the mistake in it.
    pub(super) fn apply(&self, source: &str) -> Result<String> {
        let Self { name, file, find, replace } = self;
        match source.matches(find).count() {
            1 => Ok(source.replacen(find, replace, 1)),
            times => bail!("{name}: the text to change stands {times} times in {file}, not once:\n{find}"),
        }
    }
}

/// Mistakes the simulation itself can plant into the shell (`shared::testing::sim::Bug`).
pub(super) const SHELL: &[(&str, &str)] = &[
    ("SendBeforePersist", "sends go out before anything is written"),
    ("ForgetDedupe", "the log does not find what a client id was used for"),
    ("ShortPages", "pages lack their last message"),
    ("SkipSave", "the row is not written with the log"),
    ("ReorderItems", "the newest item for another object goes first"),
    ("LoseItems", "items for another object are kept in memory only"),
    ("ForgetGreeted", "after an eviction sockets count as not greeted"),
    ("SkipLive", "now and then a live message is not sent"),
];

/// Mistakes inside the machines.
pub(super) const EDITS: &[Edit] = &[
    Edit {
        name: "conversation: acknowledges before it persists",
        file: "conversation/machine.rs",
        find: "        durable.extend(sends);\n        durable\n",
        replace: "        let mut all = sends;\n        all.extend(durable);\n        all\n",
    },
    Edit {
        name: "conversation: forgets that a message was sent before",
        file: "conversation/words.rs",
        find: "let Some(message) = step.log.find(&sender_key(from), client_id) else { return false };",
        replace: "let Some(message) = step.log.find(&sender_key(from), client_id).filter(|m| m.seq == 0) else \
                  { return false };",
    },
    Edit {
        name: "conversation: uses a sequence number again",
        file: "conversation/machine.rs",
        find: "        let seq = last + 1;\n",
        replace: "        let seq = if last > 0 && matches!(from, Sender::Bot) { last } else { last + 1 };\n",
    },
    Edit {
        name: "conversation: drops the second page of a resume",
        file: "conversation/resume.rs",
        find: "            step.send(socket, ServerFrame::Page { after, messages, more, ask });\n",
        replace: "            if page != 2 {\n                step.send(socket, ServerFrame::Page { after, messages, \
                  more, ask });\n            }\n",
    },
    Edit {
        name: "conversation: a resume skips a message",
        file: "conversation/resume.rs",
        find: "step.log.page(after, limits::PAGE_MESSAGES, public)",
        replace: "step.log.page(after + u64::from(after > 9), limits::PAGE_MESSAGES, public)",
    },
    Edit {
        name: "conversation: live notes reach visitors",
        file: "conversation/machine.rs",
        find: "if !known.greeted || (visitor && !public) {",
        replace: "if !known.greeted {",
    },
    Edit {
        name: "conversation: pages show visitors the notes",
        file: "conversation/frames.rs",
        find: "self.pages(step, socket, after, true);",
        replace: "self.pages(step, socket, after, false);",
    },
    Edit {
        name: "conversation: an eviction forgets who was greeted",
        file: "conversation/machine.rs",
        find: "Socket::new(a.who, a.greeted, a.pass)",
        replace: "Socket::new(a.who, false, a.pass)",
    },
    Edit {
        name: "conversation: read marks are not saved",
        file: "conversation/frames.rs",
        find: "            step.save = true;\n            self.broadcast(step, None, &read);\n",
        replace: "            self.broadcast(step, None, &read);\n",
    },
    Edit {
        name: "conversation: what is delivered is forgotten with the object",
        file: "conversation/frames.rs",
        find: "            known.into_iter().for_each(|known| step.attach(known.attachment(socket, delivered)));\n",
        replace: "            let _ = (known, delivered);\n",
    },
    Edit {
        name: "conversation: what is delivered goes with the socket",
        file: "conversation/machine.rs",
        find: "                // The mark in its attachment goes with it.\n                step.save |= self.unsaved;\n",
        replace: "",
    },
    Edit {
        name: "conversation: read marks pass what was shown",
        file: "conversation/state.rs",
        find: "        let seq = seq.min(newest);\n",
        replace: "        let seq = seq.min(newest + 1);\n",
    },
    Edit {
        name: "conversation: the bot's reply counts twice",
        file: "conversation/bot.rs",
        find: "if self.state.questions.first().is_none_or(|q| q.seq != seq) {",
        replace: "if self.state.questions.is_empty() {",
    },
    Edit {
        name: "conversation: the bot answers in an agent's turn",
        file: "conversation/words.rs",
        find: "Words::Plain if self.state.bot_listens() || self.state.flow.is_some() => {",
        replace: "Words::Plain => {",
    },
    Edit {
        name: "conversation: a question is forgotten when the clock goes back",
        file: "conversation/machine.rs",
        find: "            if *noted > now {\n",
        replace: "            if false && *noted > now {\n",
    },
    Edit {
        name: "conversation: accepts answers to older requests for a human",
        file: "conversation/desk.rs",
        find: "let stale = |handoff: HandoffNo| handoff != self.state.handoff;",
        replace: "let stale = |_: HandoffNo| false;",
    },
    Edit {
        name: "conversation: does not hear that its agent vanished",
        file: "conversation/desk.rs",
        find: "                    && agent.id == lost\n",
        replace: "                    && agent.id == lost\n                    && false\n",
    },
    Edit {
        name: "conversation: ends without leaving the queue",
        file: "conversation/desk.rs",
        find: "Stage::Queued { .. } | Stage::MessageLeft => self.withdraw(step),",
        replace: "Stage::Queued { .. } | Stage::MessageLeft => {}",
    },
    Edit {
        name: "conversation: does not say that a visitor who was away is back",
        file: "conversation/watch.rs",
        find: "        if here && self.state.absent && self.state.with_desk() {\n",
        replace: "        if here && self.state.absent && self.state.idle_end().is_none() {\n",
    },
    Edit {
        name: "conversation: does not notice that an away visitor's sockets were lost with the object",
        file: "conversation/watch.rs",
        find: "            Watch::Off => None,\n            Watch::Here { at } | Watch::Gone { at } =>",
        replace: "            Watch::Off | Watch::Here { .. } => None,\n            Watch::Gone { at } =>",
    },
    Edit {
        name: "desk: gives agents the conversations of visitors who are away",
        file: "desk/index.rs",
        find: "                line.insert(handoff.in_line(&id));\n",
        replace: "                let _ = line;\n                self.waiting.insert(handoff.in_line(&id));\n",
    },
    Edit {
        name: "desk: whoever was away stands behind all others",
        file: "desk/handoffs.rs",
        find: "        self.change(id, |h| h.away = !here);\n",
        replace: "        self.change(id, |h| (h.away, h.since) = (!here, now));\n",
    },
    Edit {
        name: "desk: does not tell that an agent vanished",
        file: "desk/handoffs.rs",
        find: "        out.returned.insert(id.clone(), Returned { lost: agent, given_back });\n",
        replace: "        let _ = (Returned { lost: agent, given_back }, out);\n",
    },
    Edit {
        name: "desk: a conversation whose agent is not known any more stays with nobody",
        file: "desk/handoffs.rs",
        find: "        let orphaned = |id: &&AgentId| self.agents.get(id).is_none();\n",
        replace: "        let orphaned = |_: &&AgentId| false;\n",
    },
    Edit {
        name: "desk: keeps the conversations of agents who vanished",
        file: "desk/handoffs.rs",
        find: "            h.standing = Standing::Waiting;\n            h.returned.retain",
        replace: "            h.returned.retain",
    },
    Edit {
        name: "desk: whoever comes back to the queue goes to its end",
        file: "desk/handoffs.rs",
        find: "            h.standing = Standing::Waiting;\n            h.returned.retain",
        replace: "            h.since = now;\n            h.standing = Standing::Waiting;\n            h.returned.retain",
    },
    Edit {
        name: "desk: assigns past an agent's capacity",
        file: "desk/routing.rs",
        find: "(load == 0 || load.saturating_add(weight) <= agent.profile.capacity)",
        replace: "(load == 0 || weight > 0)",
    },
    Edit {
        name: "desk: gives agents who wrap up something new",
        file: "desk/routing.rs",
        find: "        here && agent.wrap_up.is_none() && self.load",
        replace: "        here && self.load",
    },
    Edit {
        name: "desk: light conversations keep a heavy one waiting",
        file: "desk/routing.rs",
        find: "                    free.retain(|id| id != held);\n",
        replace: "                    let _ = held;\n",
    },
    Edit {
        name: "desk: a full group lets lighter ones of it by",
        file: "desk/routing.rs",
        find: "                full.insert(h.group.clone());\n",
        replace: "                full.clear();\n",
    },
    Edit {
        name: "desk: the more important stand behind the others",
        file: "desk/cells.rs",
        find: ".saturating_sub(head_start);",
        replace: ".saturating_add(head_start);",
    },
    Edit {
        name: "desk: what nobody attends to stays with its agent",
        file: "desk/requests.rs",
        find: ".filter(|_| watched)",
        replace: ".filter(|_| watched && waited > u64::MAX - 1)",
    },
    Edit {
        name: "desk: an agent who does not answer stays online",
        file: "desk/shifts.rs",
        find: "held.missed >= limits::NO_ANSWERS",
        replace: "held.missed > 1_000",
    },
    Edit {
        name: "routing: the last rule that fits decides",
        file: "routing/explain.rs",
        find: "                decided = Some((number, rule));\n                break;\n",
        replace: "                decided = Some((number, rule));\n",
    },
    Edit {
        name: "desk: assigns what is assigned already",
        file: "desk/requests.rs",
        find: "Standing::Assigned { .. } => return Err(ErrorCode::Taken),",
        replace: "Standing::Assigned { .. } => false,",
    },
    Edit {
        name: "desk: shows one position twice",
        file: "desk/places.rs",
        find: "            None => (least..u32::MAX).find(|n| !self.0.contains(n)).unwrap_or(u32::MAX),\n",
        replace: "            None => least,\n",
    },
    Edit {
        name: "desk: takes an older request for a newer one",
        file: "desk/handoffs.rs",
        find: "            if no <= old.no {\n                return;\n",
        replace: "            if no < old.no {\n                return;\n",
    },
    Edit {
        name: "link: ignores gaps between live messages",
        file: "link/replica.rs",
        find: "        if prev != newest {\n            self.ask = true;\n        }\n        prev == newest\n",
        replace: "        let _ = prev;\n        true\n",
    },
    Edit {
        name: "link: takes a message that comes twice",
        file: "link/replica.rs",
        find: "        if message.seq <= newest {\n            return false;\n        }\n",
        replace: "",
    },
    Edit {
        name: "link: sends again under a new id",
        file: "link/line.rs",
        find: "            self.forget_line();\n            self.greet = true;\n",
        replace: "            self.forget_line();\n            self.greet = true;\n            for pending in &mut \
                  self.outbox {\n                if let super::Draft::Text { client_id, .. } = &mut \
                  pending.draft {\n                    *client_id = \
                  crate::ids::ClientId::from_random(u128::from(step.entropy));\n                }\n            }\n",
    },
    Edit {
        name: "link: forgets the outbox after a reload",
        file: "link/machine.rs",
        find: "            outbox,\n            acked: Vec::new(),",
        replace: "            outbox: outbox.into_iter().take(0).collect(),\n            acked: Vec::new(),",
    },
    Edit {
        name: "link: counts a message as sent when it leaves",
        file: "link/outbox.rs",
        find: "            step.transmit(next.draft.frame());\n            return;\n",
        replace: "            step.transmit(next.draft.frame());\n            self.acked.push(\
                  next.draft.client_id().clone());\n            return;\n",
    },
    Edit {
        name: "link: does not send again what a broken line swallowed",
        file: "link/line.rs",
        find: "    fn forget_line(&mut self) {\n        self.in_flight = None;\n",
        replace: "    fn forget_line(&mut self) {\n        if let Some((_, at)) = &mut self.in_flight {\n            \
                  *at = Millis(u64::MAX / 2);\n        }\n",
    },
    Edit {
        name: "link: reconnects without jitter",
        file: "link/line.rs",
        find: "step.now.plus(step.entropy % (ceiling + 1))",
        replace: "step.now.plus(ceiling)",
    },
    Edit {
        name: "conversation: the log does not tell what was said last",
        file: "conversation/state.rs",
        find: "                self.preview.push_str(\n                    text.char_indices()\
               .nth(limits::SHORT_CHARS).map_or(text, |(end, _)| &text[..end]),\n                );\n",
        replace: "",
    },
    Edit {
        name: "conversation: believes that the log tells everything",
        file: "conversation/desk.rs",
        find: "            step.save |= !self.state.brief_due;\n",
        replace: "",
    },
    Edit {
        name: "conversation: saves its state seldom",
        file: "conversation/machine.rs",
        find: "        if save || long {\n",
        replace: "        if save || (long && self.unsaved) {\n",
    },
    Edit {
        name: "conversation: does not count the bytes that readers are sent",
        file: "conversation/unread.rs",
        find: "self.sum.bytes + self.repeated > limits::UNCONFIRMED_BYTES",
        replace: "self.sum.bytes + self.repeated == usize::MAX",
    },
    Edit {
        name: "conversation: a reader's own messages count against it",
        file: "conversation/unread.rs",
        find: "messages: u32::from(!own) });",
        replace: "messages: 1 + u32::from(own & false) });",
    },
    Edit {
        name: "conversation: believes that a reader holds what it was never sent",
        file: "conversation/unread.rs",
        find: "        if seq > self.newest {\n            return;\n        }\n",
        replace: "",
    },
    Edit {
        name: "conversation: pages asked for again cost nothing",
        file: "conversation/unread.rs",
        find: "                        self.repeated += weight(message);\n",
        replace: "                        self.repeated += weight(message).min(0);\n",
    },
    Edit {
        name: "link: stays in a conversation that takes no more",
        file: "link/line.rs",
        find: "        step.last = Some(Effect::Over);\n",
        replace: "",
    },
    Edit {
        name: "link: leaves behind what a dead conversation refused",
        file: "link/view.rs",
        find: "                pending.failed = None;\n",
        replace: "                let _ = pending;\n",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paths;

    #[test]
    fn every_edit_stands_once_in_its_source() {
        for edit in EDITS {
            let source = std::fs::read_to_string(paths::root().join("shared/src").join(edit.file)).unwrap();
            assert_ne!(edit.apply(&source).unwrap(), source, "{}", edit.name);
        }
    }
}
