//! The rule itself, and what follows from it.

use ajet_protocol::{Audience, ChannelId, Permissions, Visibility};

use super::{CommunityRights, MemberRights};
use crate::Standing;

/// What a person may do in the community, and in the channel if one is named. `member` is `None` for a person who does not belong
/// to the community; `version` is the ACL version as of which both were read.
#[must_use]
pub fn standing(
    community: &CommunityRights,
    member: Option<&MemberRights>,
    channel: Option<ChannelId>,
    version: u64,
) -> Standing {
    let Some(member) = member else {
        return Standing { acl_version: version, ..Standing::default() };
    };
    let known = channel.and_then(|id| Some((id, community.channels.get(&id)?)));
    let joined = known.is_some_and(|(id, _)| member.has_joined(id));
    let public = known.is_some_and(|(_, rights)| rights.visibility == Visibility::Public);
    Standing {
        acl_version: version,
        in_community: true,
        in_channel: joined,
        sees_channel: public || joined,
        permissions: Permissions::of_role(member.role),
        muted_until: member.muted_until,
    }
}

/// Whether a person gets an event with this audience. What is for one person travels on that person's own topic.
#[must_use]
pub fn hears(community: &CommunityRights, member: Option<&MemberRights>, audience: Audience) -> bool {
    let of = |channel| standing(community, member, channel, 0);
    match audience {
        Audience::Members => of(None).in_community,
        Audience::Seers(channel) => of(Some(channel)).sees(),
        Audience::Joined(channel) => of(Some(channel)).in_channel,
        Audience::Person => true,
    }
}

/// The channels that a person may know of, out of all of the community, sorted.
#[must_use]
pub fn seen_channels(community: &CommunityRights, member: Option<&MemberRights>) -> Vec<ChannelId> {
    let all = community.channels.keys().copied();
    let mut seen: Vec<_> = all.filter(|id| standing(community, member, Some(*id), 0).sees()).collect();
    seen.sort_unstable();
    seen
}
