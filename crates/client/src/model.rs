//! What a person's client shows: what `GET /api/sync` said, kept up to date by events, as `docs/events.md` says. It does no IO.
//!
//! Some parts no event tells. A client fetches these anew, when an event says that they may have changed; what does so stands in
//! [`Anew`], with the reason. [`Model::apply`] says so by [`Change::Refetch`]. A client that does not know at which event an answer was made
//! fetches everything, begins a new model, and opens its stream at the answer's cursor: no event is then taken in twice or left out
//! ([`Mirror`](crate::Mirror)).

mod fetching;
mod own;

use std::collections::{BTreeSet, HashMap};

use ajet_protocol::events::{ReadPayload, RightsChanged};
use ajet_protocol::limits::UNREAD_COUNTED;
use ajet_protocol::{
    Category, CategoryId, Channel, ChannelId, ChannelShown, ChannelType, CommunityId, CommunityShown,
    CustomRole, Envelope, Event, Member, Mention, MentionType, MessageId, MessageShown, NotificationId,
    NotifyLevel, Permissions, Role, Sync, SyncedChannel, SyncedCommunity, Unread, User, UserId, Visibility,
};

/// What an event did to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is of a type that this version does not know.
    Nothing,
    /// It was taken in.
    Applied,
    /// It was taken in as far as it says what is so now; more than that, or something before it, has to be fetched.
    Refetch,
}

/// Parts that events say no more of than that they may have changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Anew {
    /// Anything: the stream could not make up for what was missed, or an event was not understood.
    all: bool,
    /// Whether others see that one is there: the person's own `user.updated` shows what others see.
    me: bool,
    /// How many notifications are unread: reading a channel reads its notifications, and those of channels that are lost do not count.
    notifications: bool,
    /// Whom one blocks.
    blocks: bool,
    /// Communities that one has come into, those that `rights` names, and those where one may hold other roles.
    communities: BTreeSet<CommunityId>,
    /// What one may do and see in a community, of which a role was made or changed.
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
#[derive(Debug, Clone)]
pub struct Model {
    me: UserId,
    state: Sync,
    said: HashMap<MessageId, Said>,
    /// The newest message of each channel that was fetched: it and those before it are counted already, if an event tells of one again.
    held: HashMap<ChannelId, MessageId>,
    /// Notifications that the person was told of.
    told: BTreeSet<NotificationId>,
    anew: Anew,
}

fn channel_in(sync: &Sync, id: ChannelId) -> Option<&SyncedChannel> {
    sync.channels.iter().chain(&sync.dms).find(|one| one.channel.id == id)
}

fn newest_of(sync: &Sync) -> HashMap<ChannelId, MessageId> {
    let all = sync.channels.iter().chain(&sync.dms);
    all.filter_map(|one| Some((one.channel.id, one.channel.last_message_id?))).collect()
}

fn community_in(sync: &Sync, id: CommunityId) -> Option<&SyncedCommunity> {
    sync.communities.iter().find(|one| one.community.id == id)
}

impl Model {
    /// What a client shows that has just fetched everything.
    #[must_use]
    pub fn of(start: &Sync) -> Self {
        Self {
            me: start.user.user.id,
            state: start.clone(),
            said: HashMap::new(),
            held: newest_of(start),
            told: BTreeSet::new(),
            anew: Anew::default(),
        }
    }

    /// What the client shows now. Parts that have to be fetched anew are as they were.
    #[must_use]
    pub fn state(&self) -> &Sync {
        &self.state
    }

    /// Whether something has to be fetched anew.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.anew != Anew::default()
    }

    /// It has fetched everything once more, as of the last event that it took in.
    pub fn start_again(&mut self, fresh: &Sync) {
        *self = Self::of(fresh);
    }

    fn channel(&mut self, id: ChannelId) -> Option<&mut SyncedChannel> {
        self.state.channels.iter_mut().chain(&mut self.state.dms).find(|one| one.channel.id == id)
    }

    fn community(&mut self, id: Option<CommunityId>) -> Option<&mut SyncedCommunity> {
        self.state.communities.iter_mut().find(|one| Some(one.community.id) == id)
    }

    /// Takes in an event. Of each stream they come in its order, each once.
    pub fn apply(&mut self, envelope: &Envelope) -> Change {
        match envelope.event() {
            Ok(None) => return Change::Nothing,
            Ok(Some(event)) => self.take_in(event, envelope),
            // A payload of a later release, whose change is not known.
            Err(_) => self.anew.all = true,
        }
        if self.is_stale() { Change::Refetch } else { Change::Applied }
    }

    fn take_in(&mut self, event: Event, envelope: &Envelope) {
        let (community, channel) = (envelope.community_id, envelope.channel_id);
        match event {
            Event::MessageCreated(said) => self.message_created(&said.message),
            Event::MessageEdited(said) => self.message_edited(&said.message),
            Event::MessageDeleted(gone) => self.message_deleted(channel, gone.message_id),
            Event::ChannelCreated(made) => {
                self.channel_created(made.channel, envelope.actor_id == Some(self.me));
            }
            Event::ChannelUpdated(updated) => self.channel_updated(updated.channel),
            Event::ChannelDeleted(gone) | Event::ChannelClosed(gone) => self.lose_channel(gone.channel_id),
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
                self.anew.communities.extend(community);
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
                if let Some(one) = self.community(community)
                    && one.emoji.iter().all(|other| other.id != made.emoji.id)
                {
                    one.emoji.push(made.emoji);
                }
            }
            Event::EmojiDeleted(gone) => {
                let found = self.community(community).into_iter();
                found.for_each(|one| one.emoji.retain(|other| other.id != gone.emoji_id));
            }
            Event::NotificationNew(new) => self.notified(&new.notification),
            Event::NotificationRead(read) => self.notifications_read(read),
            Event::ReadUpdated(read) => self.read(read),
            // What counts there is for the server to say.
            Event::ThreadPreferences(set) => self.anew.channels.extend([set.channel_id]),
            Event::ChannelPreferences(set) => self.preferences(set),
            Event::CommunityPreferences(set) => self.level(set.community_id, set.notify),
            Event::DraftUpdated(told) => self.drafted(told),
            // It tells a person by their id alone.
            Event::BlockUpdated(set) => {
                self.state.blocks.retain(|one| one.id != set.user_id);
                self.anew.blocks |= set.blocked;
            }
            // Reactions, who else is in a channel, and who types: no part of this.
            _ => {}
        }
    }

    /// The frame `rights` names what is to be fetched anew.
    pub fn rights_changed(&mut self, changed: &RightsChanged) {
        self.anew.communities.extend(&changed.communities);
        self.anew.channels.extend(&changed.channels);
    }

    /// The frame `resync` says that anything may have been missed.
    pub fn missed_something(&mut self) {
        self.anew.all = true;
    }

    fn message_created(&mut self, message: &MessageShown) {
        let is_held = self.held.get(&message.channel_id).is_some_and(|newest| message.id <= *newest);
        if is_held || self.said.contains_key(&message.id) {
            return;
        }
        let by_others = message.author.id != self.me;
        if message.parent_id.is_some() {
            // Which replies count goes by the threads that one follows, and one's own reply may change that. What is not among `said`
            // is fetched anew when it is edited or deleted as well.
            self.anew.channels.insert(message.channel_id);
            return;
        }
        let said = Said { by_others, mentions_me: calls(&message.mentions, self.me) };
        if by_others && calls_many(&message.mentions) {
            self.anew.channels.insert(message.channel_id);
        } else {
            self.said.insert(message.id, said);
        }
        let Some(place) = self.channel(message.channel_id) else {
            // A direct message that was hidden, or one that is fetched anew in any case.
            self.anew.channels.insert(message.channel_id);
            return;
        };
        place.channel.last_message_id = place.channel.last_message_id.max(Some(message.id));
        // There is no order between this stream and the reader's own, which may have told already that it was read.
        if by_others && place.last_read_id < Some(message.id) {
            let unread = &mut place.channel.unread;
            unread.count = (unread.count + 1).min(UNREAD_COUNTED);
            unread.mentions = (unread.mentions + i64::from(said.mentions_me)).min(UNREAD_COUNTED);
        }
    }

    fn message_edited(&mut self, message: &MessageShown) {
        let mentions_me = calls(&message.mentions, self.me);
        if message.author.id == self.me {
            return;
        }
        let before = self.said.remove(&message.id).filter(|_| !calls_many(&message.mentions));
        // Also of one that is read: it may become unread again.
        self.said.extend(before.map(|before| (message.id, Said { mentions_me, ..before })));
        if self.is_read(message.channel_id, message.id) {
            return;
        }
        let Some(before) = before else {
            self.anew.channels.insert(message.channel_id);
            return;
        };
        if mentions_me == before.mentions_me {
            return;
        }
        match self.unread_at(message.channel_id, message.id, before) {
            Some(unread) if is_exact(*unread) => {
                unread.mentions += i64::from(mentions_me) - i64::from(before.mentions_me);
            }
            Some(_) => self.anew.channels.extend([message.channel_id]),
            None => {}
        }
    }

    fn message_deleted(&mut self, channel: Option<ChannelId>, id: MessageId) {
        let Some(channel) = channel else { return };
        let before = self.said.remove(&id);
        if self.is_read(channel, id) && (before.is_some() || !self.has_unread(channel)) {
            return;
        }
        // Where it was read it may be one's own reply, without which one does not follow the thread.
        let Some(before) = before else {
            self.anew.channels.insert(channel);
            return;
        };
        match self.unread_at(channel, id, before) {
            Some(unread) if is_exact(*unread) => {
                unread.count -= 1;
                unread.mentions -= i64::from(before.mentions_me);
            }
            Some(_) => self.anew.channels.extend([channel]),
            None => {}
        }
    }

    /// Whether a message counts as read, and so for nothing that is shown.
    fn is_read(&self, channel: ChannelId, id: MessageId) -> bool {
        channel_in(&self.state, channel).is_some_and(|place| place.last_read_id >= Some(id))
    }

    fn has_unread(&self, channel: ChannelId) -> bool {
        channel_in(&self.state, channel).is_some_and(|place| place.channel.unread.count > 0)
    }

    /// What is unread where a message stands, if the message counts there.
    fn unread_at(&mut self, channel: ChannelId, id: MessageId, said: Said) -> Option<&mut Unread> {
        let place = self.channel(channel)?;
        (said.by_others && place.last_read_id < Some(id)).then_some(&mut place.channel.unread)
    }

    /// It has no overwrites yet, so what one may do there is what one may do in the community.
    fn channel_created(&mut self, shown: ChannelShown, by_me: bool) {
        // Who comes into a community is told what happened there a moment before, and fetches all of it. A channel that is known already
        // was told of before.
        let is_foreign = shown.community_id.is_some() && self.community(shown.community_id).is_none();
        if is_foreign || self.channel(shown.id).is_some() {
            return;
        }
        let my_permissions = match shown.community_id {
            None => Permissions::of_role(Role::Member).names(),
            found => self.community(found).map(|one| one.my_permissions.clone()).unwrap_or_default(),
        };
        // A group shows to others with its first message, which finds it unknown.
        if shown.kind == ChannelType::GroupDm && !by_me {
            return;
        }
        let joined = by_me || shown.community_id.is_none();
        let level = self.community(shown.community_id).map(|one| one.community.notify);
        let notify = level.filter(|_| joined).unwrap_or_default();
        let channel = Channel { notify, ..Channel::from(shown) };
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
        self.held.extend(one.channel.last_message_id.map(|newest| (id, newest)));
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
        // With other roles one also is mentioned by other messages.
        self.anew.communities.extend(community);
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

    fn read(&mut self, read: ReadPayload) {
        let ReadPayload { channel_id, message_id, unread } = read;
        if let Some(place) = self.channel(channel_id) {
            (place.last_read_id, place.channel.unread) = (message_id, unread);
        }
        self.anew.notifications = true;
    }
}

/// Whether a text mentions people without naming them: those of a role, or all who are there. Whether it counts as a mention of the reader
/// is for the server to say.
fn calls_many(mentions: &[Mention]) -> bool {
    mentions
        .iter()
        .any(|one| matches!(one.kind, MentionType::Role | MentionType::Here | MentionType::Everyone))
}

/// Whether no more is unread than is counted: how much is left when one less is unread can only be told then.
fn is_exact(unread: Unread) -> bool {
    unread.count < UNREAD_COUNTED
}

/// Whether somebody is among those whom a text mentions.
fn calls(mentions: &[Mention], person: UserId) -> bool {
    mentions.iter().any(|mention| mention.target_id == Some(person.0))
}
