//! The texts for people, and how codes of the protocol are said to them.

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

use shared::protocol::ErrorCode;
use shared::protocol::desk::Presence;

/// What went wrong, for the agent.
#[must_use]
pub const fn of_error(code: ErrorCode) -> Text {
    match code {
        ErrorCode::BadFrame
        | ErrorCode::BadValue
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UpgradeRequired => Text::ErrorRefused,
        ErrorCode::FrameTooLarge | ErrorCode::TooLarge => Text::ErrorTooLarge,
        ErrorCode::Unauthenticated => Text::ErrorUnauthenticated,
        ErrorCode::Forbidden | ErrorCode::WrongOrigin => Text::ErrorForbidden,
        ErrorCode::UnknownSite => Text::ErrorUnknownSite,
        ErrorCode::NotFound => Text::ErrorNotFound,
        ErrorCode::Ended => Text::ErrorEnded,
        ErrorCode::WrongStage => Text::ErrorWrongStage,
        ErrorCode::NotAssigned => Text::ErrorNotAssigned,
        ErrorCode::Taken => Text::ErrorTaken,
        ErrorCode::NoCapacity => Text::ErrorNoCapacity,
        ErrorCode::Full => Text::ErrorFull,
        ErrorCode::Conflict => Text::ErrorConflict,
        ErrorCode::RateLimited => Text::ErrorRateLimited,
        ErrorCode::Locked => Text::ErrorLocked,
        ErrorCode::BadCredentials => Text::ErrorBadCredentials,
        ErrorCode::IdentityExpired | ErrorCode::IdentityRefused => Text::ErrorIdentity,
        ErrorCode::Internal => Text::ErrorInternal,
    }
}

/// A presence's name.
#[must_use]
pub const fn of_presence(presence: Presence) -> Text {
    match presence {
        Presence::Online => Text::PresenceOnline,
        Presence::Busy => Text::PresenceBusy,
        Presence::Away => Text::PresenceAway,
        Presence::Offline => Text::PresenceOffline,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_said_in_every_language() {
        for &code in ErrorCode::ALL {
            for &lang in LOCALES {
                assert!(!of_error(code).in_lang(lang).is_empty(), "{code:?} {lang}");
            }
        }
    }
}
