//! The channels in which a person may find anything: those that they see in their communities, and their direct messages.

use std::collections::{BTreeMap, HashSet};

use ajet_domain::Scope;
use ajet_protocol::{ChannelId, CommunityId, SearchQuery, UserId};
use futures::future::join_all;

use crate::usecases::reads::AT_ONCE;
use crate::usecases::{Context, Failure};

/// Channels, each with the scope whose rights say who sees it.
#[derive(Debug, Default)]
pub struct Sight {
    scopes: BTreeMap<ChannelId, Scope>,
    direct: HashSet<ChannelId>,
}

impl Sight {
    /// Of those that a query is about, by the rights of now: the versions up to which they are known are read first.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn of(context: &Context, reader: UserId, asked: &SearchQuery) -> Result<Self, Failure> {
        let topics = context.store.topics_of(reader).await?;
        let mut sight = Self::default();
        let communities = topics.communities.iter().copied();
        let wanted = |id: CommunityId| asked.community_id.is_none_or(|only| only == id);
        let communities: Vec<_> = communities.filter(|(id, _)| wanted(*id)).collect();
        for some in communities.chunks(AT_ONCE) {
            let reading = some.iter().map(|(id, version)| seen_in(context, reader, *id, *version));
            // All are awaited, also after one that failed: a query that is dropped under way costs its connection.
            for (seen, (id, _)) in join_all(reading).await.into_iter().zip(some) {
                sight.scopes.extend(seen?.into_iter().map(|channel| (channel, Scope::from(*id))));
            }
        }
        if asked.community_id.is_none() {
            // Who takes part in a direct message never changes.
            sight.direct.extend(topics.dms.iter().map(|dm| dm.id));
            sight.scopes.extend(topics.dms.iter().map(|dm| (dm.id, Scope(dm.id.0))));
        }
        if let Some(only) = asked.channel_id {
            sight.scopes.retain(|channel, _| *channel == only);
        }
        Ok(sight)
    }

    /// All channels.
    pub fn channels(&self) -> impl Iterator<Item = ChannelId> {
        self.scopes.keys().copied()
    }

    /// The scope of one of them.
    pub fn scope_of(&self, channel: ChannelId) -> Option<Scope> {
        self.scopes.get(&channel).copied()
    }

    /// Those of communities, by their community; each list is sorted.
    pub fn of_communities(&self) -> BTreeMap<Scope, Vec<ChannelId>> {
        let mut by_scope: BTreeMap<Scope, Vec<ChannelId>> = BTreeMap::new();
        for (channel, scope) in self.scopes.iter().filter(|(channel, _)| !self.direct.contains(channel)) {
            by_scope.entry(*scope).or_default().push(*channel);
        }
        by_scope
    }
}

async fn seen_in(
    context: &Context,
    reader: UserId,
    community: CommunityId,
    version: u64,
) -> Result<Vec<ChannelId>, Failure> {
    context.rights.at_least(community, version).await?;
    let found = context.rights.seen_channels(community, reader).await?;
    Ok(found.filter(|(_, belongs, _)| *belongs).map(|(_, _, seen)| seen).unwrap_or_default())
}
