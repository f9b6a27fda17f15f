//! How outcomes and reasons are said.

use shared::hooks::delivery::Off;
use shared::hooks::{Kind, Outcome, Why};
use shared::protocol::connections::RefusedAddress;

use crate::state::model::Model;
use crate::texts::Text;

/// A kind of event.
#[must_use]
pub const fn of_kind(kind: Kind) -> Text {
    match kind {
        Kind::Handoff => Text::ConnKindHandoff,
        Kind::Assigned => Text::ConnKindAssigned,
        Kind::Message => Text::ConnKindMessage,
        Kind::MessageLeft => Text::ConnKindMessageLeft,
        Kind::Ended => Text::ConnKindEnded,
        Kind::Rated => Text::ConnKindRated,
    }
}

/// Why an endpoint is off.
#[must_use]
pub const fn of_off(why: Off) -> Text {
    match why {
        Off::Hand => Text::ConnOffHand,
        Off::Gone => Text::ConnOffGone,
        Off::Failing => Text::ConnOffFailing,
    }
}

/// Why an address was refused.
#[must_use]
pub const fn of_refused(why: RefusedAddress) -> Text {
    match why {
        RefusedAddress::Form => Text::ConnBadForm,
        RefusedAddress::Scheme => Text::ConnBadScheme,
        RefusedAddress::Credentials => Text::ConnBadCredentials,
        RefusedAddress::Private => Text::ConnBadPrivate,
    }
}

/// How a try went.
#[must_use]
pub fn of_outcome(model: Model, outcome: Outcome) -> String {
    match outcome {
        Outcome::Status { status, .. } => model.fill(Text::ConnOutStatus, &[("n", &status.to_string())]),
        Outcome::Silent => model.t(Text::ConnOutSilent).to_owned(),
        Outcome::Unreachable => model.t(Text::ConnOutUnreachable).to_owned(),
        Outcome::Refused => model.t(Text::ConnOutRefused).to_owned(),
    }
}

/// Whether a try succeeded.
#[must_use]
pub const fn is_taken(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Status { status: 200..=299, .. })
}

/// Why an event was given up.
#[must_use]
pub fn of_why(model: Model, why: Why) -> String {
    match why {
        Why::Rejected { status } => model.fill(Text::ConnWhyRejected, &[("n", &status.to_string())]),
        Why::Redirected { status } => model.fill(Text::ConnWhyRedirected, &[("n", &status.to_string())]),
        Why::GaveUp { last } => model.fill(Text::ConnWhyGaveUp, &[("last", &of_outcome(model, last))]),
        Why::Refused => model.t(Text::ConnOutRefused).to_owned(),
        Why::Off => model.t(Text::ConnWhyOff).to_owned(),
        Why::Overflow => model.t(Text::ConnWhyOverflow).to_owned(),
    }
}
