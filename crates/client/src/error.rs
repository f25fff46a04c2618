//! Failures, with what the server said about them (AC-13).

use std::time::Duration;

use ajet_protocol::{Code, DeviceError, FieldError, Problem};
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use uuid::Uuid;

/// Bytes of an answer that is no problem document, as they are kept.
const KEPT: usize = 1024;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error("{} {}: {}", .0.status, .0.code.as_str(), .0.detail)]
    Problem(Box<Problem>),
    /// The server, or something before it, answered something that is no problem document.
    #[error("status {status}")]
    Status {
        status: u16,
        /// How the answer begins.
        body: String,
    },
    /// No answer, or one that can't be read.
    #[error("no answer: {0}")]
    Transport(#[from] reqwest::Error),
    /// An answer that is not what was asked for.
    #[error("the answer can't be read: {0}")]
    Unreadable(serde_json::Error),
    /// A device gets no token, or none yet.
    #[error("the device is not signed in: {}", .0.as_str())]
    Device(DeviceError),
    /// No answer within the time that the caller gave.
    #[error("gave up")]
    GaveUp,
}

impl Error {
    /// The server's code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.problem().map(|problem| problem.code)
    }

    /// The status of the answer, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Problem(problem) => Some(problem.status),
            Error::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The fields that the server found wrong.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        self.problem().map(|problem| problem.errors.as_slice()).unwrap_or_default()
    }

    /// By what an operator finds the request in the log.
    #[must_use]
    pub fn trace_id(&self) -> Option<Uuid> {
        self.problem().and_then(|problem| problem.trace_id)
    }

    /// The server's problem document, where it gave one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Error::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether no answer came in time (AC-12).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Error::Transport(error) => error.is_timeout(),
            Error::GaveUp => true,
            _ => false,
        }
    }

    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Problem(_) | Error::Status { .. } => {
                matches!(self.status(), Some(429 | 500 | 502..))
            }
            Error::Transport(error) => !error.is_builder() && !error.is_redirect(),
            Error::GaveUp | Error::Unreadable(_) | Error::Device(_) => false,
        }
    }
}

/// A failed try, with the pause that the server asks for.
#[derive(Debug)]
pub struct Failed {
    pub error: Error,
    pub retry_after: Option<Duration>,
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl From<reqwest::Error> for Failed {
    fn from(error: reqwest::Error) -> Self {
        Self { error: error.into(), retry_after: None }
    }
}

/// An answer that is a success.
pub async fn checked(response: Response) -> Result<Response, Failed> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let retry_after = seconds.map(Duration::from_secs);
    let body = response.bytes().await?;
    let error = match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => Error::Problem(Box::new(problem)),
        Err(_) => {
            let body = String::from_utf8_lossy(&body[..body.len().min(KEPT)]).into_owned();
            Error::Status { status: status.as_u16(), body }
        }
    };
    Err(Failed { error, retry_after })
}
