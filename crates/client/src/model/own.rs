//! What a person sets, keeps and is told for themselves, as their own stream tells it.

use ajet_protocol::events::{DraftPayload, NotificationsReadPayload};
use ajet_protocol::limits::UNREAD_COUNTED;
use ajet_protocol::{
    ChannelId, CommunityId, MessageId, Notification, NotificationType, NotifyLevel, PreferencesPayload,
};

use super::Model;

impl Model {
    pub(super) fn preferences(&mut self, set: PreferencesPayload) {
        let PreferencesPayload { channel_id, muted, notify, hidden } = set;
        if hidden {
            return self.state.dms.retain(|one| one.channel.id != channel_id);
        }
        match self.channel(channel_id) {
            Some(place) => (place.channel.muted, place.channel.notify) = (muted, notify),
            // A direct message that is shown again.
            None => self.anew.channels.extend([channel_id]),
        }
    }

    /// What counts for its channels depends on what is set for each of them, which no event tells.
    pub(super) fn level(&mut self, community: CommunityId, notify: NotifyLevel) {
        if let Some(found) = self.community(Some(community)) {
            found.community.notify = notify;
        }
        let of_it = self
            .state
            .channels
            .iter()
            .filter(|one| one.channel.community_id == Some(community) && one.joined);
        let ids: Vec<ChannelId> = of_it.map(|one| one.channel.id).collect();
        self.anew.channels.extend(ids);
    }

    pub(super) fn drafted(&mut self, told: DraftPayload) {
        let (channel, parent, kept) = match told {
            DraftPayload::Kept { draft } => (draft.channel_id, draft.parent_id, Some(draft)),
            DraftPayload::Gone { channel_id, parent_id, .. } => (channel_id, parent_id, None),
        };
        let drafts = &mut self.state.drafts;
        drafts.retain(|one| (one.channel_id, one.parent_id) != (channel, parent));
        drafts.extend(kept);
        drafts.sort_unstable_by_key(|one| (one.channel_id, one.parent_id));
    }

    /// One of a message that was read before counts as read. What is about no message is no message's place.
    pub(super) fn notified(&mut self, new: &Notification) {
        // It is counted already where what was fetched holds it: between nodes an event may come later than what it tells of can be read.
        if Some(new.id) <= self.state.notifications.newest_id {
            return;
        }
        let is_of_message = !matches!(new.kind, NotificationType::Invite | NotificationType::System);
        let message =
            new.channel_id.filter(|_| is_of_message).map(|channel| (channel, MessageId(new.source_id)));
        let counts = !new.read && message.is_none_or(|(channel, id)| !self.is_read(channel, id));
        if counts && self.told.insert(new.id) {
            let unread = &mut self.state.notifications.unread;
            *unread = (*unread + 1).min(UNREAD_COUNTED);
        }
    }

    pub(super) fn notifications_read(&mut self, read: NotificationsReadPayload) {
        let unread = &mut self.state.notifications.unread;
        match read {
            NotificationsReadPayload::Ids { ids } => {
                let told = ids.iter().filter(|id| self.told.remove(*id)).count();
                // Of others it is not known whether they counted, nor how many are left where there may be more than are counted.
                self.anew.notifications |= told < ids.len() || *unread >= UNREAD_COUNTED;
                *unread -= told as i64;
            }
            NotificationsReadPayload::AllBefore { all_before } => {
                self.told.retain(|id| *id > all_before);
                *unread = (self.told.len() as i64).min(UNREAD_COUNTED);
            }
        }
    }
}
