//! Founds communities: an append to a stream that begins with it. No actor serializes it, since no other request can name the
//! community before; constraints decide races, and the key tells repetitions.

use std::sync::Arc;

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::{Asked, Key};
use ajet_domain::community::{Founding, Names, NotFounded, found as decide};
use ajet_domain::verb::Made;
use ajet_protocol::Community;

use super::services::NodeServices;
use super::settle::{Settled, made_before, not_now, settle, unexpected, within_time};
use super::universe::Real;

/// The new community, or which one the key made before.
pub type Founded = Result<Made<Community>, AskError<NotFounded>>;

/// Founds a community under the caller's key.
pub async fn found(services: &Arc<NodeServices>, asked: Asked<Names>, key: Key) -> Founded {
    within_time(attempt(services, asked, &key)).await
}

async fn attempt(services: &Arc<NodeServices>, asked: Asked<Names>, key: &Key) -> Founded {
    let stored = Founding::key(asked.by.id(), key);
    if let Some(prior) = services.store.founded_under(&stored).await.map_err(not_now)? {
        return made_before(key, prior);
    }
    // The system gets its owner once, so the second decision meets no other founder's claim.
    for _ in 0..2 {
        let founders = services.store.founders().await.map_err(not_now)?;
        let founding = decide(asked.clone(), key, founders, services.number, &mut Real);
        let founding = founding.map_err(AskError::Refused)?;
        match settle::<NotFounded>(services, || founding.append(), &stored).await? {
            Settled::Done => return Ok(Made::New(founding.community)),
            Settled::Before(prior) => return made_before(key, prior),
            // Its id is new: no other founding can have made it.
            Settled::There => return Err(AskError::Unavailable(Unavailable::NoAnswer)),
            Settled::Refused(constraint) if constraint == Founding::OWNED => {}
            Settled::Refused(constraint) => return Err(refused(&constraint)),
        }
    }
    Err(refused(Founding::OWNED))
}

fn refused(constraint: &str) -> AskError<NotFounded> {
    NotFounded::by(constraint).map_or_else(|| unexpected(constraint), AskError::Refused)
}
