//! What a client starts with: all that its person may see, as of the moment that the cursor names.

use std::collections::{BTreeSet, HashSet};

use ajet_domain::rights;
use ajet_protocol::{
    Channel, ChannelId, Community, Permissions, Sync, SyncedChannel, SyncedCommunity, UnreadNotifications,
    UserId, limits,
};

use super::{Context, Failure, Found};
use crate::store::sync::{ChannelStart, CommunityStart, Start};

/// Everything that a person may see. It is read in one transaction, and judged by rights that were read in the same one.
///
/// # Errors
/// [`Failure`]
pub async fn start(context: &Context, person: UserId) -> Result<Sync, Failure> {
    let Start { snapshot, me, communities, dms, unread, blocks } =
        context.store.start_of(person).await?.or_not_found()?;
    let cursor = context.node.feeds().cursor_of(&snapshot);
    let (communities, channels): (Vec<SyncedCommunity>, Vec<Vec<SyncedChannel>>) =
        communities.into_iter().map(shown).unzip();
    let mut channels: Vec<SyncedChannel> = channels.into_iter().flatten().collect();
    channels.sort_unstable_by_key(|one| one.channel.id);
    let dms: Vec<SyncedChannel> = dms.into_iter().map(direct).collect();
    let joined: HashSet<ChannelId> =
        channels.iter().chain(&dms).filter(|one| one.joined).map(|one| one.channel.id).collect();
    let unread: i64 = unread.into_iter().filter(|(id, _)| joined.contains(id)).map(|(_, count)| count).sum();
    let notifications = UnreadNotifications { unread: unread.min(limits::UNREAD_COUNTED) };
    Ok(Sync { cursor, user: me, communities, channels, dms, notifications, blocks })
}

/// A community and those of its channels that the person sees.
fn shown(start: CommunityStart) -> (SyncedCommunity, Vec<SyncedChannel>) {
    let CommunityStart { community, categories, roles, channels, rights, member } = start;
    let standing = |channel| rights::standing(&rights, Some(&member), channel, 0);
    let seen = channels.into_iter().filter_map(|ChannelStart { channel, last_read, joined }| {
        let here = standing(Some(channel.id));
        here.sees().then(|| SyncedChannel {
            last_read_id: last_read.filter(|_| here.in_channel),
            joined: joined && here.in_channel,
            my_permissions: here.permissions.names(),
            channel,
        })
    });
    let seen: Vec<SyncedChannel> = seen.collect();
    let ids: BTreeSet<ChannelId> = seen.iter().map(|one| one.channel.id).collect();
    let arrival = community.default_channel_id.filter(|id| ids.contains(id));
    let shown = SyncedCommunity {
        categories,
        roles,
        my_permissions: standing(None).permissions.names(),
        community: Community { default_channel_id: arrival, ..community },
    };
    (shown, seen)
}

/// A direct message, in which everybody may do what a member may.
fn direct(start: ChannelStart) -> SyncedChannel {
    let ChannelStart { channel, last_read, joined } = start;
    let my_permissions = in_dm(&channel).names();
    SyncedChannel { channel, last_read_id: last_read, joined, my_permissions }
}

/// What anybody may do in a direct message that they take part in, by the one rule.
fn in_dm(channel: &Channel) -> Permissions {
    let there = rights::ChannelRights::plain(channel.visibility);
    let community = rights::CommunityRights { channels: [(channel.id, there)].into(), ..Default::default() };
    let member = rights::MemberRights::new(
        UserId(uuid::Uuid::nil()),
        ajet_protocol::Role::Member,
        None,
        vec![channel.id],
    );
    rights::standing(&community, Some(&member), Some(channel.id), 0).permissions
}
