//! What a person's activation knows: their id, which ids come next, and what the batch at hand has decided.

use std::collections::BTreeMap;

use ajet_protocol::{
    ChannelId, CommunityId, MessageId, NotificationId, NotifyLevel, QuietHours, Topic, User, UserId,
    mint::Mint,
};
use uuid::Uuid;

use super::{Change, Command};
use crate::change::NoticeChange;
use crate::event::Place;
use crate::journal::DuplicateKey;
use crate::need::{Facts, Needs, PriorOf, PriorResult};
use crate::writer::{AuditRow, Core, SpentKey};

/// A person, as their activation knows them.
pub struct PersonCore {
    id: UserId,
    mint: Mint,
    /// What this batch has decided, oldest first; durable only once it is settled, and looked up from then on.
    decided: Vec<Change>,
}

impl PersonCore {
    /// A person whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: UserId, mint: Mint) -> Self {
        Self { id, mint, decided: Vec::new() }
    }

    /// Who it is.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The last that this batch has decided of something, which what was looked up before it does not know: the first `found` in the
    /// changes from the newest on. `None` where it has decided nothing of that.
    pub(super) fn last_decided<T>(&self, found: impl FnMut(&Change) -> Option<T>) -> Option<T> {
        self.decided.iter().rev().find_map(found)
    }

    /// How many more of something there are by what this batch has decided than were stored. `kept` tells which one a change is about, and
    /// whether it is there afterwards; `stored` whether it was there before the batch.
    pub(super) fn how_many_more<K: Ord>(
        &self,
        kept: impl Fn(&Change) -> Option<(K, bool)>,
        stored: impl Fn(&K) -> bool,
    ) -> i64 {
        let last: BTreeMap<K, bool> = self.decided.iter().filter_map(kept).collect();
        last.iter().map(|(one, is_there)| i64::from(*is_there) - i64::from(stored(one))).sum()
    }

    /// Where this batch has left the read marker of a channel, at no message if nothing is read; `None` where it has not moved it.
    pub(super) fn marked(&self, channel: ChannelId) -> Option<Option<MessageId>> {
        self.last_decided(|change| match change {
            Change::MarkRead { channel_id, message_id, .. } if *channel_id == channel => {
                Some(Some(*message_id))
            }
            Change::MarkUnread { channel_id, message_id, .. } if *channel_id == channel => Some(*message_id),
            _ => None,
        })
    }

    /// Whether this batch has marked something of a channel as unread.
    pub(super) fn has_marked_unread(&self, channel: ChannelId) -> bool {
        self.last_decided(|change| match change {
            Change::MarkUnread { channel_id, .. } if *channel_id == channel => Some(()),
            _ => None,
        })
        .is_some()
    }

    /// Whether this batch has told the person of a message, or of a notice.
    pub(super) fn has_told(&self, of: Uuid) -> bool {
        self.decided.iter().any(|change| match change {
            Change::AddNotification { source_id, cause, .. } => {
                cause.map_or(*source_id, |(notice, _)| notice) == of
            }
            _ => false,
        })
    }

    /// The quiet hours that this batch has set, if it has set any.
    pub(super) fn quiet_hours(&self) -> Option<Option<QuietHours>> {
        self.last_decided(|change| match change {
            Change::Notice(NoticeChange::SetQuietHours { hours, .. }) => Some(hours.clone()),
            _ => None,
        })
    }

    /// The account as this batch has changed it, if it has.
    pub(super) fn profile(&self) -> Option<User> {
        self.last_decided(|change| match change {
            Change::UpdateProfile { user, .. } => Some(User::clone(user)),
            _ => None,
        })
    }

    /// The level that this batch has set for a community.
    pub(super) fn community_level(&self, of: CommunityId) -> Option<NotifyLevel> {
        self.last_decided(|change| match change {
            Change::Notice(NoticeChange::SetCommunityLevel { community_id, notify, .. })
                if *community_id == of =>
            {
                Some(*notify)
            }
            _ => None,
        })
    }

    /// Whether this batch has read a notification.
    pub(super) fn has_read(&self, id: NotificationId) -> bool {
        let by_id =
            |change: &Change| matches!(change, Change::ReadNotifications { ids, .. } if ids.contains(&id));
        self.has_read_all(id) || self.decided.iter().any(by_id)
    }

    /// Whether this batch has read all notifications up to one.
    pub(super) fn has_read_all(&self, up_to: NotificationId) -> bool {
        let all = |change: &Change| matches!(change, Change::ReadNotificationsBefore { newest, .. } if up_to <= *newest);
        self.decided.iter().any(all)
    }
}

impl Core for PersonCore {
    type Command = Command;
    type Change = Change;

    /// What one person does at once; each question counts messages.
    const BATCH: usize = 64;
    /// The verbs that take a key say so themselves.
    const LOOKS_KEYS_UP: bool = false;

    fn place(&self) -> Place {
        Place { stream: self.id.into(), topic: Topic::Person(self.id), community: None, channel: None }
    }

    fn mint(&mut self) -> &mut Mint {
        &mut self.mint
    }

    fn narrow(&self, _: &mut Needs) {}

    fn learn(&mut self, _: &Facts) {}

    fn prior(&self, key: &DuplicateKey, facts: &Facts) -> Option<PriorResult> {
        let decided = self.last_decided(|change| match change {
            Change::SpendKey(SpentKey { key: spent, object, fingerprint, .. }) if spent == key => {
                Some(PriorResult { object: *object, fingerprint: *fingerprint })
            }
            _ => None,
        });
        let looked_up = || facts.priors.get(&PriorOf(key.clone())).copied().flatten();
        decided.or_else(looked_up)
    }

    fn spend(&self, spent: SpentKey) -> Option<Change> {
        Some(Change::SpendKey(spent))
    }

    /// What is done to an account is done in no community.
    fn audited(&self, row: AuditRow<'_>) -> Option<Change> {
        let (target_type, target_id) = row.audit.target.named(self.id.0, row.made);
        let details = row.audit.details.into_iter().map(|(name, value)| (name, value.into_owned()));
        Some(Change::AuditSystem {
            id: row.id,
            actor: row.actor,
            action: row.audit.action,
            target_type,
            target_id,
            details: details.collect(),
            at: row.at,
        })
    }

    fn note(&mut self, changes: &[Change]) {
        self.decided.extend_from_slice(changes);
    }

    fn settle(&mut self, _: bool) {
        self.decided = Vec::new();
    }
}
