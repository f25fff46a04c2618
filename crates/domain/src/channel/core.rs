//! The channel's decisions. One activation at a time holds this state, and only durable changes stay in it.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use ajet_protocol::events::{ENVELOPE_VERSION, MessageGone, MessagePayload};
use ajet_protocol::{
    ChannelId, CommunityId, Envelope, Event, EventId, Message, MessageId, Permission, Timestamp, UserId,
    limits, mint::Mint,
};
use lru::LruCache;

use super::{Answer, Author, Command, Refusal};
use crate::journal::{AclCheck, SpentKey};
use crate::writer::{Core, Decision, Turn};
use crate::{Draft, Standing};

/// Messages and keys remembered per active channel; older ones are looked up.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(512).unwrap();

/// A row to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new message row; `template` is its HTML with slots for names.
    Insert { message: Box<Message>, template: String, fingerprint: i64 },
    /// New text for a message row.
    Edit { message: Box<Message>, template: String },
    /// A message row loses its text.
    Delete { id: MessageId, at: Timestamp },
}

/// What must be looked up before a batch can be decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// People whose standing in the channel is needed.
    pub standings: Vec<UserId>,
    /// Whether cached standings will not do.
    pub fresh: bool,
    /// Messages of the channel.
    pub messages: Vec<MessageId>,
    /// Keys whose message is needed.
    pub keys: Vec<SpentKey>,
}

/// A message with the digest of the request that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub message: Message,
    pub fingerprint: i64,
}

/// What was looked up.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The community's ACL version under which all standings here hold.
    pub acl_version: u64,
    pub standings: HashMap<UserId, Standing>,
    /// Messages that exist in this channel.
    pub messages: HashMap<MessageId, Message>,
    /// What spent keys made, wherever it is.
    pub made: HashMap<(UserId, String), Made>,
}

/// A channel, as its activation knows it.
pub struct ChannelCore {
    id: ChannelId,
    community: CommunityId,
    mint: Mint,
    messages: LruCache<MessageId, Message>,
    made: LruCache<(UserId, String), (MessageId, i64)>,
    spent: Vec<SpentKey>,
    /// What this batch decided so far; durable only once it is settled.
    tentative: Vec<Change>,
}

impl ChannelCore {
    /// A channel whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: ChannelId, community: CommunityId, mint: Mint) -> Self {
        Self {
            id,
            community,
            mint,
            messages: LruCache::new(REMEMBERED),
            made: LruCache::new(REMEMBERED),
            spent: Vec::new(),
            tentative: Vec::new(),
        }
    }

    /// The community it is in.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.community
    }

    /// The message as this batch leaves it so far.
    fn current(&self, id: MessageId, facts: &Facts) -> Option<Message> {
        let base = self.messages.peek(&id).or_else(|| facts.messages.get(&id)).cloned();
        self.tentative.iter().fold(base, |message, change| match change {
            Change::Insert { message: new, .. } | Change::Edit { message: new, .. } if new.id == id => {
                Some((**new).clone())
            }
            Change::Delete { id: gone, .. } if *gone == id => message.map(emptied),
            _ => message,
        })
    }

    /// What a key made, durable or in this batch.
    fn made_by(&self, key: &(UserId, String), facts: &Facts) -> Option<Made> {
        let tentative = self.tentative.iter().find_map(|change| match change {
            Change::Insert { message, fingerprint, .. }
                if message.author.id == key.0 && message.client_mutation_id == key.1 =>
            {
                Some(Made { message: (**message).clone(), fingerprint: *fingerprint })
            }
            _ => None,
        });
        let remembered = || {
            let (id, fingerprint) = self.made.peek(key)?;
            Some(Made { message: self.current(*id, facts)?, fingerprint: *fingerprint })
        };
        tentative.or_else(remembered).or_else(|| facts.made.get(key).cloned())
    }

    fn post(&mut self, post: &Post<'_>, turn: &mut Turn<'_, Facts>) -> Result<Decision<Self>, Refusal> {
        let author = post.author.user();
        let key = (author.id, post.key.to_owned());
        let standing = match post.author {
            Author::Person(_) => self.standing(author.id, turn.facts)?,
            Author::Webhook(_) => Standing::webhook(turn.facts.acl_version),
        };
        may_post(&standing, turn.universe.now())?;
        if let Some(made) = self.made_by(&key, turn.facts) {
            return replay(made, post.fingerprint);
        }
        if let Some(parent) = post.parent_id {
            let parent = self.current(parent, turn.facts).ok_or(Refusal::ParentUnknown)?;
            if parent.parent_id.is_some() {
                return Err(Refusal::ParentIsReply);
            }
        }
        let message = self.compose(post, turn);
        let change = Change::Insert {
            message: Box::new(message.clone()),
            template: post.draft.body_html.clone(),
            fingerprint: post.fingerprint,
        };
        let event = Event::MessageCreated(MessagePayload { message: message.clone() });
        self.tentative.push(change.clone());
        let envelope = self.envelope(&event, author.id, turn);
        Ok(Decision {
            events: vec![envelope],
            changes: vec![change],
            answer: Answer::Posted(Box::new(message)),
        })
    }

    fn compose(&mut self, post: &Post<'_>, turn: &mut Turn<'_, Facts>) -> Message {
        let now = turn.universe.now();
        Message {
            id: MessageId(self.mint.next(now, turn.universe.entropy())),
            channel_id: self.id,
            author: post.author.user().clone(),
            parent_id: post.parent_id,
            body_md: post.draft.body_md.clone(),
            body_html: post.draft.shown().to_owned(),
            attachments: Vec::new(),
            reactions: Vec::new(),
            mentions: post.draft.mentions.clone(),
            reply_count: 0,
            pinned: false,
            seq: turn.seq,
            client_mutation_id: post.key.to_owned(),
            created_at: now,
            edited_at: None,
            deleted: false,
        }
    }

    fn edit(
        &mut self,
        (by, id): (UserId, MessageId),
        draft: &Draft,
        turn: &mut Turn<'_, Facts>,
    ) -> Result<Decision<Self>, Refusal> {
        let standing = self.standing(by, turn.facts)?;
        let mut message = self.current(id, turn.facts).ok_or(Refusal::NotFound)?;
        let now = turn.universe.now();
        if message.author.id != by {
            return Err(Refusal::Forbidden);
        }
        may_post(&standing, now)?;
        if message.deleted {
            return Err(Refusal::Gone);
        }
        if now > message.created_at.plus_seconds(limits::EDIT_WINDOW_SECONDS) {
            return Err(Refusal::EditWindowClosed);
        }
        message.body_md.clone_from(&draft.body_md);
        draft.shown().clone_into(&mut message.body_html);
        message.mentions.clone_from(&draft.mentions);
        message.edited_at = Some(now);
        let change = Change::Edit { message: Box::new(message.clone()), template: draft.body_html.clone() };
        self.tentative.push(change.clone());
        let event = Event::MessageEdited(MessagePayload { message: message.clone() });
        let envelope = self.envelope(&event, by, turn);
        Ok(Decision {
            events: vec![envelope],
            changes: vec![change],
            answer: Answer::Edited(Box::new(message)),
        })
    }

    fn delete(
        &mut self,
        by: UserId,
        id: MessageId,
        turn: &mut Turn<'_, Facts>,
    ) -> Result<Decision<Self>, Refusal> {
        let standing = self.standing(by, turn.facts)?;
        let message = self.current(id, turn.facts).ok_or(Refusal::NotFound)?;
        let own = message.author.id == by;
        if !own && !standing.may(Permission::ManageMessages) {
            return Err(Refusal::Forbidden);
        }
        if message.deleted {
            return Ok(Decision { events: vec![], changes: vec![], answer: Answer::Deleted });
        }
        let change = Change::Delete { id, at: turn.universe.now() };
        self.tentative.push(change.clone());
        let event = Event::MessageDeleted(MessageGone { message_id: id });
        let envelope = self.envelope(&event, by, turn);
        Ok(Decision { events: vec![envelope], changes: vec![change], answer: Answer::Deleted })
    }

    /// Somebody's standing; who may not know of the channel learns nothing else about it.
    fn standing(&self, user: UserId, facts: &Facts) -> Result<Standing, Refusal> {
        let standing = facts.standings.get(&user).copied().unwrap_or_default();
        if standing.in_community && standing.sees_channel { Ok(standing) } else { Err(Refusal::NotFound) }
    }

    fn envelope(&mut self, event: &Event, actor: UserId, turn: &mut Turn<'_, Facts>) -> Envelope {
        let now = turn.universe.now();
        Envelope {
            v: ENVELOPE_VERSION,
            id: EventId(self.mint.next(now, turn.universe.entropy())),
            kind: event.kind().as_str().into(),
            ts: now,
            stream: self.id.into(),
            seq: Some(turn.seq),
            community_id: Some(self.community),
            channel_id: Some(self.id),
            actor_id: Some(actor),
            acl_version: Some(turn.facts.acl_version),
            payload: event.payload(),
        }
    }
}

struct Post<'a> {
    author: &'a Author,
    key: &'a str,
    fingerprint: i64,
    draft: &'a Draft,
    parent_id: Option<MessageId>,
}

fn replay(made: Made, fingerprint: i64) -> Result<Decision<ChannelCore>, Refusal> {
    if made.fingerprint != fingerprint {
        return Err(Refusal::KeyReused);
    }
    Ok(Decision { events: vec![], changes: vec![], answer: Answer::Replayed(Box::new(made.message)) })
}

fn may_post(standing: &Standing, now: Timestamp) -> Result<(), Refusal> {
    if !standing.in_channel {
        return Err(Refusal::NotJoined);
    }
    if standing.muted_at(now) {
        return Err(Refusal::Muted);
    }
    if standing.may(Permission::SendMessages) { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// A message after its deletion: it keeps its place and nothing else.
fn emptied(mut message: Message) -> Message {
    message.deleted = true;
    message.body_md.clear();
    message.body_html.clear();
    message.attachments.clear();
    message.reactions.clear();
    message.mentions.clear();
    message
}

impl Core for ChannelCore {
    type Command = Command;
    type Needs = Needs;
    type Facts = Facts;
    type Change = Change;
    type Answer = Answer;
    type Refusal = Refusal;

    const BATCH: usize = 256;

    fn needs(&self, commands: &[&Command], fresh: bool) -> Needs {
        let mut needs = Needs { fresh, keys: self.spent.clone(), ..Needs::default() };
        for command in commands {
            let (user, message) = match command {
                Command::Post { author: Author::Person(user), parent_id, .. } => (Some(user.id), *parent_id),
                Command::Post { author: Author::Webhook(_), parent_id, .. } => (None, *parent_id),
                Command::Edit { by, message_id, .. } | Command::Delete { by, message_id } => {
                    (Some(*by), Some(*message_id))
                }
            };
            needs.standings.extend(user.filter(|user| !needs.standings.contains(user)));
            needs
                .messages
                .extend(message.filter(|id| !self.messages.contains(id) && !needs.messages.contains(id)));
        }
        let replayed = commands.iter().filter_map(|command| match command {
            Command::Post { author, key, .. } => self.made.peek(&(author.user().id, key.clone())),
            _ => None,
        });
        needs.messages.extend(replayed.map(|(id, _)| *id).filter(|id| !self.messages.contains(id)));
        needs
    }

    fn decide(&mut self, command: &Command, turn: &mut Turn<'_, Facts>) -> Result<Decision<Self>, Refusal> {
        match command {
            Command::Post { author, key, fingerprint, draft, parent_id } => {
                let post = Post { author, key, fingerprint: *fingerprint, draft, parent_id: *parent_id };
                self.post(&post, turn)
            }
            Command::Edit { by, message_id, draft } => self.edit((*by, *message_id), draft, turn),
            Command::Delete { by, message_id } => self.delete(*by, *message_id, turn),
        }
    }

    fn acl(&self, facts: &Facts) -> AclCheck {
        AclCheck { community: self.community, version: facts.acl_version }
    }

    fn settle(&mut self, committed: bool) {
        for change in self.tentative.drain(..).filter(|_| committed) {
            match change {
                Change::Insert { message, fingerprint, .. } => {
                    let key = (message.author.id, message.client_mutation_id.clone());
                    self.made.put(key, (message.id, fingerprint));
                    self.messages.put(message.id, *message);
                }
                Change::Edit { message, .. } => drop(self.messages.put(message.id, *message)),
                // What was looked up for the decision is not kept: the next command on it looks again.
                Change::Delete { id, .. } => drop(self.messages.pop(&id)),
            }
        }
        if committed {
            self.spent.clear();
        }
    }

    fn spent(&mut self, keys: Vec<SpentKey>) {
        self.spent = keys;
    }

    /// The store's rules on messages are all checked before: none has a meaning of its own.
    fn constraint(_: &str) -> Refusal {
        Refusal::NotFound
    }
}
