//! Failures, with what the server said about them (AC-13).

use ajet_protocol::{Code, Problem};
use reqwest::Response;

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error("{} {}: {}", .0.status, .0.code.as_str(), .0.detail)]
    Problem(Box<Problem>),
    /// The server answered something that is no problem document.
    #[error("status {0}")]
    Status(u16),
    /// No answer, or one that can't be read.
    #[error("no answer: {0}")]
    Transport(#[from] reqwest::Error),
    /// An answer that is not what was asked for.
    #[error("the answer can't be read: {0}")]
    Unreadable(serde_json::Error),
    /// Every try failed.
    #[error("gave up")]
    GaveUp,
}

impl Error {
    /// The server's code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Error::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Problem(problem) => problem.status == 503,
            Error::Status(status) => *status >= 500,
            Error::Transport(error) => error.is_timeout() || error.is_connect() || error.is_request(),
            Error::GaveUp | Error::Unreadable(_) => false,
        }
    }
}

/// An answer that is a success.
pub async fn checked(response: Response) -> Result<Response, Error> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let problem = response.json::<Problem>().await;
    Err(problem.map_or_else(|_| Error::Status(status.as_u16()), |problem| Error::Problem(Box::new(problem))))
}
