//! Every error code of the protocol, in one place.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal),* $(,)?) => {
        /// What went wrong, as the peer is told. SPEC.md §Errors says when and what to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name),* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$name),*];

            /// The HTTP status that carries this code.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(ErrorCode::$name => $status),* }
            }
        }
    };
}

codes! {
    /// The JSON does not parse, or has an unknown `type`, or a field of the wrong form.
    BadFrame = 400,
    /// A field's value is refused (empty text, bad id, score out of range).
    BadValue = 400,
    /// A frame past `limits::FRAME_BYTES`.
    FrameTooLarge = 413,
    /// A text past `limits::TEXT_CHARS`, or a body past `limits::BODY_BYTES`.
    TooLarge = 413,
    /// No token or session, or it is forged, or expired.
    Unauthenticated = 401,
    /// Signed in, but not allowed to do this.
    Forbidden = 403,
    /// The `Origin` is not on the site's list.
    WrongOrigin = 403,
    /// No such site.
    UnknownSite = 404,
    /// No such conversation, entry or path.
    NotFound = 404,
    /// The method does not fit the path.
    MethodNotAllowed = 405,
    /// The conversation has ended and cannot take this.
    Ended = 409,
    /// The action does not fit the conversation's stage (rating before the end).
    WrongStage = 409,
    /// An agent acts on a conversation that is assigned to somebody else.
    NotAssigned = 409,
    /// Somebody else changed it meanwhile.
    Conflict = 409,
    /// Somebody else took it first.
    Taken = 409,
    /// The agent has no capacity left.
    NoCapacity = 409,
    /// The conversation, or the knowledge base, holds as much as it may.
    Full = 409,
    /// Too many frames, sign-ins or requests; try again after a while.
    RateLimited = 429,
    /// The account is locked after too many failed sign-ins.
    Locked = 429,
    /// The identity the shop has signed is expired, or good for too long.
    IdentityExpired = 401,
    /// The identity is not the shop's, or of another form.
    IdentityRefused = 401,
    /// The email or password is wrong.
    BadCredentials = 401,
    /// A WebSocket upgrade was expected.
    UpgradeRequired = 426,
    /// Our fault; logged under the request id.
    Internal = 500,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_of_its_own_and_an_error_status() {
        let names: std::collections::BTreeSet<_> =
            ErrorCode::ALL.iter().map(|c| serde_json::to_string(c).unwrap()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        assert!(ErrorCode::ALL.iter().all(|c| (400..=599).contains(&c.status())));
    }
}
