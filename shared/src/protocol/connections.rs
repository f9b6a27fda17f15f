//! Bodies of the console's page "Connections": webhooks, dead letters and API tokens.

use serde::{Deserialize, Serialize};

use super::stage::AgentCard;
use crate::hooks::address::Refused;
use crate::hooks::delivery::Stopped;
use crate::hooks::{Endpoint, Kind, Outcome, Tried, Why};
use crate::ids::{AgentId, ConversationId, EndpointId, TokenId};
use crate::time::Millis;

/// `GET /v1/console/connections` (supervisors).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connections {
    pub endpoints: Vec<EndpointRow>,
    /// Newest first.
    pub letters: Vec<Letter>,
    pub tokens: Vec<TokenRow>,
    /// Accounts a token can be made for.
    pub agents: Vec<AgentCard>,
    /// Whether there is a secret for signed identities.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub identity: bool,
}

/// A secret for signed identities, told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedSecret {
    pub secret: String,
}

/// An endpoint as supervisors see it: without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRow {
    pub id: EndpointId,
    pub url: String,
    pub kinds: Vec<Kind>,
    pub created: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentCard>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Stopped>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing: Option<Millis>,
    /// The last tries, newest first.
    pub tried: Vec<Tried>,
    /// Events that wait for it.
    pub waiting: u64,
}

impl EndpointRow {
    /// What supervisors see of an endpoint for which so many events wait.
    #[must_use]
    pub fn of(endpoint: &Endpoint, waiting: u64) -> Self {
        let Endpoint { id, url, kinds, created, by, off, failing, tried, .. } = endpoint.clone();
        Self { id, url, kinds, created, by, off, failing, tried, waiting }
    }
}

/// An event that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub id: u64,
    pub endpoint: EndpointId,
    /// The event's id.
    pub event: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ConversationId>,
    /// What kind of event it is; absent of a test.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// When it was given up.
    pub at: Millis,
    pub why: Why,
}

/// An API token as supervisors see it: without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    pub id: TokenId,
    pub agent: AgentCard,
    pub label: String,
    pub created: Millis,
    /// When it was used last, to the minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Millis>,
}

/// `POST /v1/console/connections/endpoints`, and `PUT …/endpoints/{endpoint}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveEndpoint {
    pub url: String,
    pub kinds: Vec<Kind>,
}

/// Answer to [`SaveEndpoint`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SavedEndpoint {
    /// `secret` is shown once: when the endpoint is made.
    Saved {
        endpoint: EndpointId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
    },
    /// The address may not be spoken to.
    Refused { why: RefusedAddress },
}

/// Why an address may not be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedAddress {
    Form,
    Scheme,
    Credentials,
    Private,
}

impl From<Refused> for RefusedAddress {
    fn from(why: Refused) -> Self {
        match why {
            Refused::Form => Self::Form,
            Refused::Scheme => Self::Scheme,
            Refused::Credentials => Self::Credentials,
            Refused::Private => Self::Private,
        }
    }
}

/// `POST /v1/console/connections/endpoints/{endpoint}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EndpointAction {
    /// Sends a test event now, once; answered by [`TestResult`].
    Test,
    TurnOn,
    /// What waits becomes dead letters.
    TurnOff,
    /// With everything that waits and its dead letters.
    Remove,
    /// Another secret, told this once: answered by [`CreatedSecret`]. The former one signs too for a while, unless it is
    /// replaced at once.
    NewSecret {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        at_once: bool,
    },
}

/// How a test event was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestResult {
    pub outcome: Outcome,
    pub took: u64,
}

/// `POST /v1/console/connections/letters/{letter}`, and for all of them `POST …/letters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LetterAction {
    /// Try again, from the first pause on.
    Retry,
    Drop,
}

/// `POST /v1/console/connections/tokens`, and of the operator `POST /v1/operator/sites/{site}/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateToken {
    pub agent: AgentId,
    /// What it is for.
    pub label: String,
}

/// Answer to [`CreateToken`]: the secret is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedToken {
    pub token: TokenId,
    pub secret: String,
}
