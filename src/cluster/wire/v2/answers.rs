//! The replies of release 0.1.0, and this version's in their words.

use ajet_cluster::Kind;
use ajet_domain::channel::{self, Edit, Post};
use ajet_domain::community::{self, AcceptInvite, CreateChannel, CreateInvite, CreateWebhook, JoinChannel};
use ajet_domain::verb::{Codec, Made, Verb, Verbs};
use ajet_protocol::events::MessagePayload;
use ajet_protocol::{ChannelId, CommunityId, MessageId, WebhookId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::codec::Json;
use super::super::frame as v3;
use super::records::{Channel, Invite, Message};

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    Channel(Told<ChannelAnswer, ChannelRefusal>),
    Community(Told<CommunityAnswer, CommunityRefusal>),
    Moved(u64),
    Done(bool),
    Report(String),
    Refused,
    Again,
}

/// What an entity said.
type Told<A, R> = Result<A, AskError<R>>;

/// Why an ask has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AskError<R> {
    Refused(R),
    NoSuchEntity,
    Poison,
    Unavailable(Unavailable),
}

/// Why a command could not be decided now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unavailable {
    Busy,
    NoAnswer,
    Elsewhere,
    Resting,
    StoreAway,
}

impl From<v3::UnavailableFrame> for Unavailable {
    fn from(why: v3::UnavailableFrame) -> Self {
        match why {
            v3::UnavailableFrame::Busy => Self::Busy,
            v3::UnavailableFrame::NoAnswer => Self::NoAnswer,
            // It has no word for an owner that is too old: one that can't be asked is the nearest.
            v3::UnavailableFrame::Elsewhere | v3::UnavailableFrame::TooOld => Self::Elsewhere,
            v3::UnavailableFrame::Resting => Self::Resting,
            v3::UnavailableFrame::StoreAway => Self::StoreAway,
        }
    }
}

impl From<Unavailable> for v3::UnavailableFrame {
    fn from(why: Unavailable) -> Self {
        match why {
            Unavailable::Busy => Self::Busy,
            Unavailable::NoAnswer => Self::NoAnswer,
            Unavailable::Elsewhere => Self::Elsewhere,
            Unavailable::Resting => Self::Resting,
            Unavailable::StoreAway => Self::StoreAway,
        }
    }
}

/// A refusal of an entity.
trait Refusal: Copy + PartialEq {
    /// These two are no refusals of a verb any more: they have replies of their own.
    const KEY_REUSED: Self;
    const TOO_LARGE: Self;

    /// Its name of today.
    fn name(self) -> &'static str;
    /// The refusal of this name, or the nearest one.
    fn named(name: &str) -> Self;
}

/// Defines an entity's refusals in release 0.1.0, each with its name of today. What has no name in it (`MayNotPost`) is a lack of
/// rights.
macro_rules! refusals {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $now:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($variant),+ }

        impl Refusal for $name {
            const KEY_REUSED: Self = Self::KeyReused;
            const TOO_LARGE: Self = Self::TooLarge;

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $now),+ }
            }
            fn named(name: &str) -> Self {
                match name { $($now => Self::$variant,)+ _ => Self::Forbidden }
            }
        }
    };
}

refusals! {
    /// Why a channel did not.
    ChannelRefusal {
        NotFound = "NotFound",
        NotJoined = "NotJoined",
        Forbidden = "Forbidden",
        Muted = "Muted",
        EditWindowClosed = "WindowClosed",
        Gone = "Gone",
        KeyReused = "KeyReused",
        ParentUnknown = "ParentUnknown",
        ParentIsReply = "ParentIsReply",
        TooLarge = "TooLarge",
        WebhookOff = "WebhookOff",
    }
}

refusals! {
    /// Why a community did not.
    CommunityRefusal {
        NotFound = "NotFound",
        Forbidden = "Forbidden",
        Banned = "Banned",
        InviteOver = "Over",
        NameTaken = "NameTaken",
        KeyReused = "KeyReused",
        CategoryUnknown = "CategoryUnknown",
        UserUnknown = "UserUnknown",
        TooLarge = "TooLarge",
        AlreadyExpired = "AlreadyExpired",
    }
}

impl Reply {
    /// This version's reply to a request; `None` for one that does not belong to it.
    pub fn of(reply: &v3::Reply, asked: &v3::Request) -> Option<Self> {
        Some(match reply {
            v3::Reply::Moved(revision) => Self::Moved(*revision),
            v3::Reply::Done(any) => Self::Done(*any),
            v3::Reply::Report(json) => Self::Report(json.clone()),
            v3::Reply::NotUnderstood => Self::Refused,
            v3::Reply::Again => Self::Again,
            told => {
                let v3::Request::Verb(verb) = asked else { return None };
                match Kind::numbered(verb.kind)? {
                    Kind::Channel => Self::Channel(of(told, |json| {
                        ChannelAnswer::of(channel::Command::decode_answer(verb.verb, json, &Json)?)
                    })?),
                    Kind::Community => Self::Community(of(told, |json| {
                        let answer = community::Command::decode_answer(verb.verb, json, &Json)?;
                        CommunityAnswer::of(answer, CommunityId(verb.id))
                    })?),
                    Kind::User => return None,
                }
            }
        })
    }

    /// The reply to a request in this version's words; `None` for one that does not belong to it.
    pub fn read(self, asked: &v3::Request) -> Option<v3::Reply> {
        let kind = match asked {
            v3::Request::Verb(verb) => Kind::numbered(verb.kind),
            _ => None,
        };
        Some(match self {
            Self::Channel(told) if kind == Some(Kind::Channel) => read(told, ChannelAnswer::json)?,
            Self::Community(told) if kind == Some(Kind::Community) => read(told, CommunityAnswer::json)?,
            Self::Channel(_) | Self::Community(_) => return None,
            Self::Moved(revision) => v3::Reply::Moved(revision),
            Self::Done(any) => v3::Reply::Done(any),
            Self::Report(json) => v3::Reply::Report(json),
            Self::Refused => v3::Reply::NotUnderstood,
            Self::Again => v3::Reply::Again,
        })
    }
}

/// What an entity said, its answer turned by `answer`; `None` for a reply that no entity gives.
fn of<A, R: Refusal>(
    reply: &v3::Reply,
    answer: impl FnOnce(&[u8]) -> Option<Told<A, R>>,
) -> Option<Told<A, R>> {
    Some(match reply {
        v3::Reply::Answer(json) => answer(json)?,
        v3::Reply::Refused(name) => Err(AskError::Refused(R::named(name))),
        v3::Reply::KeyReused => Err(AskError::Refused(R::KEY_REUSED)),
        v3::Reply::TooLarge => Err(AskError::Refused(R::TOO_LARGE)),
        v3::Reply::NoSuchEntity => Err(AskError::NoSuchEntity),
        v3::Reply::Poison => Err(AskError::Poison),
        v3::Reply::Unavailable(why) => Err(AskError::Unavailable((*why).into())),
        v3::Reply::Moved(_)
        | v3::Reply::Done(_)
        | v3::Reply::Report(_)
        | v3::Reply::NotUnderstood
        | v3::Reply::Again => return None,
    })
}

/// What an entity said in this version's words, its answer turned by `json`.
fn read<A, R: Refusal>(told: Told<A, R>, json: impl FnOnce(A) -> Option<Vec<u8>>) -> Option<v3::Reply> {
    Some(match told {
        Ok(answer) => v3::Reply::Answer(json(answer)?),
        Err(AskError::Refused(refusal)) if refusal == R::KEY_REUSED => v3::Reply::KeyReused,
        Err(AskError::Refused(refusal)) if refusal == R::TOO_LARGE => v3::Reply::TooLarge,
        Err(AskError::Refused(refusal)) => v3::Reply::Refused(refusal.name().into()),
        Err(AskError::NoSuchEntity) => v3::Reply::NoSuchEntity,
        Err(AskError::Poison) => v3::Reply::Poison,
        Err(AskError::Unavailable(why)) => v3::Reply::Unavailable(why.into()),
    })
}

/// A verb's answer as this version sends it.
fn json_of<V: Verb>(answer: &V::Answer) -> Option<Vec<u8>> {
    Json.write(answer)
}

/// What a channel did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ChannelAnswer {
    Posted(Box<Message>),
    Replayed(MessageId),
    Edited(Box<Message>),
    Deleted,
}

impl ChannelAnswer {
    fn of(answer: channel::Answer) -> Option<Told<Self, ChannelRefusal>> {
        Some(Ok(match answer {
            channel::Answer::Post(Made::New(payload)) => {
                let payload: MessagePayload = serde_json::from_str(payload.get()).ok()?;
                Self::Posted(Box::new(ajet_protocol::Message::from(payload.message).into()))
            }
            channel::Answer::Post(Made::Before(id)) => Self::Replayed(MessageId(id)),
            channel::Answer::Edit(message) => Self::Edited(Box::new((*message).into())),
            channel::Answer::Delete(()) => Self::Deleted,
            _ => return None,
        }))
    }

    fn json(self) -> Option<Vec<u8>> {
        match self {
            Self::Posted(message) => {
                let message = ajet_protocol::Message::from(*message);
                let payload = MessagePayload { message: message.into() };
                json_of::<Post>(&Made::New(serde_json::value::to_raw_value(&payload).ok()?))
            }
            Self::Replayed(id) => json_of::<Post>(&Made::Before(id.0)),
            Self::Edited(message) => json_of::<Edit>(&Box::new((*message).into())),
            Self::Deleted => json_of::<channel::Delete>(&()),
        }
    }
}

/// What a community did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CommunityAnswer {
    Channel { id: ChannelId, replayed: bool, channel: Option<Box<Channel>> },
    Invite { invite: Invite, replayed: bool },
    Member(CommunityId),
    Webhook { id: WebhookId, replayed: bool },
    Done,
}

impl CommunityAnswer {
    fn of(answer: community::Answer, asked: CommunityId) -> Option<Told<Self, CommunityRefusal>> {
        use community::Answer;
        let webhook = |id, replayed| Self::Webhook { id, replayed };
        Some(Ok(match answer {
            Answer::CreateChannel(Made::New(channel)) => {
                let channel = Box::new(Channel::from(*channel));
                Self::Channel { id: channel.id, replayed: false, channel: Some(channel) }
            }
            Answer::CreateChannel(Made::Before(id)) => Self::before(id),
            Answer::CreateInvite(Made::New(invite)) => {
                Self::Invite { invite: invite.into(), replayed: false }
            }
            // Release 0.1.0 takes the invite itself, which is not at hand here; it may ask again.
            Answer::CreateInvite(Made::Before(_)) => {
                return Some(Err(AskError::Unavailable(Unavailable::NoAnswer)));
            }
            Answer::AcceptInvite(()) => Self::Member(asked),
            Answer::CreateWebhook(Made::New(id)) => webhook(id, false),
            Answer::CreateWebhook(Made::Before(id)) => webhook(WebhookId(id), true),
            Answer::JoinChannel(()) | Answer::LeaveChannel(()) | Answer::DeleteWebhook(()) => Self::Done,
            _ => return None,
        }))
    }

    /// A channel that an earlier request made.
    fn before(id: Uuid) -> Self {
        Self::Channel { id: ChannelId(id), replayed: true, channel: None }
    }

    fn json(self) -> Option<Vec<u8>> {
        match self {
            Self::Channel { replayed: false, channel: Some(channel), .. } => {
                json_of::<CreateChannel>(&Made::New(Box::new((*channel).into())))
            }
            Self::Channel { id, .. } => json_of::<CreateChannel>(&Made::Before(id.0)),
            // Made before, it has the same shape: the caller gets it with status 201 where 200 would be right.
            Self::Invite { invite, replayed: _ } => json_of::<CreateInvite>(&Made::New(invite.into())),
            Self::Member(_) => json_of::<AcceptInvite>(&()),
            Self::Webhook { id, replayed: false } => json_of::<CreateWebhook>(&Made::New(id)),
            Self::Webhook { id, replayed: true } => json_of::<CreateWebhook>(&Made::Before(id.0)),
            // LeaveChannel and DeleteWebhook are answered with the same.
            Self::Done => json_of::<JoinChannel>(&()),
        }
    }
}
