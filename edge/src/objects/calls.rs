//! Typed calls from the Worker (or an object) to an object. Both ends share these types; a call is a POST with a
//! JSON body, which no request from outside can reach.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::conversation::Principal;
use shared::desk::AgentProfile;
use shared::exchange::{Summary, Unanswered};
use shared::faq::Entry;
use shared::hooks::HookEvent;
use shared::ids::{AgentId, CampaignId, ConversationId, EndpointId, EntryId, SiteKey, TokenId, VisitorId};
use shared::kb::check::Problem;
use shared::kb::diff::Changes;
use shared::kb::exchange::Format;
use shared::kb::list::Filter;
use shared::kb::topics::Extra;
use shared::kb::{Content, Version};
use shared::lang::Lang;
use shared::outside::{Messages, Mine, PresenceState};
use shared::protocol::ErrorCode;
use shared::protocol::connections::{
    CreateToken, CreatedToken, EndpointAction, EndpointRow, Letter, LetterAction, SaveEndpoint,
    SavedEndpoint, TestResult, TokenRow,
};
use shared::protocol::desk::Presence;
use shared::protocol::http::RoutingView;
use shared::protocol::http::{ErrorBody, Me, PutAgent};
use shared::protocol::insights::Insights;
use shared::protocol::kb::{
    EntryAction, ImportMode, KbEntry, KbList, PublishAll, PublishedAll, QuestionAction, QuestionList,
    SaveEntry,
};
use shared::protocol::roster::{Coverage, RosterPage};
use shared::protocol::{AgentCard, Availability, ClientFrame, DeskRequest, PageContext};
use shared::roster::{Fault, Roster, Team};
use shared::routing::{Fault as RoutingFault, Routing};
use shared::security::identity::Identity;
use shared::security::pass::Pass;
use shared::security::secrets::{Believed, Secrets};
use shared::site::Settings;
use shared::time::{MINUTE, Millis, SECOND};
use worker::{Delay, Env, Headers, Method, Request, RequestInit, Response, Stub};

use crate::clock;
use crate::error::{Error, Outcome, Result};

/// Where a site object gives its index, which is too large for a call's JSON.
pub(crate) const INDEX: &str = "/index";

/// A kind of call: which object takes it, inside which enum, and what comes back.
pub(crate) trait Call: Sized {
    type Enum: Serialize + From<Self>;
    type Reply: Serialize + DeserializeOwned;
    const BINDING: &'static str;

    /// The typed answer to this call, ready to send.
    fn answer(result: Result<Self::Reply>) -> worker::Result<Response> {
        Response::from_json(&Outcome::from(result))
    }
}

macro_rules! calls {
    ($(#[$doc:meta])* $all:ident at $binding:literal {
        $($(#[$call_doc:meta])* $call:ident { $($(#[$how:meta])* $field:ident: $kind:ty),* $(,)? } -> $reply:ty;)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $all { $($call($call)),* }
        $(
            $(#[$call_doc])*
            #[derive(Debug, Serialize, Deserialize)]
            pub(crate) struct $call { $($(#[$how])* pub $field: $kind),* }
            impl From<$call> for $all {
                fn from(call: $call) -> Self { Self::$call(call) }
            }
            impl Call for $call {
                type Enum = $all;
                type Reply = $reply;
                const BINDING: &'static str = $binding;
            }
        )*
    };
}

calls! {
    /// Calls to a site.
    SiteCall at "SITE" {
        /// Everything the Worker and the bot need; `None` when `have` is still the newest version and `lesson` the
        /// newest lesson.
        GetSnapshot { have: Option<u64>, lesson: Option<u64> } -> Option<Snapshot>;
        /// The index of this lesson is of no use: it is to be learned anew.
        LearnAgain { lesson: u64 } -> ();
        /// Creates the site, or replaces its settings.
        PutSettings { site: SiteKey, settings: Settings } -> ();
        /// Creates or changes an account.
        PutAccount { id: AgentId, agent: PutAgent } -> AgentProfile;
        /// Removes an account and its sessions.
        RemoveAccount { id: AgentId } -> ();
        /// The site's routing, and who is in which skill group.
        GetRouting {} -> RoutingView;
        /// Replaces the routing of this version with this one.
        PutRouting { base: u64, routing: Routing } -> SavedRouting;
        /// A page of the knowledge base's list.
        ListEntries { search: String, filter: Filter, offset: u64 } -> KbList;
        /// An entry with its history.
        GetEntry { id: EntryId } -> KbEntry;
        /// One version of an entry.
        GetVersion { id: EntryId, version: u64 } -> Version;
        /// Saves an entry.
        PutEntry { id: EntryId, save: SaveEntry, by: AgentCard } -> Changed;
        /// Does something else to an entry.
        ActOnEntry { id: EntryId, action: EntryAction, by: AgentCard } -> Changed;
        /// Publishes everything pending.
        PublishEntries { publish: PublishAll, by: AgentCard } -> PublishedAll;
        /// Says what a file would change, or lets it.
        ImportEntries {
            entries: Vec<(EntryId, Content)>, format: Format, mode: ImportMode, confirm: Confirm, publish: bool,
            by: Option<AgentCard>,
        } -> Imported;
        /// Everything that is published, or with `draft` as its authors go on writing it.
        ExportEntries { draft: bool } -> Vec<(EntryId, Content)>;
        /// What shoppers would get if everything were published; `None` when `have` is still the newest revision.
        GetDrafts { have: Option<u64> } -> Option<Drafts>;
        /// Takes one of the requests to a language model that a day has; `false` when none is left.
        Spend { most: u32 } -> bool;
        /// The roster and everybody it may plan.
        GetRoster {} -> RosterPage;
        /// Replaces the roster, if its edition is still the one named.
        PutRoster { edition: Option<u64>, roster: Roster } -> SavedRoster;
        /// What a roster would come to between two instants.
        PreviewTeam { roster: Roster, from: Millis, to: Millis } -> Coverage;
        /// Opens a session: its secret, and who it is.
        OpenSession { email: String, password: String, address: Option<String> } -> (String, Me);
        /// Who a session's secret belongs to.
        GetSession { secret: String } -> SignedIn;
        /// The same, for a socket that opens: to a conversation, or to the desk.
        Admit { secret: String, conversation: Option<ConversationId> } -> (SignedIn, Pass);
        /// Ends a session.
        CloseSession { secret: String } -> ();
        /// Makes an API token for an account.
        PutToken { create: CreateToken } -> CreatedToken;
        /// Revokes an API token.
        RevokeToken { id: TokenId } -> ();
        /// API tokens, the accounts one can be made for, and whether identities can be signed.
        GetTokens {} -> (Vec<TokenRow>, Vec<AgentCard>, bool);
        /// Whose an API token is.
        GetTokenUser { secret: String } -> SignedIn;
        /// Makes a new secret for signed identities, or takes it away.
        PutIdentitySecret { on: bool, #[serde(default = "at_once")] at_once: bool } -> Option<String>;
        /// Whether anybody elsewhere is to be told what happens.
        SetFollowed { followed: bool } -> ();
    }
}

calls! {
    /// Calls to a conversation.
    ConversationCall at "CONVERSATION" {
        /// Begins it.
        Create {
            site: SiteKey, conversation: ConversationId, visitor: VisitorId, lang: Lang, page: Option<PageContext>,
            opener: Option<(CampaignId, String)>,
        } -> ();
        /// Items from its desk.
        ConversationDeliver { source: String, items: Vec<(u64, shared::exchange::FromDesk)> } -> ();
        /// These sessions of agents have ended.
        EndSockets { sessions: Vec<u64> } -> ();
        /// An agent asks over the API.
        AskConversation { site: SiteKey, agent: AgentCard, supervisor: bool, ask: AskedOfConversation } -> Told;
    }
}

calls! {
    /// Calls to a desk.
    DeskCall at "DESK" {
        /// Whether humans can be reached, and how long it would take.
        GetAvailability {} -> Availability;
        /// The roster, or who it is about, was changed.
        PutTeam { site: SiteKey, team: Team } -> ();
        /// The site's routing of this version, and whose signatures it believes.
        SetRouting { site: SiteKey, version: u64, routing: Routing, believed: Believed } -> ();
        /// An account as it is now; absent: it is gone.
        SetAccount { site: SiteKey, agent: AgentId, profile: Option<AgentProfile> } -> ();
        /// What the last days came to.
        GetInsights { days: u64 } -> Insights;
        /// Items from a conversation.
        DeskDeliver { site: SiteKey, source: String, items: Vec<(u64, shared::exchange::ToDesk)> } -> ();
        /// These sessions of agents have ended.
        EndWindows { sessions: Vec<u64> } -> ();
        /// An agent asks over the API.
        AskDesk { site: SiteKey, profile: AgentProfile, ask: AskedOfDesk } -> (PresenceState, Mine);
    }
}

calls! {
    /// Calls to an archive.
    ArchiveCall at "ARCHIVE" {
        /// Conversations last changed before `before`, newest first.
        GetRecent { before: u64, limit: u64 } -> Vec<Summary>;
        /// Unanswered questions, most frequent first.
        GetQuestions {} -> QuestionList;
        /// Does something about one of them.
        ActOnQuestion { id: u64, action: QuestionAction } -> ();
        /// Unanswered questions of a conversation.
        QuestionsDeliver { source: String, items: Vec<(u64, Unanswered)> } -> ();
        /// Summaries from a conversation.
        ArchiveDeliver { source: String, items: Vec<(u64, Summary)> } -> ();
    }
}

calls! {
    /// Calls to a site's hooks.
    HooksCall at "HOOKS" {
        /// What happened in a conversation after `after` and up to `upto`, both sequences of its log. Answered by how far
        /// it has been told: further than `after` when it was told before, less far when something is missing.
        Follow { conversation: ConversationId, after: u64, upto: u64, events: Vec<HookEvent> } -> u64;
        /// Endpoints and dead letters.
        GetEndpoints {} -> (Vec<EndpointRow>, Vec<Letter>);
        /// Makes an endpoint, or changes one.
        PutEndpoint { id: Option<EndpointId>, save: SaveEndpoint, by: AgentCard } -> Put;
        /// Does something else with an endpoint.
        ActOnEndpoint { site: SiteKey, id: EndpointId, action: EndpointAction } -> Acted;
        /// Does something with one dead letter, or with all.
        ActOnLetters { id: Option<u64>, action: LetterAction } -> ();
    }
}

/// What came of saving an endpoint, and whether any is to be told anything.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Put {
    pub saved: SavedEndpoint,
    pub followed: bool,
}

/// What came of another deed, and whether any endpoint is to be told anything.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Acted {
    pub followed: bool,
    pub test: Option<TestResult>,
    pub secret: Option<String>,
}

/// What an agent asks of a conversation over the API.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskedOfConversation {
    /// The log after a sequence.
    Messages(u64),
    /// Writes, or ends.
    Do(ClientFrame),
}

/// What a conversation tells over the API.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    Messages(Messages),
    Written { seq: u64, at: Millis },
    Done,
}

/// What an agent asks of the desk over the API.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskedOfDesk {
    /// How things stand.
    Look,
    /// Presence for so many milliseconds, or gone.
    Presence(Presence, Option<u64>),
    /// Anything else that a console window may ask.
    Do(DeskRequest),
}

/// What the Worker and the bot need of a site.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub version: u64,
    pub settings: Settings,
    /// The key of visitor tokens, base64url.
    pub key: String,
    pub entries: Vec<Entry>,
    /// Of those that have more than texts.
    pub extras: Vec<Extra>,
    /// Whether anybody elsewhere is to be told what happens.
    pub followed: bool,
    /// The number of the lesson in which the index of these entries was learned, when it was.
    pub lesson: Option<u64>,
    /// What the shop signs its customers' identities with; an earlier build says nothing of it, and nobody is believed.
    #[serde(default)]
    pub identity: Secrets,
}

/// What came of saving a roster.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SavedRoster {
    To(RosterPage),
    Unsound(Vec<Fault>),
}

/// What came of saving a routing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SavedRouting {
    To(RoutingView),
    Unsound(Vec<RoutingFault>),
}

/// What an identity came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Identified {
    As(Identity),
    Not(ErrorCode),
}

/// What came of a change to an entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Changed {
    To(KbEntry),
    Unsound(Vec<Problem>),
}

/// Whether a file is let change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Confirm {
    /// No: only say what it would.
    Preview,
    /// If the knowledge base is still at this revision.
    At(u64),
    /// Whatever stands there.
    Anyway,
}

/// What a file changes, or changed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Imported {
    pub revision: u64,
    pub changes: Changes,
}

/// The knowledge base as it would be published.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Drafts {
    pub revision: u64,
    pub entries: Vec<Entry>,
}

/// A live session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignedIn {
    pub profile: AgentProfile,
    pub me: Me,
}

/// Who is behind a socket handed to an object.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Caller {
    /// For a conversation object. `identity`: who the shop says the visitor is, or why that is not believed; `pass`: what
    /// an agent's socket rests on.
    Conversation {
        site: SiteKey,
        who: Principal,
        renewed: Option<String>,
        #[serde(default)]
        identity: Option<Identified>,
        #[serde(default)]
        pass: Option<Pass>,
    },
    /// For a desk object.
    Desk {
        site: SiteKey,
        profile: AgentProfile,
        #[serde(default = "briefly")]
        pass: Pass,
    },
}

/// An earlier build's request rests on a session that nobody names: no sign-out would find the socket, so it is soon to be
/// opened anew.
pub(crate) fn briefly() -> Pass {
    let now = clock::now();
    Pass { session: 0, at: now, ends: now.plus(MINUTE) }
}

/// An earlier build knows no other way to replace a secret.
const fn at_once() -> bool {
    true
}

/// An object that does not answer for this long counts as not reached.
const GIVE_UP: u64 = 15 * SECOND;

/// The header that carries [`Caller`] as JSON.
pub(crate) const CALLER: &str = "x-edgedesk-caller";

/// The object with this name.
pub(crate) fn stub(env: &Env, binding: &str, name: &str) -> Result<Stub> {
    Ok(env.durable_object(binding)?.get_by_name(name)?)
}

/// Calls the object with this name.
pub(crate) async fn call<C: Call>(env: &Env, name: &str, call: C) -> Result<C::Reply> {
    let body = serde_json::to_string(&C::Enum::from(call))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://object.invalid/call", &init)?;
    let mut response = stub(env, C::BINDING, name)?.fetch_with_request(request).await?;
    let outcome: Outcome<C::Reply> = serde_json::from_str(&response.text().await?)?;
    outcome.into()
}

/// The same, for what is tried again: without an answer in time it has failed, though it may have arrived.
pub(crate) async fn call_in_time<C: Call>(env: &Env, name: &str, what: C) -> Result<C::Reply> {
    let limit = Delay::from(Duration::from_millis(GIVE_UP));
    match select(pin!(call(env, name, what)), pin!(limit)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => Err(worker::Error::from("no answer").into()),
    }
}

/// The index that a site has learned, as bytes.
pub(crate) async fn index(env: &Env, name: &str) -> Result<Vec<u8>> {
    let request = Request::new(&format!("https://object.invalid{INDEX}"), Method::Get)?;
    Ok(stub(env, GetSnapshot::BINDING, name)?.fetch_with_request(request).await?.bytes().await?)
}

/// Hands a WebSocket upgrade to the object with this name; its refusal comes back as an error.
pub(crate) async fn upgrade(env: &Env, binding: &str, name: &str, caller: &Caller) -> Result<Response> {
    let headers = Headers::new();
    headers.set("upgrade", "websocket")?;
    // Header values are byte strings: what is outside ASCII travels escaped.
    headers.set(CALLER, &ascii_json(caller)?)?;
    let mut init = RequestInit::new();
    init.with_headers(headers);
    let request = Request::new_with_init("https://object.invalid/socket", &init)?;
    let mut response = stub(env, binding, name)?.fetch_with_request(request).await?;
    if response.status_code() == 101 {
        return Ok(response);
    }
    let refused: ErrorBody = serde_json::from_str(&response.text().await?)?;
    Err(Error::Refused { code: refused.error, retry_after: refused.retry_after })
}

fn ascii_json<T: Serialize>(value: &T) -> Result<String> {
    let json = serde_json::to_string(value)?;
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    Ok(out)
}
