//! The list of channels and direct messages, as it stands at the side.

use ajet_client::Model;
use ajet_protocol::{Channel, ChannelId, ChannelType, CommunityId, Sync, SyncedChannel, UserId};

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Row<'a> {
    /// A community's name, or `Direct messages`.
    Head(&'a str),
    Category(&'a str),
    Channel(&'a SyncedChannel),
}

/// The lines of the list: communities with the channels that one has joined, then direct messages, the newest first. The open channel is
/// among them in any case.
#[must_use]
pub fn rows(model: &Model, open: Option<ChannelId>) -> Vec<Row<'_>> {
    let sync = model.state();
    let mut rows = Vec::new();
    for one in &sync.communities {
        rows.push(Row::Head(&one.community.name));
        let mut channels = shown(sync, one.community.id, open);
        channels.sort_by_key(|one| (one.channel.position, one.channel.id));
        let outside = channels.iter().copied().filter(|one| one.channel.category_id.is_none());
        rows.extend(outside.map(Row::Channel));
        for category in &one.categories {
            let of_it = |one: &&SyncedChannel| one.channel.category_id == Some(category.id);
            let mut inside = channels.iter().copied().filter(of_it).peekable();
            if inside.peek().is_some() {
                rows.push(Row::Category(&category.name));
                rows.extend(inside.map(Row::Channel));
            }
        }
    }
    let mut dms: Vec<&SyncedChannel> = sync.dms.iter().collect();
    dms.sort_by_key(|one| std::cmp::Reverse((one.channel.last_message_id, one.channel.id)));
    if !dms.is_empty() {
        rows.push(Row::Head("Direct messages"));
        rows.extend(dms.into_iter().map(Row::Channel));
    }
    rows
}

fn shown(sync: &Sync, community: CommunityId, open: Option<ChannelId>) -> Vec<&SyncedChannel> {
    let is_shown = |one: &&SyncedChannel| {
        one.channel.community_id == Some(community)
            && (one.joined || one.channel.kind == ChannelType::Voice || open == Some(one.channel.id))
            && (!one.channel.archived || open == Some(one.channel.id) || one.channel.unread.count > 0)
    };
    sync.channels.iter().filter(is_shown).collect()
}

/// The channels of the list, in its order.
pub fn channels(model: &Model, open: Option<ChannelId>) -> impl Iterator<Item = &SyncedChannel> {
    rows(model, open).into_iter().filter_map(|row| match row {
        Row::Channel(channel) => Some(channel),
        Row::Head(_) | Row::Category(_) => None,
    })
}

/// A channel of the model.
#[must_use]
pub fn channel(model: &Model, id: ChannelId) -> Option<&SyncedChannel> {
    let sync = model.state();
    sync.channels.iter().chain(&sync.dms).find(|one| one.channel.id == id)
}

/// Whether a channel's messages are read here; voice channels are opened in a browser.
#[must_use]
pub fn is_read_here(channel: &SyncedChannel) -> bool {
    channel.channel.kind != ChannelType::Voice
}

/// The next channel behind one, in a circle, that has something new to read here; those with mentions come first.
#[must_use]
pub fn next_unread(model: &Model, from: Option<ChannelId>) -> Option<ChannelId> {
    let all: Vec<&SyncedChannel> = channels(model, from).filter(|one| is_read_here(one)).collect();
    let start =
        from.and_then(|from| all.iter().position(|one| one.channel.id == from)).map_or(0, |at| at + 1);
    let round = || all[start..].iter().chain(&all[..start]).filter(|one| Some(one.channel.id) != from);
    let mentioned = round().find(|one| one.channel.unread.mentions > 0);
    let found = mentioned.or_else(|| round().find(|one| one.channel.unread.count > 0 && !one.channel.muted));
    found.map(|one| one.channel.id)
}

/// The channel so many places below one, or above it; it stops at the ends.
#[must_use]
pub fn beside(model: &Model, from: Option<ChannelId>, by: isize) -> Option<ChannelId> {
    step(channels(model, from), from, by)
}

/// The same, of those that are read here.
#[must_use]
pub fn read_beside(model: &Model, from: Option<ChannelId>, by: isize) -> Option<ChannelId> {
    step(channels(model, from).filter(|one| is_read_here(one)), from, by)
}

fn step<'a>(
    channels: impl Iterator<Item = &'a SyncedChannel>,
    from: Option<ChannelId>,
    by: isize,
) -> Option<ChannelId> {
    let all: Vec<ChannelId> = channels.map(|one| one.channel.id).collect();
    let at = from.and_then(|from| all.iter().position(|one| *one == from));
    let to = at.map_or(0, |at| at.saturating_add_signed(by));
    all.get(to.min(all.len().saturating_sub(1))).copied()
}

/// What a channel is called, without a sign: a direct message by its people, but for oneself.
#[must_use]
pub fn name(channel: &Channel, me: UserId) -> String {
    if channel.community_id.is_some() || !channel.name.is_empty() && channel.kind == ChannelType::GroupDm {
        return channel.name.clone();
    }
    let others = channel.members.iter().filter(|person| person.id != me);
    let names: Vec<&str> = others.map(|person| person.display_name.as_str()).collect();
    if names.is_empty() { "yourself".to_owned() } else { names.join(", ") }
}

/// The sign in front of a channel's name.
#[must_use]
pub fn sign(channel: &Channel) -> &'static str {
    use ajet_protocol::Visibility::Private;
    match channel.kind {
        ChannelType::Dm => "@",
        ChannelType::GroupDm => "&",
        ChannelType::Voice => "♪",
        ChannelType::Text if channel.visibility == Private => "⚿",
        ChannelType::Text => "#",
    }
}
