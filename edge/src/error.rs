//! Errors of the HTTP surface and of calls between Worker and objects: the peer's fault carries its code, ours is
//! logged and answered `internal`.

use serde::{Deserialize, Serialize};
use shared::protocol::ErrorCode;
use shared::protocol::http::ErrorBody;
use worker::{Headers, Response};

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The peer did something it may not, or that cannot work.
    #[error("refused: {code:?}")]
    Refused { code: ErrorCode, retry_after: Option<u64> },
    /// The platform failed us.
    #[error("platform: {0}")]
    Platform(#[from] worker::Error),
    /// What we stored or sent ourselves does not parse.
    #[error("own data: {0}")]
    Data(#[from] serde_json::Error),
}

/// Shorthand of this crate.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self::Refused { code, retry_after: None }
    }
}

impl From<shared::ids::BadId> for Error {
    fn from(_: shared::ids::BadId) -> Self {
        ErrorCode::NotFound.into()
    }
}

impl Error {
    /// Too fast: so many milliseconds are to be waited.
    pub(crate) const fn too_fast(wait: u64) -> Self {
        Self::Refused { code: ErrorCode::RateLimited, retry_after: Some(wait) }
    }

    /// What the peer is told.
    pub(crate) fn body(&self) -> ErrorBody {
        match self {
            Self::Refused { code, retry_after } => ErrorBody { error: *code, retry_after: *retry_after },
            Self::Platform(_) | Self::Data(_) => ErrorBody { error: ErrorCode::Internal, retry_after: None },
        }
    }

    /// The JSON response with the code's status.
    pub(crate) fn response(&self) -> worker::Result<Response> {
        let body = self.body();
        let headers = Headers::new();
        if let Some(ms) = body.retry_after {
            headers.set("retry-after", &ms.div_ceil(1_000).to_string())?;
        }
        Ok(Response::from_json(&body)?.with_status(body.error.status()).with_headers({
            headers.set("content-type", "application/json")?;
            headers.set("cache-control", "no-store")?;
            headers
        }))
    }
}

/// The outcome of a call between Worker and object, as it crosses.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome<T> {
    Ok(T),
    Err(ErrorBody),
}

impl<T> From<Result<T>> for Outcome<T> {
    fn from(result: Result<T>) -> Self {
        match result {
            Ok(value) => Self::Ok(value),
            Err(error) => {
                if !matches!(error, Error::Refused { .. }) {
                    crate::log::failure("call", &error.to_string());
                }
                Self::Err(error.body())
            }
        }
    }
}

impl<T> From<Outcome<T>> for Result<T> {
    fn from(outcome: Outcome<T>) -> Self {
        match outcome {
            Outcome::Ok(value) => Ok(value),
            Outcome::Err(body) => Err(Error::Refused { code: body.error, retry_after: body.retry_after }),
        }
    }
}
