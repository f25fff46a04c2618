//! Channels as entities: what they load, look up and append. What they decide is in `ajet_domain::channel`.
//!
//! Key: the channel's id. A crash loses the queue (callers ask again under the same key) and the memory of standings.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::Standing;
use ajet_domain::channel::{Change, ChannelCore, Command, Facts, Needs};
use ajet_domain::journal::Append;
use ajet_protocol::{ChannelId, CommunityId, UserId, mint::Mint, ops::TRAP};
use lru::LruCache;

use super::node::NodeServices;
use super::runtime::{Entity, Host};
use crate::store::StoreError;

/// The channels of a node.
pub type Channels = Host<Channel>;

/// The kind.
pub struct Channel;

/// People whose standing an active channel remembers.
// Evaluated by the compiler: it can't fail in a running server.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(1024).unwrap();

/// Recently read standings, all as of one ACL version.
pub struct Memory {
    acl_version: u64,
    standings: LruCache<UserId, Standing>,
}

impl Default for Memory {
    fn default() -> Self {
        // Takes no room for what it does not hold yet.
        Self { acl_version: 0, standings: LruCache::sparse(REMEMBERED) }
    }
}

impl Entity for Channel {
    type Core = ChannelCore;
    type Id = ChannelId;
    type Memory = Memory;
    type Services = NodeServices;

    const KIND: Kind = Kind::Channel;
    const NAME: &'static str = "channel";

    async fn load(
        services: &Arc<NodeServices>,
        id: ChannelId,
        mint: Mint,
    ) -> Result<Option<ChannelCore>, StoreError> {
        let community = services.store.home_of(id).await?;
        Ok(community.map(|community| ChannelCore::new(id, community, mint)))
    }

    fn community(core: &ChannelCore) -> CommunityId {
        core.community()
    }

    fn recall(memory: &Memory, needs: &Needs) -> Option<Facts> {
        if needs.fresh || memory.acl_version == 0 || !needs.messages.is_empty() || !needs.keys.is_empty() {
            return None;
        }
        let found = |user: &UserId| memory.standings.peek(user).map(|standing| (*user, *standing));
        let standings = needs.standings.iter().map(found).collect::<Option<HashMap<_, _>>>()?;
        Some(Facts { acl_version: memory.acl_version, standings, ..Facts::default() })
    }

    async fn gather(services: &Arc<NodeServices>, id: ChannelId, needs: Needs) -> Result<Facts, StoreError> {
        let store = &services.store;
        let standings = store.standings(needs.community, id, &needs.standings).await?;
        let messages = match needs.messages.is_empty() {
            true => HashMap::new(),
            false => store.messages_in(id, &needs.messages).await?,
        };
        let made = store.made_by(&needs.keys).await?;
        Ok(Facts { acl_version: standings.acl_version, standings: standings.of, messages, made })
    }

    fn remember(memory: &mut Memory, facts: &Facts) {
        if memory.acl_version != facts.acl_version {
            memory.standings.clear();
            memory.acl_version = facts.acl_version;
        }
        for (user, standing) in &facts.standings {
            memory.standings.put(*user, *standing);
        }
    }

    fn is_trap(services: &NodeServices, command: &Command) -> bool {
        services.chaos && matches!(command, Command::Post { key, .. } if key.starts_with(TRAP))
    }

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: super::runtime::Tell) {
        services.journal.append(append, tell);
    }
}
