//! Communities as entities: what they look up and append. What they decide is in `ajet_domain::community`.
//!
//! Key: the community's id. Facts are read afresh for every command: changes of rights are rare, and must be right.

use std::sync::Arc;

use ajet_cluster::Kind;
use ajet_domain::community::{Change, CommunityCore, Facts, Needs};
use ajet_domain::journal::Append;
use ajet_protocol::{CommunityId, mint::Mint};

use super::node::NodeServices;
use super::runtime::{Entity, Host, Tell};
use crate::store::{Inconsistent, StoreError};

/// The communities of a node.
pub type Communities = Host<Community>;

/// The kind.
pub struct Community;

impl Entity for Community {
    type Core = CommunityCore;
    type Id = CommunityId;
    type Memory = ();
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

    fn community(core: &CommunityCore) -> CommunityId {
        core.id()
    }

    fn recall((): &(), _: &Needs) -> Option<Facts> {
        None
    }

    async fn gather(
        services: &Arc<NodeServices>,
        id: CommunityId,
        needs: Needs,
    ) -> Result<Facts, StoreError> {
        let facts = services.store.community_facts(id, &needs).await?;
        facts.ok_or_else(|| Inconsistent("community of a channel's stream").into())
    }

    fn remember((): &mut (), _: &Facts) {}

    fn append(services: &Arc<NodeServices>, append: Append<Change>, tell: Tell) {
        let store = services.store.clone();
        tokio::spawn(async move { tell(store.append_community(&append).await) });
    }
}
