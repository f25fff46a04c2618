//! What clients ask for.

use ajet_domain::channel::{Command, Post};
use ajet_domain::journal::DuplicateKey;
use ajet_domain::{Asked, Caller, Draft, Key};
use ajet_protocol::{MessageId, Timestamp, User, UserId};
use uuid::Uuid;

/// One request of a client, retried under its key until it is answered.
pub struct Request {
    pub command: Asked<Command>,
    /// The key of a post, which makes something.
    pub key: Option<DuplicateKey>,
    pub body: String,
    pub answered: Option<MessageId>,
    pub outstanding: bool,
}

impl Request {
    /// Posts a message under a key of its own.
    pub fn post(by: Caller, n: usize) -> Self {
        let (text, body) = (format!("k{n}"), format!("body {n}"));
        let stored = DuplicateKey::of_message(by.id(), text.as_str());
        let key = Key { text, fingerprint: n as i64, former: None };
        let verb = Command::Post(Post::of(draft(&body)));
        let command = Asked { by, key: Some(key), verb };
        Self { command, key: Some(stored), body, answered: None, outstanding: false }
    }

    /// Does something to a message that is there.
    pub fn again(by: Caller, verb: impl Into<Command>) -> Self {
        let command = Asked { by, key: None, verb: verb.into() };
        Self { command, key: None, body: String::new(), answered: None, outstanding: false }
    }
}

pub fn user(n: u64) -> User {
    User {
        id: UserId(Uuid::from_u128(100 + u128::from(n))),
        username: format!("u{n}"),
        display_name: format!("U{n}"),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

pub fn draft(body: &str) -> Draft {
    Draft { body_md: body.to_owned(), body_html: String::new(), called: Vec::new(), shown_html: None }
}
