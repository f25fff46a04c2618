//! The requests of release 0.1.0, and this version's in their words.

use ajet_cluster::{Kind, RouteHeader};
use ajet_domain::channel::{self, Delete, Edit, Post};
use ajet_domain::community::{
    self, AcceptInvite, CreateChannel, CreateInvite, CreateWebhook, DeleteWebhook, JoinChannel, LeaveChannel,
};
use ajet_domain::verb::{KeySpace, Verb};
use ajet_domain::{Asked, Called, Caller, Key, Via};
use ajet_protocol::{
    CategoryId, ChannelId, CommunityId, MessageId, SessionId, Timestamp, Trimmed, UserId, WebhookId,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::convert::{asked_of, verb_frame};
use super::super::frame as v3;
use super::records::{ChannelType, Hidden, Mention, MentionType, User, Visibility};

/// A request on its way to a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub deadline: Timestamp,
    pub route: RouteHeader,
    pub request: Request,
}

/// What a node, or an entity on it, is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Request {
    Channel(ChannelId, ChannelCommand),
    Community(CommunityId, CommunityCommand),
    EndSession(SessionId),
    Describe,
    Inspect(String, Uuid),
    Kill(String, Uuid, bool),
    Drain,
}

impl Request {
    /// A request of this version; `None` where release 0.1.0 can't carry it out, or not for this caller.
    pub fn of(request: &v3::Request) -> Option<Self> {
        Some(match request {
            v3::Request::Verb(verb) => match Kind::numbered(verb.kind)? {
                Kind::Channel => Self::Channel(ChannelId(verb.id), ChannelCommand::of(asked_of(verb)?)?),
                Kind::Community => {
                    Self::Community(CommunityId(verb.id), CommunityCommand::of(asked_of(verb)?)?)
                }
                Kind::User => return None,
            },
            v3::Request::EndSession(id) => Self::EndSession(*id),
            v3::Request::Describe => Self::Describe,
            v3::Request::Inspect(kind, id) => Self::Inspect(kind.clone(), *id),
            v3::Request::Kill(kind, id, panic) => Self::Kill(kind.clone(), *id, *panic),
            v3::Request::Drain => Self::Drain,
            v3::Request::Purge { .. } | v3::Request::AccountChanged(_) => return None,
        })
    }

    /// The request in this version's words.
    pub fn read(self) -> Option<v3::Request> {
        let verb = |verb| v3::Request::Verb(Box::new(verb));
        Some(match self {
            Self::Channel(id, command) => verb(verb_frame(Kind::Channel, id.0, &command.read())?),
            Self::Community(id, command) => verb(verb_frame(Kind::Community, id.0, &command.read())?),
            Self::EndSession(id) => v3::Request::EndSession(id),
            Self::Describe => v3::Request::Describe,
            Self::Inspect(kind, id) => v3::Request::Inspect(kind, id),
            Self::Kill(kind, id, panic) => v3::Request::Kill(kind, id, panic),
            Self::Drain => v3::Request::Drain,
        })
    }
}

/// Who writes a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Author {
    Person(User),
    Webhook { user: User, maker: UserId },
}

impl Author {
    /// The author that a caller is to release 0.1.0.
    fn of(by: Caller) -> Option<Self> {
        match by.via {
            Via::Webhook { maker } if by.scopes.is_none() => {
                Some(Self::Webhook { user: by.user.into(), maker })
            }
            _ => person(by).map(Self::Person),
        }
    }
}

impl From<Author> for Caller {
    fn from(author: Author) -> Self {
        match author {
            Author::Person(user) => Caller::session(user.into()),
            Author::Webhook { user, maker } => Caller::webhook(user.into(), maker),
        }
    }
}

/// A person with all their rights, as every caller but a webhook is to release 0.1.0. It knows of no tokens, and the limits of
/// one must not be lost on the way. A slash command has the rights of its session.
fn person(by: Caller) -> Option<User> {
    let whole = matches!(by.via, Via::Session | Via::Slash) && by.scopes.is_none();
    whole.then(|| by.user.into())
}

/// A message text before it has a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub body_md: String,
    pub body_html: String,
    pub mentions: Vec<Mention>,
    pub shown_html: Option<String>,
}

impl From<ajet_domain::Draft> for Draft {
    fn from(draft: ajet_domain::Draft) -> Self {
        let mentions = draft.mentions().filter_map(Mention::of).collect();
        let ajet_domain::Draft { body_md, body_html, called: _, shown_html } = draft;
        Self { body_md, body_html, mentions, shown_html }
    }
}

impl From<Draft> for ajet_domain::Draft {
    fn from(draft: Draft) -> Self {
        let Draft { body_md, body_html, mentions, shown_html } = draft;
        Self { body_md, body_html, called: mentions.iter().filter_map(called).collect(), shown_html }
    }
}

/// Whom a mention calls; `None` for one that names no target, which no text leads to.
fn called(mention: &Mention) -> Option<Called> {
    match mention.kind {
        MentionType::User => mention.target_id.map(|id| Called::User(UserId(id))),
        MentionType::Here => Some(Called::Here),
        MentionType::Channel => mention.target_id.map(|id| Called::Channel(ChannelId(id))),
    }
}

/// Whether a text calls somebody in a way that release 0.1.0 does not know, and would lose.
fn calls_newer(verb: &channel::Command) -> bool {
    let draft = match verb {
        channel::Command::Post(post) => &post.draft,
        channel::Command::Edit(edit) => &edit.draft,
        _ => return false,
    };
    draft.mentions().any(|mention| Mention::of(mention).is_none())
}

/// What a channel can be asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ChannelCommand {
    Post { author: Author, key: String, fingerprint: i64, draft: Draft, parent_id: Option<MessageId> },
    Edit { by: UserId, message_id: MessageId, draft: Draft },
    Delete { by: UserId, message_id: MessageId },
}

impl ChannelCommand {
    fn of(asked: Asked<channel::Command>) -> Option<Self> {
        let Asked { by, key, verb } = asked;
        if calls_newer(&verb) {
            return None;
        }
        Some(match verb {
            channel::Command::Post(Post {
                draft,
                parent_id,
                also_to_channel: false,
                attachments,
                poll: None,
            }) if attachments.is_empty() => {
                let (key, fingerprint) = stored::<Post>(key)?;
                Self::Post { author: Author::of(by)?, key, fingerprint, draft: draft.into(), parent_id }
            }
            channel::Command::Edit(Edit { message_id, draft }) => {
                Self::Edit { by: person(by)?.id, message_id, draft: draft.into() }
            }
            channel::Command::Delete(Delete { message_id }) => {
                Self::Delete { by: person(by)?.id, message_id }
            }
            _ => return None,
        })
    }

    fn read(self) -> Asked<channel::Command> {
        match self {
            Self::Post { author, key, fingerprint, draft, parent_id } => Asked {
                by: author.into(),
                key: Some(given::<Post>(&key, fingerprint)),
                verb: Post { parent_id, ..Post::of(draft.into()) }.into(),
            },
            Self::Edit { by, message_id, draft } => {
                keyless(User::unnamed(by), Edit { message_id, draft: draft.into() })
            }
            Self::Delete { by, message_id } => keyless(User::unnamed(by), Delete { message_id }),
        }
    }
}

/// A channel to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewChannel {
    pub name: Trimmed,
    pub kind: ChannelType,
    pub visibility: Visibility,
    pub topic: Option<Trimmed>,
    pub category_id: Option<CategoryId>,
}

impl From<CreateChannel> for NewChannel {
    fn from(verb: CreateChannel) -> Self {
        let CreateChannel { name, kind, visibility, topic, category_id } = verb;
        Self { name, kind: kind.into(), visibility: visibility.into(), topic, category_id }
    }
}

impl From<NewChannel> for CreateChannel {
    fn from(new: NewChannel) -> Self {
        let NewChannel { name, kind, visibility, topic, category_id } = new;
        Self { name, kind: kind.into(), visibility: visibility.into(), topic, category_id }
    }
}

/// An invite to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewInvite {
    pub code: Hidden,
    pub max_uses: Option<i64>,
    pub expires_at: Option<Timestamp>,
    pub addressee: Option<UserId>,
}

impl From<CreateInvite> for NewInvite {
    fn from(verb: CreateInvite) -> Self {
        let CreateInvite { code, max_uses, expires_at, addressee } = verb;
        Self { code: code.0.into(), max_uses, expires_at, addressee }
    }
}

impl From<NewInvite> for CreateInvite {
    fn from(new: NewInvite) -> Self {
        let NewInvite { code, max_uses, expires_at, addressee } = new;
        Self { code: String::from(code).into(), max_uses, expires_at, addressee }
    }
}

/// A webhook to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewWebhook {
    pub channel_id: ChannelId,
    pub name: Trimmed,
    pub avatar_url: Option<String>,
    pub token_hash: Vec<u8>,
}

impl From<CreateWebhook> for NewWebhook {
    fn from(verb: CreateWebhook) -> Self {
        let CreateWebhook { channel_id, name, avatar_url, token_hash } = verb;
        Self { channel_id, name, avatar_url, token_hash }
    }
}

impl From<NewWebhook> for CreateWebhook {
    fn from(new: NewWebhook) -> Self {
        let NewWebhook { channel_id, name, avatar_url, token_hash } = new;
        Self { channel_id, name, avatar_url, token_hash }
    }
}

/// What a community can be asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CommunityCommand {
    CreateChannel { by: User, key: String, fingerprint: i64, channel: NewChannel },
    JoinChannel { by: User, channel_id: ChannelId },
    LeaveChannel { by: UserId, channel_id: ChannelId },
    CreateInvite { by: UserId, key: String, fingerprint: i64, invite: NewInvite },
    AcceptInvite { by: User, code: Hidden },
    CreateWebhook { by: UserId, key: String, fingerprint: i64, webhook: NewWebhook },
    DeleteWebhook { by: UserId, webhook_id: WebhookId },
}

impl CommunityCommand {
    fn of(asked: Asked<community::Command>) -> Option<Self> {
        let Asked { by, key, verb } = asked;
        let by = person(by)?;
        Some(match verb {
            community::Command::CreateChannel(verb) => {
                let (key, fingerprint) = stored::<CreateChannel>(key)?;
                Self::CreateChannel { by, key, fingerprint, channel: verb.into() }
            }
            community::Command::JoinChannel(JoinChannel { channel_id }) => {
                Self::JoinChannel { by, channel_id }
            }
            community::Command::LeaveChannel(LeaveChannel { channel_id }) => {
                Self::LeaveChannel { by: by.id, channel_id }
            }
            community::Command::CreateInvite(verb) => {
                let (key, fingerprint) = stored::<CreateInvite>(key)?;
                Self::CreateInvite { by: by.id, key, fingerprint, invite: verb.into() }
            }
            community::Command::AcceptInvite(AcceptInvite { code }) => {
                Self::AcceptInvite { by, code: code.0.into() }
            }
            community::Command::CreateWebhook(verb) => {
                let (key, fingerprint) = stored::<CreateWebhook>(key)?;
                Self::CreateWebhook { by: by.id, key, fingerprint, webhook: verb.into() }
            }
            community::Command::DeleteWebhook(DeleteWebhook { webhook_id }) => {
                Self::DeleteWebhook { by: by.id, webhook_id }
            }
            _ => return None,
        })
    }

    fn read(self) -> Asked<community::Command> {
        match self {
            Self::CreateChannel { by, key, fingerprint, channel } => {
                keyed::<CreateChannel>(by, &key, fingerprint, channel.into())
            }
            Self::JoinChannel { by, channel_id } => keyless(by, JoinChannel { channel_id }),
            Self::LeaveChannel { by, channel_id } => keyless(User::unnamed(by), LeaveChannel { channel_id }),
            Self::CreateInvite { by, key, fingerprint, invite } => {
                keyed::<CreateInvite>(User::unnamed(by), &key, fingerprint, invite.into())
            }
            Self::AcceptInvite { by, code } => keyless(by, AcceptInvite { code: String::from(code).into() }),
            Self::CreateWebhook { by, key, fingerprint, webhook } => {
                keyed::<CreateWebhook>(User::unnamed(by), &key, fingerprint, webhook.into())
            }
            Self::DeleteWebhook { by, webhook_id } => {
                keyless(User::unnamed(by), DeleteWebhook { webhook_id })
            }
        }
    }
}

fn keyless<V, C: From<V>>(by: User, verb: V) -> Asked<C> {
    Asked { by: Caller::session(by.into()), key: None, verb: verb.into() }
}

fn keyed<V: Verb + Into<community::Command>>(
    by: User,
    key: &str,
    fingerprint: i64,
    verb: V,
) -> Asked<community::Command> {
    let key = Some(given::<V>(key, fingerprint));
    Asked { by: Caller::session(by.into()), key, verb: verb.into() }
}

/// A verb's key as release 0.1.0 sends it: as it is stored, with the digest that this release would store.
fn stored<V: Verb>(key: Option<Key>) -> Option<(String, i64)> {
    let (key, keys) = (key?, V::KEYS?);
    Some((keys.text(&key.text), key.former.unwrap_or(key.fingerprint)))
}

/// A verb's key that release 0.1.0 sent, as the caller wrote it.
fn given<V: Verb>(stored: &str, fingerprint: i64) -> Key {
    let text = match V::KEYS {
        Some(KeySpace::Of(prefix)) => stored.strip_prefix(prefix).and_then(|rest| rest.strip_prefix(':')),
        Some(KeySpace::Messages) | None => None,
    };
    Key { text: text.unwrap_or(stored).to_owned(), fingerprint, former: None }
}
