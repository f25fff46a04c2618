//! What a person sets and keeps for themselves, as their own stream tells it.

use ajet_protocol::events::DraftPayload;
use ajet_protocol::{ChannelId, CommunityId, NotifyLevel, PreferencesPayload};

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
}
