//! What a model takes from a fresh answer of `GET /api/sync`: the parts that events did not tell, and no others.

use std::collections::BTreeSet;

use ajet_protocol::{ChannelId, CommunityId, Sync, SyncedChannel};

use super::{Anew, Model, channel_in, community_in};

impl Model {
    /// Fetches the parts that events did not tell. `fresh` is as of the last event that was taken in: what it says beyond that would count
    /// twice once its event comes.
    pub fn fetch_anew(&mut self, fresh: &Sync) {
        let anew = std::mem::take(&mut self.anew);
        if anew.all {
            return self.start_again(fresh);
        }
        if anew.me {
            self.state.user = fresh.user.clone();
        }
        if anew.blocks {
            self.state.blocks.clone_from(&fresh.blocks);
        }
        for id in &anew.communities {
            self.fetch_community(*id, fresh);
        }
        for id in &anew.rights {
            self.fetch_rights(*id, fresh);
        }
        for id in &anew.rights_in {
            self.fetch_rights_in(*id, fresh);
            let community = channel_in(fresh, *id).and_then(|one| one.channel.community_id);
            self.fetch_default(community, fresh);
        }
        for id in &anew.channels {
            self.lose_channel(*id);
            channel_in(fresh, *id).cloned().into_iter().for_each(|one| self.put(one));
            let community = channel_in(fresh, *id).and_then(|one| one.channel.community_id);
            self.fetch_default(community, fresh);
        }
        for id in &anew.defaults {
            self.fetch_default(Some(*id), fresh);
        }
        let any = !anew.communities.is_empty() || !anew.rights.is_empty() || !anew.channels.is_empty();
        if anew.notifications || any {
            self.state.notifications = fresh.notifications;
        }
        if any {
            self.state.drafts.clone_from(&fresh.drafts);
        }
        let Sync { channels, dms, drafts, .. } = &mut self.state;
        let is_seen = |id| channels.iter().chain(dms.iter()).any(|one| one.channel.id == id);
        drafts.retain(|one| is_seen(one.channel_id));
        self.anew = Anew::default();
    }

    fn fetch_default(&mut self, community: Option<CommunityId>, fresh: &Sync) {
        let default =
            community.and_then(|id| community_in(fresh, id)).and_then(|one| one.community.default_channel_id);
        if let Some(found) = self.community(community) {
            found.community.default_channel_id = default;
        }
    }

    fn fetch_community(&mut self, id: CommunityId, fresh: &Sync) {
        self.lose_community(id);
        let state = &mut self.state;
        state.communities.extend(community_in(fresh, id).cloned());
        state.communities.sort_unstable_by_key(|one| one.community.id);
        let of_it = fresh.channels.iter().filter(|one| one.channel.community_id == Some(id));
        state.channels.extend(of_it.cloned());
        state.channels.sort_unstable_by_key(|one| one.channel.id);
    }

    /// What one may do, and which channels one sees. What else is known of those that one saw before stays.
    fn fetch_rights(&mut self, id: CommunityId, fresh: &Sync) {
        let of_it = |one: &&SyncedChannel| one.channel.community_id == Some(id);
        let known = self.state.channels.iter().filter(of_it);
        let ids: BTreeSet<ChannelId> =
            known.chain(fresh.channels.iter().filter(of_it)).map(|one| one.channel.id).collect();
        ids.into_iter().for_each(|channel| self.fetch_rights_in(channel, fresh));
        let now = community_in(fresh, id).map(|one| one.my_permissions.clone());
        if let (Some(found), Some(now)) = (self.community(Some(id)), now) {
            found.my_permissions = now;
        }
        self.fetch_default(Some(id), fresh);
    }

    fn fetch_rights_in(&mut self, id: ChannelId, fresh: &Sync) {
        match (channel_in(fresh, id), self.channel(id)) {
            (Some(now), Some(place)) => place.my_permissions.clone_from(&now.my_permissions),
            (Some(now), None) => self.put(now.clone()),
            (None, _) => self.lose_channel(id),
        }
    }
}
