//! The rule itself, and what follows from it.
//!
//! 1. A member may do what every member may, and what each of their custom roles adds. An admin and an owner may do all.
//! 2. A channel's overwrites change that, but not for an admin or an owner: first the one for everybody, then all of those for the
//!    person's custom roles together, then the one for the person. Each step takes away what it denies and adds what it allows, in this
//!    order: of two roles, one that denies and one that allows, the one that allows wins.
//! 3. Who may not view a channel may do nothing there, and is not in it. Who may, sees it if it is public, or if they joined it: no
//!    overwrite opens a private channel.

use ajet_protocol::{Audience, ChannelId, Permission, Permissions, RoleId, Visibility};

use super::{ChannelRights, CommunityRights, MemberRights, Rank, Target};
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
    let granted = Granted::to(community, member);
    let there = channel.and_then(|id| Some(granted.within(id, community.channels.get(&id)?)));
    let there = there.unwrap_or(Within { permissions: granted.permissions, ..Within::default() });
    Standing {
        acl_version: version,
        in_community: true,
        in_channel: there.joined,
        sees_channel: there.sees,
        archived: there.archived,
        slow_mode_s: there.slow_mode_s,
        permissions: there.permissions,
        muted_until: member.muted_until,
        rank: granted.rank,
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
        // Who they are is told by how it was before.
        Audience::FormerSeers(_) => false,
        Audience::Person => true,
    }
}

/// The channels that a person may know of, out of all of the community, sorted.
#[must_use]
pub fn seen_channels(community: &CommunityRights, member: Option<&MemberRights>) -> Vec<ChannelId> {
    let Some(member) = member else { return Vec::new() };
    let granted = Granted::to(community, member);
    let seen = community.channels.iter().filter(|(id, rights)| granted.within(**id, rights).sees);
    let mut seen: Vec<_> = seen.map(|(id, _)| *id).collect();
    seen.sort_unstable();
    seen
}

/// Whether everybody in its community knows of a channel, whatever they joined and whichever roles they hold. `denied` is all that the
/// channel's overwrites deny to anybody.
#[must_use]
pub fn is_known_to_all(visibility: Visibility, denied: Permissions) -> bool {
    visibility == Visibility::Public && !denied.contains(Permission::ViewChannel)
}

/// Whether people other than those who joined a channel may know of it: then who does is looked for among all.
#[must_use]
pub fn may_be_seen_unjoined(rights: &ChannelRights) -> bool {
    rights.visibility == Visibility::Public
}

/// What a member may do before any channel is looked at.
struct Granted<'a> {
    community: &'a CommunityRights,
    member: &'a MemberRights,
    permissions: Permissions,
    rank: Rank,
}

/// What a member may do in a channel.
#[derive(Default)]
struct Within {
    permissions: Permissions,
    sees: bool,
    joined: bool,
    archived: bool,
    slow_mode_s: u32,
}

impl<'a> Granted<'a> {
    fn to(community: &'a CommunityRights, member: &'a MemberRights) -> Self {
        let held = member.roles().iter().filter_map(|role| community.roles.get(role));
        let own = Permissions::of_role(member.role);
        let permissions = held.fold(own, |all, role| all.union(role.permissions));
        Self { community, member, permissions, rank: Rank::of(community, member) }
    }

    fn within(&self, id: ChannelId, rights: &ChannelRights) -> Within {
        let permissions = self.overwritten(rights);
        if !permissions.contains(Permission::ViewChannel) {
            return Within { permissions: Permissions::NONE, ..Within::default() };
        }
        let joined = self.member.has_joined(id);
        let sees = joined || may_be_seen_unjoined(rights);
        let (archived, slow_mode_s) = (rights.archived, rights.slow_mode_s);
        Within { permissions, sees, joined, archived, slow_mode_s }
    }

    fn overwritten(&self, rights: &ChannelRights) -> Permissions {
        if rights.overwrites().is_empty() || self.rank.is_above_roles() {
            return self.permissions;
        }
        let (mut everybody, mut roles, mut person) = (Step::default(), Step::default(), Step::default());
        for one in rights.overwrites() {
            let step = match one.target {
                Target::Everybody => &mut everybody,
                Target::Role(role) if self.holds(role) => &mut roles,
                Target::User(user) if user == self.member.person => &mut person,
                Target::Role(_) | Target::User(_) => continue,
            };
            step.deny = step.deny.union(one.deny);
            step.allow = step.allow.union(one.allow);
        }
        [everybody, roles, person].into_iter().fold(self.permissions, Step::applied_to)
    }

    fn holds(&self, role: RoleId) -> bool {
        self.member.holds(role) && self.community.roles.contains_key(&role)
    }
}

/// One step of the order in which overwrites are applied.
#[derive(Default)]
struct Step {
    allow: Permissions,
    deny: Permissions,
}

impl Step {
    fn applied_to(before: Permissions, step: Self) -> Permissions {
        before.without(step.deny).union(step.allow)
    }
}
