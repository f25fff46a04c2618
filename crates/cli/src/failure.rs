//! Why a command failed, in the words that the person reads, and the exit code that a script reads.
//!
//! No secret is in a failure: neither tokens, nor addresses of webhooks, nor what was typed as one.

use std::io;

use ajet_client::Error;
use ajet_protocol::{DeviceError, FieldError};
use url::Url;

/// What a command returns that has printed what it had to say.
pub type Done = Result<(), Failure>;

/// The exit codes, as docs/terminal.md lists them.
pub const EXIT_CODES: &[(u8, &str)] = &[
    (0, "done; also when the reader of the output has closed its pipe"),
    (1, "another failure: the server's own (5xx), or a file that can't be read or written"),
    (2, "the command line is wrong, or a name in it fits several things"),
    (3, "not signed in, or the token is not valid any more"),
    (4, "what was named is not there, or not there any more"),
    (5, "not allowed"),
    (6, "it conflicts with what is there"),
    (7, "the server finds a value wrong"),
    (8, "the server can't be reached"),
    (9, "no answer in time, or the connection was lost: whether it was done is unknown"),
    (10, "too many requests, or the server is overloaded: try again later"),
    (130, "interrupted"),
];

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// An argument is wrong; the text names it and the remedy.
    Usage(String),
    /// There is no token to sign in with.
    SignedOut(String),
    /// A name that names nothing.
    Missing(String),
    /// The server, or the way to it.
    Call(Error),
    /// Another server than the one that was named, such as that of a webhook, or the way to it.
    CallAt(String, Error),
    /// What is printed can't be written.
    Output(io::Error),
    /// Anything else, such as a file that can't be read.
    Other(String),
    /// The person ended it.
    Interrupted,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// A wrong argument: its name, and what is wrong with it.
    pub fn argument(name: &str, wrong: impl std::fmt::Display) -> Self {
        Self::Usage(format!("{name}: {wrong}"))
    }

    /// A file that can't be read or written.
    pub fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Self::Other(format!("{}: {error}", path.display()))
    }

    /// A failure at an address that was not named as the server; it may be a secret, and its host alone is told.
    pub fn at(address: &str, error: Error) -> Self {
        let origin = Url::parse(address).map(|url| url.origin().ascii_serialization());
        Self::CallAt(origin.unwrap_or_else(|_| "the server of the address".into()), error)
    }

    /// Whether the reader of the output is gone, as `head` is after its lines.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// What the process exits with.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            closed if closed.is_closed_pipe() => 0,
            Self::Output(_) | Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::SignedOut(_) => 3,
            Self::Missing(_) => 4,
            Self::Interrupted => 130,
            Self::Call(error) | Self::CallAt(_, error) => of_call(error),
        }
    }

    /// Whether it is unknown if the server did what was asked.
    #[must_use]
    pub fn leaves_unknown(&self) -> bool {
        match self {
            Self::Call(Error::GaveUp) | Self::CallAt(_, Error::GaveUp) => true,
            Self::Call(error) | Self::CallAt(_, error) => is_lost(error),
            _ => false,
        }
    }

    /// Whether the server may have done what was asked, though it answered that it failed, or what can't be read, or was not waited for.
    #[must_use]
    pub fn may_be_done(&self) -> bool {
        match self {
            Self::Call(Error::Unreadable(_)) | Self::CallAt(_, Error::Unreadable(_)) => true,
            Self::Call(error) | Self::CallAt(_, error) => matches!(error.status(), Some(500 | 502..)),
            Self::Interrupted => true,
            _ => false,
        }
    }

    /// The lines that a person reads, and `server` is where it was asked.
    #[must_use]
    pub fn lines(&self, server: &str) -> Vec<String> {
        match self {
            Self::Usage(text) | Self::SignedOut(text) | Self::Missing(text) | Self::Other(text) => {
                vec![text.clone()]
            }
            Self::Output(error) => vec![format!("the output can't be written: {error}")],
            Self::Interrupted => vec!["interrupted".into()],
            Self::Call(error) => lines_of_call(error, server),
            Self::CallAt(server, error) => lines_of_call(error, server),
        }
    }
}

fn of_call(error: &Error) -> u8 {
    match error {
        Error::Device(DeviceError::AccessDenied) => return 5,
        Error::Device(_) => return 3,
        _ => {}
    }
    match error.status() {
        Some(401) => 3,
        Some(404 | 410) => 4,
        Some(403) => 5,
        Some(409) => 6,
        Some(400 | 405 | 408 | 411..=415 | 422 | 431) => 7,
        Some(429 | 503) => 10,
        Some(_) => 1,
        None if is_unreached(error) => 8,
        None if is_lost(error) || error.is_timeout() => 9,
        None => 1,
    }
}

/// Whether there was no connection to ask by, or nothing was asked.
fn is_unreached(error: &Error) -> bool {
    matches!(error, Error::Transport(error) if error.is_connect() || error.is_builder() || error.is_redirect())
}

/// Whether the connection was lost after it was asked, or no answer came by it in time.
fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Transport(_)) && !is_unreached(error)
}

fn lines_of_call(error: &Error, server: &str) -> Vec<String> {
    let mut lines = match error {
        Error::Problem(problem) if problem.errors.is_empty() => vec![problem.detail.clone()],
        Error::Problem(problem) => problem.errors.iter().map(of_field).collect(),
        Error::Status { status, .. } => {
            vec![format!("{server} answered {status}, and not as a server of ajet-chat does")]
        }
        Error::Transport(_) if error.is_timeout() => vec![format!("{server} did not answer in time")],
        Error::GaveUp => vec![format!("{server} did not answer in time")],
        Error::Transport(cause) if is_lost(error) => {
            vec![format!("the connection to {server} was lost: {}", cause_of(cause))]
        }
        Error::Transport(error) => vec![format!("{server} can't be reached: {}", cause_of(error))],
        Error::Unreadable(_) => {
            vec![format!("{server} answered what this program can't read; it may be of another release")]
        }
        Error::Device(DeviceError::AccessDenied) => vec!["the sign-in was denied".into()],
        Error::Device(DeviceError::ExpiredToken) => {
            vec!["the sign-in was not approved in time: run ajet-chat login again".into()]
        }
        Error::Device(error) => vec![format!("the sign-in failed: {}", error.as_str())],
    };
    if error.status() == Some(401) {
        lines.push("sign in with: ajet-chat login".into());
    }
    lines.extend(error.trace_id().map(|id| format!("the server's log knows it as {id}")));
    lines
}

/// A field that the server found wrong; it is named as the option is.
fn of_field(error: &FieldError) -> String {
    format!("{}: {}", error.field, error.message)
}

/// The innermost cause: `reqwest` puts the address around it, which may hold a secret (a webhook's).
fn cause_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    // Without a cause of its own the text of the error is all there is, and its address goes.
    if std::error::Error::source(error).is_some() { cause.to_string() } else { "no connection".into() }
}

#[cfg(test)]
mod tests {
    use ajet_client::{Client, Retries};
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[test]
    fn each_exit_code_is_listed_once_and_in_order() {
        assert!(EXIT_CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn the_guide_lists_each_exit_code() {
        let guide = include_str!("../../../docs/terminal.md");
        for (code, _) in EXIT_CODES {
            assert!(guide.contains(&format!("\n| {code} |")), "{code}");
        }
    }

    #[test]
    fn a_status_has_the_exit_code_that_is_listed() {
        let failed = |status| Failure::Call(Error::Status { status, body: String::new() }).exit_code();
        for (status, code) in [
            (401, 3),
            (404, 4),
            (410, 4),
            (403, 5),
            (409, 6),
            (422, 7),
            (400, 7),
            (429, 10),
            (503, 10),
            (500, 1),
        ] {
            assert_eq!(failed(status), code, "{status}");
            assert!(EXIT_CODES.iter().any(|(listed, _)| *listed == code));
        }
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let closed = Failure::Output(io::ErrorKind::BrokenPipe.into());
        assert!(closed.is_closed_pipe());
        assert_eq!(closed.exit_code(), 0);
        assert_eq!(Failure::Output(io::ErrorKind::StorageFull.into()).exit_code(), 1);
    }

    /// What comes of a question to a server that closes the connection, or to none.
    async fn asked(base: &str) -> Failure {
        let client = Client::new(base).expect("a client").with_retries(Retries::none());
        client.me().await.expect_err("there is no answer").into()
    }

    #[tokio::test]
    async fn a_connection_that_was_lost_leaves_unknown_and_none_does_not() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let closing = async {
            let (mut socket, _) = listener.accept().await.expect("a connection");
            socket.readable().await.expect("is asked");
            socket.shutdown().await.expect("is closed");
        };
        let (lost, ()) = tokio::join!(asked(&base), closing);
        assert_eq!(lost.exit_code(), 9, "{lost:?}");
        assert!(lost.leaves_unknown());
        let line = &lost.lines("SERVER")[0];
        assert!(line.starts_with("the connection to SERVER was lost: "), "{line}");
        drop(listener);
        let away = asked(&base).await;
        assert_eq!(away.exit_code(), 8, "{away:?}");
        assert!(!away.leaves_unknown());
    }

    #[test]
    fn a_failure_elsewhere_names_the_host_of_the_address_alone() {
        let error = Error::Status { status: 502, body: String::new() };
        let failure = Failure::at("https://hooks.example:8443/hooks/1/secret?token=secret", error);
        assert!(failure.may_be_done() && failure.exit_code() == 1);
        let lines = failure.lines("https://chat.example.org").join("\n");
        assert!(lines.starts_with("https://hooks.example:8443 answered 502"), "{lines}");
        assert!(!lines.contains("secret") && !lines.contains("chat.example.org"), "{lines}");
    }

    #[test]
    fn what_was_asked_without_an_answer_is_unknown() {
        assert!(Failure::Call(Error::GaveUp).leaves_unknown());
        assert!(!Failure::Missing("x".into()).leaves_unknown());
        let failed = |status| Failure::Call(Error::Status { status, body: String::new() });
        assert!(failed(504).may_be_done() && Failure::Interrupted.may_be_done());
        assert!([500, 502, 507, 520].iter().all(|status| failed(*status).may_be_done()));
        let unreadable = serde_json::from_str::<u8>("x").expect_err("no number");
        assert!(Failure::Call(Error::Unreadable(unreadable)).may_be_done());
        assert!(!failed(422).may_be_done() && !failed(429).may_be_done());
    }
}
