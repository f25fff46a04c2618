//! What people may do, for look-ups whose answers depend on it: read of the moment, and judged by the domain's one rule.
//!
//! The entity that asks is not always the one whose rights they are, so the node's memory of rights is no help: a person's stream writes
//! of channels of many communities. Each part is read with its version, and what is made of them carries the lowest: a change after it
//! is found by the fence of the append.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ajet_domain::need::{Joined, StandingOf};
use ajet_domain::rights::{self, CommunityRights, MemberRights};
use ajet_domain::{Scope, Standing};
use ajet_protocol::{ChannelId, UserId};

use super::{Store, StoreError};

/// That a person has joined a channel, as a row says it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    pub user: UserId,
    pub channel: ChannelId,
    /// What is true of a person whom the channel denies nothing.
    pub joined: Joined,
    /// Whether the channel has overwrites: only then it can deny anything.
    pub overwritten: bool,
}

impl Store {
    /// What people may do in a scope, or in channels of it. Who asks of a scope that is not there has no rights.
    pub(super) async fn standings(
        &self,
        scope: Scope,
        asked: &[StandingOf],
    ) -> Result<HashMap<StandingOf, Standing>, StoreError> {
        let people: BTreeSet<UserId> = asked.iter().map(|one| one.user).collect();
        let channels: BTreeSet<ChannelId> = asked.iter().filter_map(|one| one.channel).collect();
        let (people, channels) = (Vec::from_iter(people), Vec::from_iter(channels));
        // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
        let (members, roles, channels) = tokio::join!(
            self.member_rights(scope, &people),
            self.role_rights(scope),
            self.some_channels(scope, &channels)
        );
        let (members, roles, channels) = (members?, roles?, channels?);
        let (Some((of_members, members)), Some((of_roles, roles))) = (members, roles) else {
            return Ok(asked.iter().map(|one| (*one, Standing::default())).collect());
        };
        let (of_channels, channels) = channels.unwrap_or((of_members, Vec::new()));
        let version = of_members.min(of_roles).min(of_channels);
        let community = CommunityRights { channels: channels.into_iter().collect(), roles: Arc::new(roles) };
        let members: HashMap<UserId, MemberRights> = members.into_iter().collect();
        let standing = |one: &StandingOf| {
            (*one, rights::standing(&community, members.get(&one.user), one.channel, version))
        };
        Ok(asked.iter().map(standing).collect())
    }

    /// The same channels as [`Store::channel_rights`]; nothing is asked where there are none.
    async fn some_channels(
        &self,
        scope: Scope,
        channels: &[ChannelId],
    ) -> Result<Option<super::rights::AsOf<Vec<(ChannelId, rights::ChannelRights)>>>, StoreError> {
        if channels.is_empty() { Ok(None) } else { self.channel_rights(scope, channels).await }
    }

    /// Which of these people are in their channels by the rule, and as of which version. Who joined a channel is in it, unless it has
    /// overwrites: then what they say is read, for these channels alone. Those of a deleted community are for the caller to leave out: they
    /// are read with the membership.
    pub(super) async fn confirmed(
        &self,
        memberships: Vec<Membership>,
    ) -> Result<HashMap<(UserId, ChannelId), Joined>, StoreError> {
        let mut confirmed = HashMap::new();
        let mut judged: HashMap<Scope, Vec<StandingOf>> = HashMap::new();
        for Membership { user, channel, joined, overwritten } in memberships {
            if overwritten {
                judged.entry(joined.scope).or_default().push(StandingOf { user, channel: Some(channel) });
            } else {
                confirmed.insert((user, channel), joined);
            }
        }
        for (scope, asked) in judged {
            let standings = self.standings(scope, &asked).await?;
            let there = standings.into_iter().filter(|(_, standing)| standing.in_channel);
            confirmed.extend(there.filter_map(|(asked, standing)| {
                let joined = Joined { scope, acl_version: standing.acl_version };
                Some(((asked.user, asked.channel?), joined))
            }));
        }
        Ok(confirmed)
    }
}
