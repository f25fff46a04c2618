//! The channel's decisions. One activation at a time holds this state, and only durable changes stay in it.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use ajet_protocol::events::{MessageGone, MessagePayload};
use ajet_protocol::{
    ChannelId, CommunityId, Envelope, Event, Mention, MentionType, Message, MessageId, Permission, Timestamp,
    UserId, limits, mint::Mint,
};
use lru::LruCache;

use super::{Answer, Author, Command, Refusal};
use crate::envelope::{Place, envelope};
use crate::journal::{AclCheck, DuplicateKey};
use crate::writer::{Core, Decision, Turn};
use crate::{Draft, Standing};

/// Heads of messages, and keys, remembered per active channel; older ones are looked up. Some 100 bytes each, whatever the
/// messages hold.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// The channel's own community.
    pub community: CommunityId,
    /// People whose standing in the channel is needed.
    pub standings: Vec<UserId>,
    /// Whether cached standings will not do.
    pub fresh: bool,
    /// Messages of the channel.
    pub messages: Vec<MessageId>,
    /// Keys whose message is needed.
    pub keys: Vec<DuplicateKey>,
}

/// What a spent key made, with the digest of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    pub id: MessageId,
    pub fingerprint: i64,
}

/// What is remembered of a message. Never its text, nor counts that other commands change: those are read when they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    author: UserId,
    parent_id: Option<MessageId>,
    deleted: bool,
}

impl Head {
    fn of(message: &Message) -> Self {
        Self { author: message.author.id, parent_id: message.parent_id, deleted: message.deleted }
    }
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
    heads: LruCache<MessageId, Head>,
    made: LruCache<(UserId, String), Made>,
    spent: Vec<DuplicateKey>,
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
            heads: LruCache::sparse(REMEMBERED),
            made: LruCache::sparse(REMEMBERED),
            spent: Vec::new(),
            tentative: Vec::new(),
        }
    }

    /// The community it is in.
    #[must_use]
    pub fn community(&self) -> CommunityId {
        self.community
    }

    /// What is known of a message, as this batch leaves it so far.
    fn head(&self, id: MessageId, facts: &Facts) -> Option<Head> {
        let known = || self.heads.peek(&id).copied();
        let base = known().or_else(|| facts.messages.get(&id).map(Head::of));
        self.tentative.iter().fold(base, |head, change| match change {
            Change::Insert { message, .. } if message.id == id => Some(Head::of(message)),
            Change::Delete { id: gone, .. } if *gone == id => head.map(|head| Head { deleted: true, ..head }),
            _ => head,
        })
    }

    /// The whole message, looked up for this batch, as the batch leaves it so far.
    fn message(&self, id: MessageId, facts: &Facts) -> Option<Message> {
        let stored = facts.messages.get(&id);
        let replies = stored.map_or(0, |message| message.reply_count);
        let message = self.tentative.iter().fold(stored.cloned(), |message, change| match change {
            Change::Insert { message: new, .. } | Change::Edit { message: new, .. } if new.id == id => {
                Some((**new).clone())
            }
            Change::Delete { id: gone, .. } if *gone == id => message.map(emptied),
            _ => message,
        });
        message.map(|message| Message { reply_count: replies + self.replies_so_far(id, facts), ..message })
    }

    /// How many replies this batch adds to a message, less those it deletes.
    fn replies_so_far(&self, parent: MessageId, facts: &Facts) -> i64 {
        let of_parent =
            |id: &MessageId| self.head(*id, facts).is_some_and(|head| head.parent_id == Some(parent));
        let changes = self.tentative.iter().map(|change| match change {
            Change::Insert { message, .. } if message.parent_id == Some(parent) => 1,
            Change::Delete { id, .. } if of_parent(id) => -1,
            _ => 0,
        });
        changes.sum()
    }

    /// What a key made, durable or in this batch.
    fn made_by(&self, key: &(UserId, String), facts: &Facts) -> Option<Made> {
        let tentative = self.tentative.iter().find_map(|change| match change {
            Change::Insert { message, fingerprint, .. }
                if message.author.id == key.0 && message.client_mutation_id == key.1 =>
            {
                Some(Made { id: message.id, fingerprint: *fingerprint })
            }
            _ => None,
        });
        tentative.or_else(|| self.made.peek(key).copied()).or_else(|| facts.made.get(key).copied())
    }

    /// Whose rights an author posts with here, if they may now: a webhook has its maker's.
    fn admit(&self, author: &Author, turn: &mut Turn<'_, Facts>) -> Result<Standing, Refusal> {
        match author {
            Author::Person(user) => {
                let standing = self.standing(user.id, turn.facts)?;
                may_post(&standing, turn.universe.now()).map(|()| standing)
            }
            Author::Webhook { maker, .. } => {
                let maker = turn.facts.standings.get(maker).copied().unwrap_or_default();
                let may = maker.sees_channel && maker.may(Permission::ManageWebhooks);
                if may { Ok(maker) } else { Err(Refusal::WebhookOff) }
            }
        }
    }

    fn post(&mut self, post: &Post<'_>, turn: &mut Turn<'_, Facts>) -> Result<Decision<Self>, Refusal> {
        let author = post.author.user().id;
        let standing = self.admit(post.author, turn)?;
        if let Some(made) = self.made_by(&(author, post.key.to_owned()), turn.facts) {
            return replay(made, post.fingerprint);
        }
        if let Some(parent) = post.parent_id {
            let parent = self.head(parent, turn.facts).ok_or(Refusal::ParentUnknown)?;
            if parent.parent_id.is_some() {
                return Err(Refusal::ParentIsReply);
            }
        }
        let message = self.compose(post, &standing, turn);
        let event = Event::MessageCreated(MessagePayload { message: message.clone().into() });
        let envelope = self.envelope(&event, author, turn)?;
        let change = Change::Insert {
            message: Box::new(message.clone()),
            template: post.draft.body_html.clone(),
            fingerprint: post.fingerprint,
        };
        self.tentative.push(change.clone());
        let answer = Answer::Posted(Box::new(message));
        Ok(Decision { events: vec![envelope], changes: vec![change], answer })
    }

    fn compose(&mut self, post: &Post<'_>, standing: &Standing, turn: &mut Turn<'_, Facts>) -> Message {
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
            mentions: mentions_of(post.draft, standing),
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
        let mut message = self.message(id, turn.facts).ok_or(Refusal::NotFound)?;
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
        message.mentions = mentions_of(draft, &standing);
        message.edited_at = Some(now);
        let event = Event::MessageEdited(MessagePayload { message: message.clone().into() });
        let envelope = self.envelope(&event, by, turn)?;
        let change = Change::Edit { message: Box::new(message.clone()), template: draft.body_html.clone() };
        self.tentative.push(change.clone());
        let answer = Answer::Edited(Box::new(message));
        Ok(Decision { events: vec![envelope], changes: vec![change], answer })
    }

    fn delete(
        &mut self,
        by: UserId,
        id: MessageId,
        turn: &mut Turn<'_, Facts>,
    ) -> Result<Decision<Self>, Refusal> {
        let standing = self.standing(by, turn.facts)?;
        let head = self.head(id, turn.facts).ok_or(Refusal::NotFound)?;
        let own = head.author == by;
        if !own && !standing.may(Permission::ManageMessages) {
            return Err(Refusal::Forbidden);
        }
        if head.deleted {
            return Ok(Decision { events: vec![], changes: vec![], answer: Answer::Deleted });
        }
        let event = Event::MessageDeleted(MessageGone { message_id: id });
        let envelope = self.envelope(&event, by, turn)?;
        let change = Change::Delete { id, at: turn.universe.now() };
        self.tentative.push(change.clone());
        Ok(Decision { events: vec![envelope], changes: vec![change], answer: Answer::Deleted })
    }

    /// Somebody's standing; who may not know of the channel learns nothing else about it.
    fn standing(&self, user: UserId, facts: &Facts) -> Result<Standing, Refusal> {
        let standing = facts.standings.get(&user).copied().unwrap_or_default();
        if standing.in_community && standing.sees_channel { Ok(standing) } else { Err(Refusal::NotFound) }
    }

    fn envelope(
        &mut self,
        event: &Event,
        actor: UserId,
        turn: &mut Turn<'_, Facts>,
    ) -> Result<Envelope, Refusal> {
        let place = Place {
            stream: self.id.into(),
            community: self.community,
            channel: Some(self.id),
            acl_version: turn.facts.acl_version,
        };
        envelope(event, actor, place, (&mut self.mint, turn)).ok_or(Refusal::TooLarge)
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
    Ok(Decision { events: vec![], changes: vec![], answer: Answer::Replayed(made.id) })
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

/// Whom a text calls: everybody who is there only if its author may.
fn mentions_of(draft: &Draft, standing: &Standing) -> Vec<Mention> {
    let may = |mention: &&Mention| mention.kind != MentionType::Here || standing.may(Permission::MentionHere);
    draft.mentions.iter().filter(may).copied().collect()
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
        let (community, keys) = (self.community, self.spent.clone());
        let mut needs = Needs { community, fresh, keys, standings: Vec::new(), messages: Vec::new() };
        for command in commands {
            // An edit answers with the whole message as it is now; for all else its head will do.
            let (user, message, whole) = match command {
                Command::Post { author: Author::Person(user), parent_id, .. } => (user.id, *parent_id, false),
                Command::Post { author: Author::Webhook { maker, .. }, parent_id, .. } => {
                    (*maker, *parent_id, false)
                }
                Command::Edit { by, message_id, .. } => (*by, Some(*message_id), true),
                Command::Delete { by, message_id } => (*by, Some(*message_id), false),
            };
            if !needs.standings.contains(&user) {
                needs.standings.push(user);
            }
            let lacking = message.filter(|id| whole || !self.heads.contains(id));
            needs.messages.extend(lacking.filter(|id| !needs.messages.contains(id)));
        }
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
                    self.heads.put(message.id, Head::of(&message));
                    let made = Made { id: message.id, fingerprint };
                    self.made.put((message.author.id, message.client_mutation_id), made);
                }
                Change::Edit { .. } => {}
                // What was looked up for the decision is not kept: the next command on it looks again.
                Change::Delete { id, .. } => drop(self.heads.pop(&id)),
            }
        }
        if committed {
            self.spent.clear();
        }
    }

    fn spent(&mut self, keys: Vec<DuplicateKey>) {
        self.spent = keys;
    }

    /// The store's rules on messages are all checked before: none has a meaning of its own.
    fn constraint(_: &str) -> Refusal {
        Refusal::NotFound
    }
}
