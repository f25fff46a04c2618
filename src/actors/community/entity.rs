//! What makes an activation a community.

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::Change;
use ajet_domain::community::CommunityCore;
use ajet_domain::event::Place;
use ajet_domain::journal::Append;
use ajet_domain::need::{Facts, Needs};
use ajet_protocol::{CommunityId, mint::Mint};

use crate::actors::facts;
use crate::actors::runtime::{Entity, Host, Tell};
use crate::actors::services::NodeServices;
use crate::store::StoreError;

/// The communities of a node.
pub type Communities = Host<Community>;

/// A community.
pub struct Community;

impl Entity for Community {
    type Core = CommunityCore;
    type Id = CommunityId;
    type Services = NodeServices;

    const KIND: Kind = Kind::Community;
    const NAME: &'static str = "community";

    async fn load(
        _: &Arc<NodeServices>,
        id: CommunityId,
        mint: Mint,
    ) -> Result<Option<CommunityCore>, StoreError> {
        Ok(Some(CommunityCore::new(id, mint)))
    }

    async fn gather(services: &Arc<NodeServices>, place: Place, needs: Needs) -> Result<Facts, StoreError> {
        facts::gather(services, place, needs).await
    }

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: Tell) {
        services.journal.append(append, tell);
    }
}
