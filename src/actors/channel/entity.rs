//! What makes an activation a channel.

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::Change;
use ajet_domain::asked::Asked;
use ajet_domain::channel::{ChannelCore, Command};
use ajet_domain::event::Place;
use ajet_domain::journal::Append;
use ajet_domain::need::{Facts, Needs};
use ajet_protocol::{ChannelId, Topic, mint::Mint, ops::TRAP};

use crate::actors::facts;
use crate::actors::runtime::{Entity, Host, Tell};
use crate::actors::services::NodeServices;
use crate::store::StoreError;

/// The channels of a node.
pub type Channels = Host<Channel>;

/// A channel.
pub struct Channel;

impl Entity for Channel {
    type Core = ChannelCore;
    type Id = ChannelId;
    type Services = NodeServices;

    const KIND: Kind = Kind::Channel;
    const NAME: &'static str = "channel";

    async fn load(
        services: &Arc<NodeServices>,
        id: ChannelId,
        mint: Mint,
    ) -> Result<Option<ChannelCore>, StoreError> {
        let Some(home) = services.store.home_of(id).await? else { return Ok(None) };
        let core = ChannelCore::new(id, home.community(), mint);
        Ok(Some(match home {
            Topic::Dm(dm) => core.of_people(services.store.participants_of(dm).await?),
            Topic::Community(_) | Topic::Person(_) => core,
        }))
    }

    fn recall(services: &NodeServices, place: Place, needs: &Needs) -> Option<Facts> {
        facts::recall(services, place, needs)
    }

    async fn gather(services: &Arc<NodeServices>, place: Place, needs: Needs) -> Result<Facts, StoreError> {
        facts::gather(services, place, needs).await
    }

    fn is_trap(services: &NodeServices, asked: &Asked<Command>) -> bool {
        services.chaos && asked.key.as_ref().is_some_and(|key| key.text.starts_with(TRAP))
    }

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: Tell) {
        services.journal.append(append, tell);
    }
}
