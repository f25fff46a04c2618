//! The facts that writers decide on: people's standings from what the node knows of rights, all else from the store.
//!
//! Facts that are recalled may be out of date; the writer's fence finds that, and then they are gathered. Facts that are gathered are
//! those of this moment.

use std::collections::HashMap;

use ajet_domain::Standing;
use ajet_domain::event::Place;
use ajet_domain::need::{Facts, Needs, StandingOf};

use super::services::NodeServices;
use crate::store::StoreError;
use crate::store::lookup::Lookup;

/// The answers, if standings are all that is asked for and all of them are remembered.
pub fn recall(services: &NodeServices, place: Place, needs: &Needs) -> Option<Facts> {
    let rest = Needs { standings: Vec::new(), ..needs.clone() };
    if !rest.is_empty() {
        return None;
    }
    let mut facts = Facts::default();
    if !needs.standings.is_empty() {
        facts.standings = services.rights.recall_all(place.scope(), &needs.standings)?;
    }
    Some(facts)
}

/// The answers as of now.
pub async fn gather(services: &NodeServices, place: Place, mut needs: Needs) -> Result<Facts, StoreError> {
    let asked = std::mem::take(&mut needs.standings);
    let lookup = Lookup::new(&services.store, place);
    // Both are awaited, also after one that failed: a query that is dropped under way costs its connection.
    let (standings, facts) = tokio::join!(standings(services, place, &asked), lookup.gather(needs));
    let mut facts = facts?;
    facts.standings = standings?;
    Ok(facts)
}

/// Standings by the rights of now. Who asks in a scope that is not there has none.
async fn standings(
    services: &NodeServices,
    place: Place,
    asked: &[StandingOf],
) -> Result<HashMap<StandingOf, Standing>, StoreError> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    services.rights.refresh(place.scope()).await?;
    let found = services.rights.standings(place.scope(), asked).await?;
    Ok(found.unwrap_or_else(|| asked.iter().map(|one| (*one, Standing::default())).collect()))
}
