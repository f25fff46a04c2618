//! What a client starts with: all that its person may see, as of the moment that the cursor names.

use std::collections::{BTreeSet, HashSet};

use ajet_domain::rights;
use ajet_protocol::{
    Channel, ChannelDraft, ChannelId, Code, Community, Permission, Permissions, Sync, SyncedChannel,
    SyncedCommunity, SyncedNotifications, TokenScope, TokenScopes, UserId, limits,
};

use super::{Context, Failure, Found};
use crate::store::sync::{ChannelStart, CommunityStart, Start};

/// Everything that a person may see; by a token what its scopes allow. It is read in one transaction, and judged by rights that were read in
/// the same one.
///
/// # Errors
/// [`Failure`]; 503 on a node that has just started
pub async fn start(context: &Context, person: UserId, scopes: Option<TokenScopes>) -> Result<Sync, Failure> {
    let start = context.store.start_of(person).await?.or_not_found()?;
    let cursor = known(context.node.feeds().cursor_of(&start.snapshot))?;
    let sync = told(cursor, start);
    Ok(match scopes {
        Some(scopes) => within(sync, scopes),
        None => sync,
    })
}

/// What a token gets that may list channels: what is a person's own takes a session, and roles and permissions take the scopes of their own
/// routes.
fn within(sync: Sync, scopes: TokenScopes) -> Sync {
    let communities = sync.communities.into_iter().map(|mut community| {
        if !scopes.contains(TokenScope::MembersRead) {
            community.roles.clear();
        }
        community.my_permissions = used(&community.my_permissions, scopes);
        community
    });
    let channels = |all: Vec<SyncedChannel>| all.into_iter().map(|one| channel_within(one, scopes)).collect();
    Sync {
        communities: communities.collect(),
        channels: channels(sync.channels),
        dms: channels(sync.dms),
        notifications: SyncedNotifications::default(),
        blocks: Vec::new(),
        drafts: Vec::new(),
        ..sync
    }
}

fn channel_within(channel: SyncedChannel, scopes: TokenScopes) -> SyncedChannel {
    let my_permissions = channel.my_permissions.map(|held| used(&held, scopes));
    SyncedChannel { my_permissions, ..channel }
}

/// Those of an account's permissions that a token may use.
fn used(held: &[Permission], scopes: TokenScopes) -> Vec<Permission> {
    Permissions::of(held).and(scopes.permissions()).names()
}

/// A cursor that names a place. A node that has not read yet which log it follows has none: without one a client would miss what comes
/// before its stream is open.
fn known(cursor: String) -> Result<String, Failure> {
    if cursor.is_empty() {
        return Err(Failure::new(Code::Unavailable, "This node has just started; try again in a moment."));
    }
    Ok(cursor)
}

/// What is told of what was read.
fn told(cursor: String, start: Start) -> Sync {
    let Start { snapshot: _, me, communities, dms, unread, newest_notification, blocks, drafts } = start;
    let (communities, channels): (Vec<SyncedCommunity>, Vec<Vec<SyncedChannel>>) =
        communities.into_iter().map(shown).unzip();
    let mut channels: Vec<SyncedChannel> = channels.into_iter().flatten().collect();
    channels.sort_unstable_by_key(|one| one.channel.id);
    let dms: Vec<SyncedChannel> = dms.into_iter().map(direct).collect();
    let joined: HashSet<ChannelId> =
        channels.iter().chain(&dms).filter(|one| one.joined).map(|one| one.channel.id).collect();
    let counts = |channel: Option<ChannelId>| channel.is_none_or(|id| joined.contains(&id));
    let unread: i64 = unread.into_iter().filter(|(id, _)| counts(*id)).map(|(_, count)| count).sum();
    let unread = unread.min(limits::UNREAD_COUNTED);
    let notifications = SyncedNotifications { unread, newest_id: newest_notification };
    let seen: HashSet<ChannelId> = channels.iter().map(|one| one.channel.id).collect();
    let drafts = drafts.into_iter().filter(|one| one.is_direct || seen.contains(&one.draft.channel_id));
    let mut drafts: Vec<ChannelDraft> = drafts.map(|one| one.draft).collect();
    drafts.sort_unstable_by_key(|one| (one.channel_id, one.parent_id));
    Sync { cursor, user: me, communities, channels, dms, notifications, blocks, drafts }
}

/// A community and those of its channels that the person sees. Most of many channels are like the community and not joined: then what
/// one may do there is told once.
fn shown(start: CommunityStart) -> (SyncedCommunity, Vec<SyncedChannel>) {
    let CommunityStart { community, categories, roles, emoji, channels, rights, member } = start;
    let standing = |channel| rights::standing(&rights, Some(&member), channel, 0);
    let everywhere = standing(None).permissions;
    let seen = channels.into_iter().filter_map(|ChannelStart { channel, last_read, joined }| {
        let here = standing(Some(channel.id));
        let joined = joined && here.in_channel;
        let is_own = joined || here.permissions != everywhere;
        here.sees().then(|| SyncedChannel {
            last_read_id: last_read.filter(|_| here.in_channel),
            joined,
            my_permissions: is_own.then(|| here.permissions.names()),
            channel,
        })
    });
    let seen: Vec<SyncedChannel> = seen.collect();
    let ids: BTreeSet<ChannelId> = seen.iter().map(|one| one.channel.id).collect();
    let arrival = community.default_channel_id.filter(|id| ids.contains(id));
    let shown = SyncedCommunity {
        categories,
        roles,
        emoji,
        my_permissions: everywhere.names(),
        community: Community { default_channel_id: arrival, ..community },
    };
    (shown, seen)
}

/// A direct message, in which everybody may do what a member may.
fn direct(start: ChannelStart) -> SyncedChannel {
    let ChannelStart { channel, last_read, joined } = start;
    let my_permissions = Some(in_dm(&channel).names());
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

#[cfg(test)]
#[path = "sync_tests.rs"]
mod tests;
