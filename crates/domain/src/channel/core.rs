//! What a channel's activation knows: small heads of messages, spent keys, and what the batch at hand has decided.

use std::num::NonZeroUsize;

use ajet_protocol::{ChannelId, CommunityId, Message, MessageId, Timestamp, Topic, UserId, mint::Mint};
use lru::LruCache;

use super::delete::DELETION;
use super::purge::PURGE;
use super::remove_attachment::FILE_REMOVAL;
use super::strip_previews::STRIPPING;
use super::tallies::Tallies;
use super::{Change, Command};
use crate::event::Place;
use crate::journal::{DuplicateKey, KeySet};
use crate::need::{Facts, HeadOf, MessageOf, Needs, PreviewsStripped, PriorOf, PriorResult};
use crate::verb::{Audit, AuditTarget};
use crate::writer::{AuditRow, Core, SpentKey};

/// Bytes that an active channel remembers of messages, and as many of keys.
const REMEMBERED_BYTES: usize = 64 << 10;
/// A head with its id and its place in the cache.
const HEAD_BYTES: usize = size_of::<(MessageId, Head)>() + 48;
/// A key with whose it is, its text of up to 64 characters of 4 bytes, its result and its place in the cache.
const KEY_BYTES: usize = size_of::<(DuplicateKey, PriorResult)>() + 256 + 48;
// Evaluated by the compiler: they can't fail in a running server.
const HEADS: NonZeroUsize = NonZeroUsize::new(REMEMBERED_BYTES / HEAD_BYTES).unwrap();
const KEYS: NonZeroUsize = NonZeroUsize::new(REMEMBERED_BYTES / KEY_BYTES).unwrap();

/// What is remembered of a message. Never its text, nor counts that other commands change: those are read when they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub author: UserId,
    pub parent_id: Option<MessageId>,
    pub created_at: Timestamp,
    pub deleted: bool,
}

impl Head {
    fn of(message: &Message) -> Self {
        Self {
            author: message.author.id,
            parent_id: message.parent_id,
            created_at: message.created_at,
            deleted: message.deleted,
        }
    }
}

/// A channel, as its activation knows it.
pub struct ChannelCore {
    id: ChannelId,
    /// `None` for a direct message.
    community: Option<CommunityId>,
    /// Who takes part in a direct message, which never changes; empty for a channel of a community.
    people: Vec<UserId>,
    mint: Mint,
    heads: LruCache<MessageId, Head>,
    pub(super) tallies: Tallies,
    made: LruCache<DuplicateKey, PriorResult>,
    /// Whether it may be in slow mode, as far as is known: then a post asks when its author posted last.
    pub(super) slow: bool,
    /// Whether a decision has found just now that it is, and lacked that.
    pub(super) lacks: bool,
    /// What this batch decided so far; durable only once it is settled.
    pub(super) tentative: Vec<Change>,
}

impl ChannelCore {
    /// A channel of a community, or a direct message, whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: ChannelId, community: Option<CommunityId>, mint: Mint) -> Self {
        Self {
            id,
            community,
            people: Vec::new(),
            mint,
            // They take no room for what they do not hold yet.
            heads: LruCache::sparse(HEADS),
            tallies: Tallies::default(),
            made: LruCache::sparse(KEYS),
            slow: false,
            lacks: false,
            tentative: Vec::new(),
        }
    }

    /// The same as a direct message of these people.
    #[must_use]
    pub fn of_people(self, people: Vec<UserId>) -> Self {
        Self { people, ..self }
    }

    /// Which it is.
    #[must_use]
    pub fn id(&self) -> ChannelId {
        self.id
    }

    /// Whether it is a direct message.
    pub(super) fn is_direct(&self) -> bool {
        self.community.is_none()
    }

    /// Whether it is a direct message of more than two people.
    pub(super) fn is_group(&self) -> bool {
        self.people.len() > 2
    }

    /// With whom a person talks alone here; `None` in a group and in a channel of a community.
    pub(super) fn partner_of(&self, person: UserId) -> Option<UserId> {
        match self.people.as_slice() {
            [one, other] if *one == person => Some(*other),
            [one, other] if *other == person => Some(*one),
            _ => None,
        }
    }

    /// What is known of a message, as this batch leaves it so far.
    pub(super) fn head(&self, id: MessageId, facts: &Facts) -> Option<Head> {
        let base = self.heads.peek(&id).copied().or_else(|| facts.of(&HeadOf(id)));
        self.tentative.iter().fold(base, |head, change| match change {
            Change::InsertMessage { message, .. } if message.id == id => Some(Head::of(message)),
            Change::DeleteMessage { id: gone, .. } if *gone == id => {
                head.map(|head| Head { deleted: true, ..head })
            }
            _ => head,
        })
    }

    /// The whole message, looked up for this batch, as the batch leaves it so far.
    pub(super) fn message(&self, id: MessageId, facts: &Facts) -> Option<Message> {
        let stored = facts.of(&MessageOf(id));
        let replies = stored.as_ref().map_or(0, |message| message.reply_count);
        let message = self.tentative.iter().fold(stored, |message, change| match change {
            Change::InsertMessage { message: new, .. } | Change::EditMessage { message: new, .. }
                if new.id == id =>
            {
                Some((**new).clone())
            }
            Change::DeleteMessage { id: gone, .. } if *gone == id => message.map(emptied),
            Change::SetPreviews { message_id, previews } if *message_id == id => {
                message.map(|message| Message { previews: previews.clone(), ..message })
            }
            Change::StripPreviews { message_id } if *message_id == id => {
                message.map(|message| Message { previews: Vec::new(), ..message })
            }
            _ => message,
        });
        let message = message.map(|message| self.with_files(message));
        message.map(|message| Message { reply_count: replies + self.replies_so_far(id, facts), ..message })
    }

    /// Whether somebody has taken a message's previews away, as this batch leaves it so far.
    pub(super) fn is_stripped(&self, id: MessageId, facts: &Facts) -> bool {
        let strips =
            |change: &Change| matches!(change, Change::StripPreviews { message_id } if *message_id == id);
        facts.of(&PreviewsStripped(id)) || self.tentative.iter().any(strips)
    }

    /// How many replies this batch adds to a message, less those it deletes.
    fn replies_so_far(&self, parent: MessageId, facts: &Facts) -> i64 {
        let of_parent =
            |id: &MessageId| self.head(*id, facts).is_some_and(|head| head.parent_id == Some(parent));
        let changes = self.tentative.iter().map(|change| match change {
            Change::InsertMessage { message, .. } if message.parent_id == Some(parent) => 1,
            Change::DeleteMessage { id, .. } if of_parent(id) => -1,
            _ => 0,
        });
        changes.sum()
    }
}

/// A message after its deletion: it keeps its place and nothing else.
fn emptied(mut message: Message) -> Message {
    message.deleted = true;
    message.body_md.clear();
    message.body_html.clear();
    message.attachments.clear();
    message.reactions.clear();
    message.mentions.clear();
    message.previews.clear();
    message.poll = None;
    message
}

fn key_of(message: &Message) -> DuplicateKey {
    DuplicateKey::of_message(message.author.id, message.client_mutation_id.as_str())
}

impl Core for ChannelCore {
    type Command = Command;
    type Change = Change;

    const BATCH: usize = 256;
    /// Nearly no key is a repetition: the store tells those that are.
    const LOOKS_KEYS_UP: bool = false;

    fn place(&self) -> Place {
        let (stream, channel) = (self.id.into(), Some(self.id));
        let topic = Topic::of(stream, self.community, channel);
        Place { stream, topic, community: self.community, channel }
    }

    /// In slow mode a repetition would be refused: it comes a moment after what it repeats.
    fn looks_keys_up(&self) -> bool {
        self.slow
    }

    fn take_lack(&mut self) -> bool {
        std::mem::take(&mut self.lacks)
    }

    fn mint(&mut self) -> &mut Mint {
        &mut self.mint
    }

    fn narrow(&self, needs: &mut Needs) {
        needs.heads.retain(|HeadOf(id)| !self.heads.contains(id));
        needs.reactions.retain(|one| !self.tallies.has(one.message));
    }

    fn learn(&mut self, facts: &Facts) {
        for (HeadOf(id), head) in &facts.heads {
            if let Some(head) = head {
                self.heads.put(*id, *head);
            }
        }
        self.learn_pace(facts);
    }

    fn prior(&self, key: &DuplicateKey, facts: &Facts) -> Option<PriorResult> {
        let tentative = self.tentative.iter().find_map(|change| match change {
            Change::InsertMessage { message, fingerprint, .. }
                if key.set == KeySet::Messages
                    && message.author.id == key.author
                    && message.client_mutation_id == key.key =>
            {
                Some(PriorResult { object: message.id.0, fingerprint: *fingerprint })
            }
            Change::SpendKey(spent) if spent.key == *key => {
                Some(PriorResult { object: spent.object, fingerprint: spent.fingerprint })
            }
            _ => None,
        });
        let looked_up = || facts.priors.get(&PriorOf(key.clone())).copied().flatten();
        tentative.or_else(|| self.made.peek(key).copied()).or_else(looked_up)
    }

    /// A message's own row holds its key.
    fn spend(&self, spent: SpentKey) -> Option<Change> {
        (spent.key.set == KeySet::Objects).then_some(Change::SpendKey(spent))
    }

    /// All but what people take back of what they wrote themselves.
    fn is_audited(&self, audit: &Audit<'_>, by: UserId, facts: &Facts) -> bool {
        let AuditTarget::Message(id) = audit.target else { return true };
        let takes_away = [DELETION, FILE_REMOVAL, STRIPPING].contains(&audit.action);
        !takes_away || self.head(id, facts).is_some_and(|head| head.author != by)
    }

    /// What is done to a message is told with its channel: who does not see that is not told which message it was. A direct message
    /// has no audit log.
    fn audited(&self, mut row: AuditRow<'_>) -> Option<Change> {
        self.community?;
        if let AuditTarget::Message(_) = row.audit.target {
            row.audit.details.push(("channel_id", self.id.0.to_string().into()));
        }
        if row.audit.action == PURGE {
            // The key, where there is one, is a change as well.
            let deleted = row.changes - usize::from(row.made.is_some());
            row.audit.details.push(("count", deleted.to_string().into()));
        }
        Some(Change::audit(row, self.id.0))
    }

    fn note(&mut self, changes: &[Change]) {
        self.tentative.extend_from_slice(changes);
    }

    fn settle(&mut self, committed: bool) {
        for change in std::mem::take(&mut self.tentative).into_iter().filter(|_| committed) {
            match change {
                Change::InsertMessage { message, fingerprint, .. } => {
                    self.heads.put(message.id, Head::of(&message));
                    self.tallies.begin(message.id);
                    self.made.put(key_of(&message), PriorResult { object: message.id.0, fingerprint });
                }
                Change::SpendKey(SpentKey { key, object, fingerprint, .. }) => {
                    self.made.put(key, PriorResult { object, fingerprint });
                }
                Change::AddReaction { message_id, user_id, emoji, at: _ } => {
                    self.tallies.add(message_id, user_id, &emoji);
                }
                Change::RemoveReaction { message_id, user_id, emoji } => {
                    self.tallies.remove(message_id, user_id, &emoji);
                }
                // What was looked up for the decision is not kept: the next command on it looks again.
                Change::DeleteMessage { id, .. } => {
                    self.heads.pop(&id);
                    self.tallies.forget(id);
                }
                _ => {}
            }
        }
    }
}
