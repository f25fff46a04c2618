//! A client that keeps what `GET /api/sync` said up to date by events, as `docs/events.md` says.
//!
//! Some parts no event tells. A client fetches these anew, when an event says that they may have changed; what does so stands in
//! [`Anew`], with the reason.

use std::collections::{BTreeSet, HashMap};

use ajet_protocol::events::{DraftPayload, NotificationsReadPayload, ReadPayload, RightsChanged};
use ajet_protocol::{
    Category, CategoryId, Channel, ChannelId, ChannelShown, CommunityId, CommunityShown, CustomRole,
    Envelope, Event, Member, Mention, MessageId, MessageShown, NotificationId, NotifyLevel, Permissions,
    PreferencesPayload, Role, Sync, SyncedChannel, SyncedCommunity, Unread, User, UserId, Visibility,
};

/// Parts that events say no more of than that they may have changed.
#[derive(Debug, Default)]
struct Anew {
    /// Whether others see that one is there: the person's own `user.updated` shows what others see.
    me: bool,
    /// How many notifications are unread: reading a channel reads its notifications, and those of channels that are lost do not count.
    notifications: bool,
    /// Communities that one has come into, and those that `rights` names.
    communities: BTreeSet<CommunityId>,
    /// What one may do and see in a community: of one's own custom roles, and of roles that one may hold.
    rights: BTreeSet<CommunityId>,
    /// What one may do in a channel, and whether one sees it: after a change of an overwrite.
    rights_in: BTreeSet<ChannelId>,
    /// The channel that everybody arrives in: `community.updated` says that it may be another one, not which.
    defaults: BTreeSet<CommunityId>,
    /// Channels that one has joined, or sees now and did not know: how far they are read, what is set for them, and the newest message.
    channels: BTreeSet<ChannelId>,
}

/// What is known of a message that one was told of.
#[derive(Debug, Clone, Copy)]
struct Said {
    by_others: bool,
    mentions_me: bool,
}

/// What a person's client shows.
pub struct Model {
    me: UserId,
    state: Sync,
    said: HashMap<MessageId, Said>,
    /// Notifications that the person was told of.
    told: BTreeSet<NotificationId>,
    anew: Anew,
}

fn channel_in(sync: &Sync, id: ChannelId) -> Option<&SyncedChannel> {
    sync.channels.iter().chain(&sync.dms).find(|one| one.channel.id == id)
}

fn community_in(sync: &Sync, id: CommunityId) -> Option<&SyncedCommunity> {
    sync.communities.iter().find(|one| one.community.id == id)
}

impl Model {
    /// What a client shows that has just fetched everything.
    pub fn of(start: &Sync) -> Self {
        Self {
            me: start.user.user.id,
            state: start.clone(),
            said: HashMap::new(),
            told: BTreeSet::new(),
            anew: Anew::default(),
        }
    }

    /// What the client shows now.
    pub fn state(&self) -> &Sync {
        &self.state
    }

    /// It has fetched everything once more.
    pub fn start_again(&mut self, fresh: &Sync) {
        self.state = fresh.clone();
    }

    fn channel(&mut self, id: ChannelId) -> Option<&mut SyncedChannel> {
        self.state.channels.iter_mut().chain(&mut self.state.dms).find(|one| one.channel.id == id)
    }

    fn community(&mut self, id: Option<CommunityId>) -> Option<&mut SyncedCommunity> {
        self.state.communities.iter_mut().find(|one| Some(one.community.id) == id)
    }

    /// Takes in an event.
    pub fn apply(&mut self, envelope: &Envelope) {
        let (community, channel) = (envelope.community_id, envelope.channel_id);
        let Some(event) = envelope.event().expect("its payload") else { return };
        match event {
            Event::MessageCreated(said) => self.message_created(&said.message),
            Event::MessageEdited(said) => self.message_edited(&said.message),
            Event::MessageDeleted(gone) => self.message_deleted(channel, gone.message_id),
            Event::ChannelCreated(made) => {
                self.channel_created(made.channel, envelope.actor_id == Some(self.me));
            }
            Event::ChannelUpdated(updated) => self.channel_updated(updated.channel),
            Event::ChannelDeleted(gone) => self.lose_channel(gone.channel_id),
            Event::CategoryCreated(made) => self.category(made.category),
            Event::CategoryUpdated(updated) => self.category(updated.category),
            Event::CategoryDeleted(gone) => self.category_deleted(gone.category_id, community),
            Event::CommunityUpdated(updated) => self.community_updated(updated.community),
            Event::CommunityDeleted(gone) => self.lose_community(gone.community_id),
            Event::RoleCreated(made) => self.role(made.role),
            Event::RoleUpdated(updated) => self.role(updated.role),
            Event::RoleDeleted(gone) => {
                if let Some(found) = self.community(community) {
                    found.roles.retain(|role| role.id != gone.role_id);
                }
                self.anew.rights.extend(community);
            }
            Event::OverwriteUpdated(set) => self.overwritten(set.overwrite.channel_id),
            Event::OverwriteDeleted(gone) => self.overwritten(gone.overwrite.channel_id),
            Event::UserUpdated(updated) => {
                self.user(&updated.user, envelope.stream.0 == self.me.0);
            }
            other => self.apply_rest(other, community, channel),
        }
    }

    /// Events of membership, and of the person alone.
    fn apply_rest(&mut self, event: Event, community: Option<CommunityId>, channel: Option<ChannelId>) {
        match event {
            Event::MemberJoined(joined) if joined.member.user.id == self.me => match channel {
                Some(channel) => self.anew.channels.extend([channel]),
                None => self.anew.communities.extend(community),
            },
            Event::MemberLeft(gone) if gone.user_id == self.me => match (channel, community) {
                (Some(channel), _) => self.leave_channel(channel),
                (None, Some(community)) => self.lose_community(community),
                (None, None) => {}
            },
            Event::MemberKicked(gone) | Event::MemberBanned(gone) if gone.user_id == self.me => {
                community.into_iter().for_each(|community| self.lose_community(community));
            }
            Event::MemberUpdated(updated) => self.member(&updated.member, community),
            // The ids rise, so a new one is the last.
            Event::EmojiCreated(made) => {
                self.community(community).into_iter().for_each(|one| one.emoji.push(made.emoji.clone()));
            }
            Event::EmojiDeleted(gone) => {
                let found = self.community(community).into_iter();
                found.for_each(|one| one.emoji.retain(|other| other.id != gone.emoji_id));
            }
            Event::NotificationNew(new) if !new.notification.read => {
                self.told.insert(new.notification.id);
                self.state.notifications.unread += 1;
            }
            Event::NotificationRead(read) => self.notifications_read(read),
            Event::ReadUpdated(read) => self.read(read),
            Event::ChannelPreferences(set) => self.preferences(set),
            Event::DraftUpdated(told) => self.drafted(told),
            // Reactions, who else is in a channel, and who types: no part of this.
            _ => {}
        }
    }

    /// The frame `rights` names what is to be fetched anew.
    pub fn rights_changed(&mut self, changed: &RightsChanged) {
        self.anew.communities.extend(&changed.communities);
        self.anew.channels.extend(&changed.channels);
    }

    fn message_created(&mut self, message: &MessageShown) {
        let by_others = message.author.id != self.me;
        if message.parent_id.is_some() {
            // Which replies count goes by the threads that one follows, and one's own reply may change that. What is not among `said`
            // is fetched anew when it is edited or deleted as well.
            self.anew.channels.insert(message.channel_id);
            return;
        }
        let said = Said { by_others, mentions_me: calls(&message.mentions, self.me) };
        self.said.insert(message.id, said);
        let Some(place) = self.channel(message.channel_id) else {
            // A direct message that was hidden, or one that is fetched anew in any case.
            self.anew.channels.insert(message.channel_id);
            return;
        };
        place.channel.last_message_id = place.channel.last_message_id.max(Some(message.id));
        if by_others {
            place.channel.unread.count += 1;
            place.channel.unread.mentions += i64::from(said.mentions_me);
        }
    }

    fn message_edited(&mut self, message: &MessageShown) {
        let mentions_me = calls(&message.mentions, self.me);
        let Some(before) = self.said.get(&message.id).copied() else {
            self.anew.channels.insert(message.channel_id);
            return;
        };
        self.said.insert(message.id, Said { mentions_me, ..before });
        if let Some(place) = self.unread_at(message.channel_id, message.id, before) {
            place.channel.unread.mentions += i64::from(mentions_me) - i64::from(before.mentions_me);
        }
    }

    fn message_deleted(&mut self, channel: Option<ChannelId>, id: MessageId) {
        let Some(channel) = channel else { return };
        let Some(before) = self.said.remove(&id) else {
            self.anew.channels.insert(channel);
            return;
        };
        if let Some(place) = self.unread_at(channel, id, before) {
            place.channel.unread.count -= 1;
            place.channel.unread.mentions -= i64::from(before.mentions_me);
        }
    }

    /// The channel of a message, if the message counts as unread there.
    fn unread_at(&mut self, channel: ChannelId, id: MessageId, said: Said) -> Option<&mut SyncedChannel> {
        let place = self.channel(channel)?;
        (said.by_others && place.last_read_id < Some(id)).then_some(place)
    }

    /// It has no overwrites yet, so what one may do there is what one may do in the community.
    fn channel_created(&mut self, shown: ChannelShown, by_me: bool) {
        // Who comes into a community is told what happened there a moment before, and fetches all of it.
        if shown.community_id.is_some() && self.community(shown.community_id).is_none() {
            return;
        }
        let my_permissions = match shown.community_id {
            None => Permissions::of_role(Role::Member).names(),
            found => self.community(found).map(|one| one.my_permissions.clone()).unwrap_or_default(),
        };
        let joined = by_me || shown.community_id.is_none();
        let channel = Channel::from(shown);
        // Of most channels that one has not joined what one may do there is told by the community.
        let my_permissions = joined.then_some(my_permissions);
        self.put(SyncedChannel { channel, last_read_id: None, joined, my_permissions });
    }

    fn channel_updated(&mut self, shown: ChannelShown) {
        let Some(place) = self.channel(shown.id) else {
            self.anew.channels.insert(shown.id);
            self.anew.defaults.extend(shown.community_id);
            return;
        };
        // What is the reader's own stays, and there is no order between this stream and that of the channel's messages.
        let last_message_id = place.channel.last_message_id.max(shown.last_message_id);
        let (unread, muted, notify) = (place.channel.unread, place.channel.muted, place.channel.notify);
        place.channel = Channel { unread, muted, notify, last_message_id, ..Channel::from(shown) };
    }

    fn put(&mut self, one: SyncedChannel) {
        let id = one.channel.id;
        let list =
            if one.channel.community_id.is_some() { &mut self.state.channels } else { &mut self.state.dms };
        list.retain(|other| other.channel.id != id);
        list.push(one);
        list.sort_unstable_by_key(|one| one.channel.id);
    }

    fn lose_channel(&mut self, id: ChannelId) {
        self.state.channels.retain(|one| one.channel.id != id);
        self.state.dms.retain(|one| one.channel.id != id);
        for community in &mut self.state.communities {
            let arrival = &mut community.community.default_channel_id;
            *arrival = arrival.filter(|default| *default != id);
        }
        self.anew.notifications = true;
    }

    /// A private channel is not there any more for who has left it; of a public one they have nothing.
    fn leave_channel(&mut self, id: ChannelId) {
        self.anew.notifications = true;
        let Some(place) = self.channel(id) else { return };
        if place.channel.visibility == Visibility::Private {
            return self.lose_channel(id);
        }
        (place.joined, place.last_read_id) = (false, None);
        (place.channel.unread, place.channel.muted) = (Unread::default(), false);
        place.channel.notify = NotifyLevel::default();
    }

    fn category(&mut self, category: Category) {
        if let Some(found) = self.community(Some(category.community_id)) {
            found.categories.retain(|one| one.id != category.id);
            found.categories.push(category);
            found.categories.sort_unstable_by_key(|one| (one.position, one.id));
        }
    }

    fn category_deleted(&mut self, id: CategoryId, community: Option<CommunityId>) {
        if let Some(found) = self.community(community) {
            found.categories.retain(|one| one.id != id);
        }
        for place in self.state.channels.iter_mut().filter(|one| one.channel.category_id == Some(id)) {
            place.channel.category_id = None;
        }
    }

    fn community_updated(&mut self, shown: CommunityShown) {
        let CommunityShown { id, name, slug, avatar_url, created_at, .. } = shown;
        if let Some(found) = self.community(Some(id)) {
            (found.community.name, found.community.slug) = (name, slug);
            found.community.created_at = created_at;
            found.community.avatar_url = avatar_url;
        }
        self.anew.defaults.insert(id);
    }

    fn lose_community(&mut self, id: CommunityId) {
        self.state.communities.retain(|one| one.community.id != id);
        self.state.channels.retain(|one| one.channel.community_id != Some(id));
        self.anew.notifications = true;
    }

    fn member(&mut self, member: &Member, community: Option<CommunityId>) {
        if member.user.id != self.me {
            return;
        }
        if let Some(found) = self.community(community) {
            found.community.role = member.role;
        }
        self.anew.rights.extend(community);
    }

    fn role(&mut self, role: CustomRole) {
        let community = role.community_id;
        if let Some(found) = self.community(Some(community)) {
            found.roles.retain(|one| one.id != role.id);
            found.roles.push(role);
            found.roles.sort_unstable_by_key(|one| (one.position, one.id));
        }
        self.anew.rights.insert(community);
    }

    fn overwritten(&mut self, channel: ChannelId) {
        self.anew.rights_in.insert(channel);
        self.anew.notifications = true;
    }

    fn user(&mut self, user: &User, on_own_stream: bool) {
        if user.id == self.me {
            self.state.user.user = user.clone();
            self.anew.me |= on_own_stream;
        }
        let in_dms = self.state.dms.iter_mut().flat_map(|one| &mut one.channel.members);
        for known in in_dms.chain(&mut self.state.blocks).filter(|known| known.id == user.id) {
            known.clone_from(user);
        }
    }

    fn notifications_read(&mut self, read: NotificationsReadPayload) {
        let unread = &mut self.state.notifications.unread;
        match read {
            NotificationsReadPayload::Ids { ids } => {
                *unread -= ids.len() as i64;
                self.told.retain(|id| !ids.contains(id));
            }
            NotificationsReadPayload::AllBefore { all_before } => {
                self.told.retain(|id| *id > all_before);
                *unread = self.told.len() as i64;
            }
        }
    }

    fn read(&mut self, read: ReadPayload) {
        let ReadPayload { channel_id, message_id, unread } = read;
        if let Some(place) = self.channel(channel_id) {
            (place.last_read_id, place.channel.unread) = (message_id, unread);
        }
        self.anew.notifications = true;
    }

    fn preferences(&mut self, set: PreferencesPayload) {
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

    fn drafted(&mut self, told: DraftPayload) {
        let (channel, parent, kept) = match told {
            DraftPayload::Kept { draft } => (draft.channel_id, draft.parent_id, Some(draft)),
            DraftPayload::Gone { channel_id, parent_id, .. } => (channel_id, parent_id, None),
        };
        let drafts = &mut self.state.drafts;
        drafts.retain(|one| (one.channel_id, one.parent_id) != (channel, parent));
        drafts.extend(kept);
        drafts.sort_unstable_by_key(|one| (one.channel_id, one.parent_id));
    }

    /// Fetches the parts that events did not tell.
    pub fn fetch_anew(&mut self, fresh: &Sync) {
        let anew = std::mem::take(&mut self.anew);
        if anew.me {
            self.state.user = fresh.user.clone();
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

/// Whether somebody is among those whom a text mentions.
fn calls(mentions: &[Mention], person: UserId) -> bool {
    mentions.iter().any(|mention| mention.target_id == Some(person.0))
}
