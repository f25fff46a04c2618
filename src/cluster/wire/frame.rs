//! The frames of the newest version. Their bytes are pinned by tests: enums only grow at their end, and any other change takes a
//! new version.

use ajet_cluster::RouteHeader;
use ajet_protocol::{CommunityId, SessionId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A request on its way to a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// After this moment, by the receiver's clock, it is not executed: its caller has given up. Milliseconds since 1970.
    pub deadline_ms: u64,
    pub route: RouteHeader,
    pub request: Request,
}

/// What a node, or an entity on it, is asked. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// A command of an entity.
    Verb(Box<VerbFrame>),
    /// A session has ended: close its streams, take its token no more.
    EndSession(SessionId),
    /// How busy is the node?
    Describe,
    /// What is known of an entity here? Its kind by name.
    Inspect(String, Uuid),
    /// Kill an activation (chaos): its kind by name, and whether by a panic.
    Kill(String, Uuid, bool),
    /// Stop as after SIGTERM.
    Drain,
    /// A person is out of a community: nothing of it reaches their streams any more, what is under way included.
    Purge { community: CommunityId, user: UserId },
    /// An account was changed: what is remembered of it is out of date.
    AccountChanged(UserId),
}

/// A command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerbFrame {
    /// The entity's kind, by its number in the placement.
    pub kind: u8,
    /// The entity.
    pub id: Uuid,
    pub caller: CallerFrame,
    pub key: Option<KeyFrame>,
    /// The verb's number in the table of its entity.
    pub verb: u16,
    /// The verb's own fields.
    pub fields: Vec<u8>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallerFrame {
    /// The account as events show it, as JSON.
    pub user: String,
    pub via: ViaFrame,
    /// The permission bits that a token is limited to.
    pub scopes: Option<u32>,
}

/// By which way in. Grows at its end only.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum ViaFrame {
    Session,
    Token,
    /// With the person who made the webhook.
    Webhook(Uuid),
    Slash,
    System,
}

/// An idempotency key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyFrame {
    pub text: String,
    pub fingerprint: i64,
    pub former: Option<i64>,
}

/// What came of a request. Grows at its end only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The verb's answer, as JSON.
    Answer(Vec<u8>),
    /// The verb's refusal, by name.
    Refused(String),
    KeyReused,
    TooLarge,
    NoSuchEntity,
    Poison,
    Unavailable(UnavailableFrame),
    /// The asked node does not own the entity; the roster revision it sees.
    Moved(u64),
    /// Done; whether there was anything to do.
    Done(bool),
    /// A report for operators, as JSON.
    Report(String),
    /// The node does not know this request, or may not do it.
    NotUnderstood,
    /// The activation ended under the command, or the command came too late: ask again.
    Again,
}

/// Why a command could not be decided now. Grows at its end only.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum UnavailableFrame {
    Busy,
    NoAnswer,
    Elsewhere,
    Resting,
    StoreAway,
    TooOld,
}
