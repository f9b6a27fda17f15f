//! The machine itself: sockets, dispatch, the order of effects.
//!
//! What is rare is not inlined, here and in the files next to this one: a message runs through little code, once, so
//! that what it costs is mostly the reading of that code.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::clean;
use super::rate::{Bucket, Rate, Verdict};
use super::state::{About, State};
use super::step::Step;
use super::unread::Unread;
use super::{Attachment, Effect, Input, Log, Principal, SocketId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::conversation::Party;
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::{AgentCard, EndedBy, PageContext, Stage};
use crate::protocol::{ClientFrame, ErrorCode, ServerFrame, close};
use crate::security::pass::Pass;
use crate::time::Millis;

/// One conversation: its durable state and who is connected.
///
/// ```
/// use shared::conversation::{Conversation, Input};
/// # struct Empty;
/// # impl shared::conversation::Log for Empty {
/// #     fn find(&self, _: &str, _: &shared::ids::ClientId) -> Option<shared::protocol::Message> { None }
/// #     fn page(&self, _: u64, _: usize, _: bool) -> Vec<shared::protocol::Message> { vec![] }
/// #     fn last(&self, _: u64, _: bool) -> u64 { 0 }
/// # }
/// let mut conversation = Conversation::new();
/// assert_eq!(conversation.next_due(), None);
/// assert!(conversation.handle(shared::time::Millis(0), Input::Tick, &Empty).is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Conversation {
    pub(super) state: State,
    pub(super) sockets: BTreeMap<SocketId, Socket>,
    /// Whether a mark was raised that is not in the row yet, only in an attachment.
    pub(super) unsaved: bool,
    /// What was passed on of the typing of visitor and agents. In memory only.
    pub(super) typing: [Typing; 2],
    rate: Rate,
}

/// What was passed on of one side's typing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Typing {
    /// When an `on` was passed on last.
    pub(super) passed: Option<Millis>,
    /// Neither an `off` nor a message has followed it.
    pub(super) shown: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Socket {
    pub(super) who: Principal,
    greeted: bool,
    pub(super) pass: Option<Pass>,
    bucket: Bucket,
    /// What it was sent and has not shown to hold. In memory only: an object that slept had sent nothing for a while.
    unread: Unread,
}

impl Socket {
    fn new(who: Principal, greeted: bool, pass: Option<Pass>) -> Self {
        Self { who, greeted, pass, bucket: Bucket::default(), unread: Unread::default() }
    }

    pub(super) fn attachment(&self, socket: SocketId, delivered: u64) -> Attachment {
        Attachment { socket, who: self.who.clone(), greeted: self.greeted, delivered, pass: self.pass }
    }
}

impl Principal {
    /// The side a socket is on.
    #[must_use]
    pub const fn party(&self) -> Party {
        match self {
            Self::Visitor { .. } => Party::Visitor,
            Self::Agent { .. } => Party::Agent,
        }
    }

    /// Who its messages are from.
    #[must_use]
    pub fn sender(&self) -> Sender {
        match self {
            Self::Visitor { .. } => Sender::Visitor,
            Self::Agent { agent, .. } => Sender::Agent { agent: agent.clone() },
        }
    }
}

impl Conversation {
    /// A conversation before its `Create`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The conversation as it was: from its row and the attachments of its sockets.
    #[must_use]
    pub fn restore(mut state: State, sockets: Vec<Attachment>) -> Self {
        let mut unsaved = false;
        for Attachment { who, delivered, .. } in &sockets {
            unsaved |= state.raise_marks(who.party(), *delivered, false);
        }
        let sockets = sockets
            .into_iter()
            .map(|a| (a.socket, Socket::new(a.who, a.greeted, a.pass)))
            .collect::<BTreeMap<_, _>>();
        Self { state, sockets, unsaved, typing: [Typing::default(); 2], rate: Rate::default() }
    }

    /// The same conversation, where sockets may send frames at this rate.
    #[must_use]
    pub fn with_rate(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    /// What to persist at [`Effect::Save`].
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// When to wake the machine with [`Input::Tick`]; `None`: no alarm. An idle conversation has one far alarm; one
    /// whose visitor waits looks after them every few minutes.
    #[must_use]
    pub fn next_due(&self) -> Option<Millis> {
        [self.state.idle_end(), self.question_due(), self.brief_due(), self.watch_due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether the visitor is connected.
    #[must_use]
    pub fn visitor_here(&self) -> bool {
        self.sockets.values().any(|s| s.greeted && s.who.party() == Party::Visitor)
    }

    /// What follows from `input`. Effects are to be performed in order: durable ones first, in one block.
    #[must_use]
    pub fn handle(&mut self, now: Millis, input: Input, log: &dyn Log) -> Vec<Effect> {
        let mut step = Step::new(now, log);
        let was_here = self.visitor_here();
        self.clock_went_back(&mut step);
        self.level_ran_out(&mut step);
        self.expel_over(&mut step);
        let looks = matches!(input, Input::Tick);
        let by = if let Input::Frame { socket, .. } = &input { Some(*socket) } else { None };
        self.dispatch(&mut step, input);
        let counted = self.count_sent(&step, 0, by);
        self.expel_slow(&mut step);
        self.expel_old(&mut step);
        let here = self.visitor_here();
        if here != was_here {
            self.broadcast(&mut step, Some(Party::Agent), &ServerFrame::VisitorHere { here });
        }
        self.watch_visitor(&mut step, looks);
        self.count_sent(&step, counted, None);
        self.finish(step)
    }

    /// Counts what is sent, from that effect on, against its readers; `by`: whose frame it answers. Returns how many
    /// effects there are.
    fn count_sent(&mut self, step: &Step<'_>, from: usize, by: Option<SocketId>) -> usize {
        for effect in step.sends.iter().skip(from) {
            if let Effect::Send { socket, frame } = effect
                && let Some(known) = self.sockets.get_mut(socket)
            {
                let own = matches!(&**frame, ServerFrame::Message { message, .. }
                    if by == Some(*socket) && message.from == known.who.sender());
                known.unread.sent(frame, own);
            }
        }
        step.sends.len()
    }

    /// Whoever does not read is not sent more and more: what the network has not taken would be kept in memory.
    fn expel_slow(&mut self, step: &mut Step<'_>) {
        let slow: Vec<_> =
            self.sockets.iter().filter(|(_, s)| s.unread.is_too_much()).map(|(&socket, _)| socket).collect();
        for socket in slow {
            self.expel(step, socket, close::RESYNC);
        }
    }

    /// What was noted at a later time than now would be due only when the clock has caught up.
    fn clock_went_back(&mut self, step: &mut Step<'_>) {
        let now = step.now;
        let asked = self.state.questions.first_mut().and_then(|q| q.asked.as_mut());
        for noted in asked.into_iter().chain([&mut self.state.brief_at]) {
            if *noted > now {
                *noted = now;
                step.save = true;
            }
        }
    }

    /// The shop vouches for a level for a time only.
    fn level_ran_out(&mut self, step: &mut Step<'_>) {
        if self.state.vip > 0 && self.state.vip_until <= step.now {
            self.state.vip = 0;
            step.save = true;
        }
    }

    fn finish(&mut self, step: Step<'_>) -> Vec<Effect> {
        let long = step.appended().any(|message| message.seq.is_multiple_of(limits::SAVED_EVERY));
        let Step { mut durable, sends, save, summary, .. } = step;
        if save || long {
            self.unsaved = false;
            durable.push(Effect::Save);
        }
        if summary {
            durable.extend(self.state.summary().map(Effect::Summarise));
        }
        durable.extend(sends);
        durable
    }

    fn dispatch(&mut self, step: &mut Step<'_>, input: Input) {
        if let Input::Create { site, conversation, visitor, lang, page, opener } = input {
            let about = About { site, conversation, visitor, started: step.now };
            return self.create(step, about, lang, page, opener);
        }
        if self.state.about.is_none() {
            if let Input::Connect { socket, .. } | Input::Frame { socket, .. } = input {
                step.afterwards(Effect::Close { socket, code: close::NOT_FOUND });
            }
            return;
        }
        match input {
            Input::Create { .. } => {}
            Input::Connect { socket, who, pass } => self.connect(step, socket, who, pass),
            Input::SignedOut { sessions } => self.signed_out(step, &sessions),
            Input::Identified { socket, identity } => self.identified(step, socket, identity),
            Input::Frame { socket, frame, renewed } => self.frame(step, socket, frame, renewed),
            Input::BadFrame { socket, code } => self.bad_frame(step, socket, code),
            Input::Disconnect { socket } => {
                self.sockets.remove(&socket);
                // The mark in its attachment goes with it.
                step.save |= self.unsaved;
            }
            Input::Bot { seq, reply } => self.bot_replied(step, seq, reply),
            Input::Desk(item) => self.desk_spoke(step, item),
            Input::Alive { proved } => self.expel_silent(step, &proved),
            Input::Tick => self.tick(step),
        }
    }

    #[inline(never)]
    fn create(
        &mut self,
        step: &mut Step<'_>,
        about: About,
        lang: Lang,
        page: Option<PageContext>,
        opener: Option<Body>,
    ) {
        if self.state.about.is_some() {
            return;
        }
        self.state.about = Some(about);
        self.state.lang = lang;
        self.state.page = page.map(clean::page);
        (self.state.visitor_at, self.state.last_at) = (step.now, step.now);
        step.save = true;
        if let Some(Body::Opener { campaign, text, lang }) = opener {
            let text = clean::shortened(&text, limits::TEXT_CHARS);
            self.append(step, Sender::Bot, None, Body::Opener { campaign, text, lang });
        }
    }

    #[inline(never)]
    fn connect(&mut self, step: &mut Step<'_>, socket: SocketId, who: Principal, pass: Option<Pass>) {
        let stranger = match (&who, &self.state.about) {
            (Principal::Visitor { visitor }, Some(about)) => *visitor != about.visitor,
            _ => false,
        };
        if stranger {
            step.afterwards(Effect::Close { socket, code: close::UNAUTHENTICATED });
            return;
        }
        if who.party() == Party::Visitor || pass.is_some() {
            self.make_room(step, &who);
        }
        let new = Socket::new(who, false, pass);
        step.attach(new.attachment(socket, 0));
        self.sockets.insert(socket, new);
    }

    /// Sockets a network left half-open must not lock people out: the oldest one of the side goes.
    #[inline(never)]
    fn make_room(&mut self, step: &mut Step<'_>, who: &Principal) {
        let side = who.party();
        let of_side = || self.sockets.iter().filter(|(_, s)| s.who.party() == side);
        let most = match side {
            Party::Visitor => limits::VISITOR_SOCKETS,
            Party::Agent => limits::CONVERSATION_SOCKETS - limits::VISITOR_SOCKETS,
        };
        if of_side().count() >= most
            && let Some((&oldest, _)) = of_side().next()
        {
            self.expel(step, oldest, close::RATE_LIMITED);
        }
    }

    #[inline(never)]
    pub(super) fn expel(&mut self, step: &mut Step<'_>, socket: SocketId, code: u16) {
        self.sockets.remove(&socket);
        step.save |= self.unsaved;
        step.afterwards(Effect::Close { socket, code });
    }

    /// Counts a frame; `false` when it is refused.
    fn admit(&mut self, step: &mut Step<'_>, socket: SocketId, cost: u32) -> bool {
        let Some(known) = self.sockets.get_mut(&socket) else {
            // Unknown after a restore: whoever it is connects anew.
            step.afterwards(Effect::Close { socket, code: close::RESYNC });
            return false;
        };
        match known.bucket.take(step.now, cost, self.rate) {
            Verdict::Take => true,
            Verdict::Refuse { retry_after } => {
                let code = ErrorCode::RateLimited;
                let retry_after = Some(retry_after);
                step.send(socket, ServerFrame::Error { code, client_id: None, retry_after });
                false
            }
            Verdict::Hopeless => {
                self.expel(step, socket, close::RATE_LIMITED);
                false
            }
        }
    }

    #[inline(never)]
    fn bad_frame(&mut self, step: &mut Step<'_>, socket: SocketId, code: ErrorCode) {
        if self.admit(step, socket, 1) {
            step.refuse(socket, code, None);
            if code == ErrorCode::FrameTooLarge {
                self.expel(step, socket, close::TOO_LARGE);
            }
        }
    }

    #[inline(never)]
    fn frame(&mut self, step: &mut Step<'_>, socket: SocketId, frame: ClientFrame, renewed: Option<String>) {
        let cost = match frame {
            ClientFrame::Hello { .. } | ClientFrame::Resume { .. } => limits::RESUME_COSTS,
            _ => 1,
        };
        if !self.admit(step, socket, cost) {
            return;
        }
        let Some(known) = self.sockets.get_mut(&socket) else { return };
        let who = known.who.clone();
        if let ClientFrame::Hello { after: seq, .. }
        | ClientFrame::Resume { after: seq }
        | ClientFrame::Delivered { seq }
        | ClientFrame::Read { seq } = frame
        {
            known.unread.holds(seq);
        }
        if let ClientFrame::Hello { after, lang, page } = frame {
            if !known.greeted {
                known.greeted = true;
                step.attach(known.attachment(socket, 0));
            }
            self.hello(step, socket, &who, after, lang, page, renewed);
            self.mark(step, socket, after, false);
        } else if !known.greeted {
            step.refuse(socket, ErrorCode::BadFrame, frame.client_id().cloned());
        } else {
            match &who {
                Principal::Visitor { .. } => self.visitor_frame(step, socket, frame),
                Principal::Agent { agent, supervisor } => {
                    self.agent_frame(step, socket, agent, *supervisor, frame);
                }
            }
        }
    }

    #[inline(never)]
    fn tick(&mut self, step: &mut Step<'_>) {
        if self.state.idle_end().is_some_and(|due| due <= step.now) {
            self.end(step, EndedBy::Idle);
        }
        self.retry_question(step);
        self.retry_brief(step);
    }

    /// Sends to every greeted socket of that side, or of both.
    #[inline(never)]
    pub(super) fn broadcast(&self, step: &mut Step<'_>, to: Option<Party>, frame: &ServerFrame) {
        let mut shared = None;
        for (&socket, known) in &self.sockets {
            if known.greeted && to.is_none_or(|side| side == known.who.party()) {
                let frame = shared.get_or_insert_with(|| Rc::new(frame.clone()));
                step.send_shared(socket, frame.clone());
            }
        }
    }

    /// Appends to the log and shows it to everybody who may see it. Returns its sequence. What that changes in the
    /// state need not be saved (`State::absorb`); whoever changes more says so.
    pub(super) fn append(
        &mut self,
        step: &mut Step<'_>,
        from: Sender,
        client_id: Option<crate::ids::ClientId>,
        body: Body,
    ) -> u64 {
        let (last, last_public) = (self.state.last, self.state.last_public);
        let seq = last + 1;
        // What was being typed is said: readers take the notice away by themselves, and typing again is news.
        match from {
            Sender::Visitor => self.typing[0] = Typing::default(),
            Sender::Agent { .. } => self.typing[1] = Typing::default(),
            Sender::Bot | Sender::System => {}
        }
        let message = Message { seq, at: step.now, from, client_id, body };
        let public = message.is_public();
        self.state.absorb(&message);
        // What visitors and agents get differs where notes came between.
        let mut shared: [Option<Rc<ServerFrame>>; 2] = [None, None];
        for (&socket, known) in &self.sockets {
            let visitor = known.who.party() == Party::Visitor;
            if !known.greeted || (visitor && !public) {
                continue;
            }
            let prev = if visitor { last_public } else { last };
            let frame = shared[usize::from(prev == last)]
                .get_or_insert_with(|| Rc::new(ServerFrame::Message { prev, message: message.clone() }));
            step.send_shared(socket, frame.clone());
        }
        step.durable.push(Effect::Append(message));
        seq
    }

    #[inline(never)]
    pub(super) fn set_stage(&mut self, step: &mut Step<'_>, stage: Stage) {
        self.broadcast(step, None, &ServerFrame::Stage { stage: stage.clone() });
        if std::mem::discriminant(&stage) != std::mem::discriminant(&self.state.stage) {
            // Whatever the bot asked for, it is another moment now.
            self.state.flow = None;
        }
        if !matches!(stage, Stage::Ended { .. }) {
            (self.state.mood, self.state.urgent) = self.state.shown();
        }
        self.state.offers(&stage);
        self.state.stage = stage;
        step.save = true;
        step.summary = true;
    }

    /// Whether people may still add to the log.
    pub(super) const fn has_room(&self) -> bool {
        self.state.last < limits::CONVERSATION_MESSAGES
    }

    /// Whether the conversation is this agent's.
    pub(super) fn is_assigned_to(&self, agent: &AgentCard) -> bool {
        matches!(&self.state.stage, Stage::Assigned { agent: assigned } if assigned.id == agent.id)
    }
}
