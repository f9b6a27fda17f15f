//! Bodies of the HTTP API.

use serde::{Deserialize, Serialize};

use super::error::ErrorCode;
use super::message::Offered;
use super::stage::{AgentCard, Availability, PageContext};
use crate::ids::{CampaignId, ConversationId, GroupId, SiteKey, VisitorId};
use crate::lang::Lang;
use crate::routing::{Fault, Routing};
use crate::site::Role;
use crate::trigger::Campaign;

/// Every error response: `{"error":"not_found"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    pub error: ErrorCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// `GET /v1/sites/{site}?lang=…`: what an opening panel needs. Stores nothing on either side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SiteHello {
    pub site: SiteKey,
    pub name: String,
    /// The language to open in: the asked one where the site has it, else the site's first.
    pub lang: Lang,
    pub languages: Vec<Lang>,
    pub greeting: String,
    pub availability: Availability,
    /// Frequent questions in `lang`.
    pub topics: Vec<Offered>,
    /// What the published entries are about, to browse by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub browse: Vec<Topic>,
    /// Rules by which the widget speaks first, in `lang`.
    pub campaigns: Vec<Campaign>,
    /// Whom the shopper may wish to talk to, before asking for a human.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// One of them: `choose` says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub group: GroupId,
    /// As the shopper reads it.
    pub title: String,
}

/// What entries are about. `GET /v1/sites/{site}/topics?topic=…&lang=…` lists them, as [`Suggestions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// As the knowledge base calls it.
    pub topic: String,
    /// As the shopper reads it.
    pub title: String,
}

/// `POST /v1/sites/{site}/conversations`, on the visitor's first message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartConversation {
    pub lang: Lang,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<PageContext>,
    /// The campaign that spoke first, when the visitor answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// An earlier token of this visitor, so that agents see one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Answer to [`StartConversation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    pub conversation: ConversationId,
    pub visitor: VisitorId,
    pub token: String,
}

/// `GET /v1/sites/{site}/suggest?q=…&lang=…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestions {
    pub options: Vec<Offered>,
}

/// `POST /v1/console/sign-in`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub site: SiteKey,
    pub email: String,
    pub password: String,
}

/// Who is signed in: answer to sign-in and to `GET /v1/console/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub agent: AgentCard,
    pub role: Role,
    pub site: SiteKey,
    pub site_name: String,
}

/// `PUT /v1/operator/sites/{site}`: create or replace a site's settings (bearer operator token).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutSite {
    pub settings: crate::site::Settings,
}

/// `GET /v1/console/routing`, and the answer to [`PutRouting`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingView {
    /// Counts the routing's changes: what a change names as its base.
    pub version: u64,
    pub routing: Routing,
    /// The accounts of each skill group, the default one's among them.
    pub members: Vec<(GroupId, Vec<AgentCard>)>,
}

/// `PUT /v1/console/routing`. A base that is not the present version: `conflict`; with faults: `bad_value`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutRouting {
    pub base: u64,
    pub routing: Routing,
}

/// Why a routing is refused, with status 400.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsoundRouting {
    pub error: ErrorCode,
    pub faults: Vec<Fault>,
}

/// `PUT /v1/operator/sites/{site}/agents/{agent}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAgent {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// A new password; absent keeps the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    pub capacity: u32,
    pub groups: Vec<GroupId>,
    pub languages: Vec<Lang>,
}

/// One line of `PUT /v1/operator/sites/{site}/kb` (JSON Lines): an entry in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KbLine {
    pub id: crate::ids::EntryId,
    pub lang: Lang,
    pub questions: Vec<String>,
    pub answer: String,
    /// What the entry is about: once, or the same on each of its lines.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// What it asks for before it answers, worded in this language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<KbSlot>,
}

/// What an entry asks for, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KbSlot {
    pub name: String,
    /// A name of `kb::SlotKind`.
    pub kind: String,
    pub prompt: String,
}
