//! What makes an activation a channel.

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::asked::Asked;
use ajet_domain::channel::{Change, ChannelCore, Command};
use ajet_domain::event::Place;
use ajet_domain::journal::Append;
use ajet_domain::need::{Facts, Needs};
use ajet_protocol::{ChannelId, mint::Mint, ops::TRAP};

use super::memory::Memory;
use crate::actors::runtime::{Entity, Host, Tell};
use crate::actors::services::NodeServices;
use crate::store::StoreError;
use crate::store::lookup::Lookup;

/// The channels of a node.
pub type Channels = Host<Channel>;

/// A channel.
pub struct Channel;

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

    fn recall(memory: &Memory, needs: &Needs) -> Option<Facts> {
        memory.recall(needs)
    }

    async fn gather(services: &Arc<NodeServices>, place: Place, needs: Needs) -> Result<Facts, StoreError> {
        Lookup::new(&services.store, place).gather(needs).await
    }

    fn remember(memory: &mut Memory, facts: &Facts) {
        memory.remember(facts);
    }

    fn is_trap(services: &NodeServices, asked: &Asked<Command>) -> bool {
        services.chaos && asked.key.as_ref().is_some_and(|key| key.text.starts_with(TRAP))
    }

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: Tell) {
        services.journal.append(append, tell);
    }
}
