//! Founds communities: an append to a stream that begins with it. No actor serializes it, since no other request can name the
//! community before; constraints decide races, and the key tells repetitions.
//!
//! What became of an append whose answer was lost shows in the stream: its first event is ours, or nothing is there. Every attempt is
//! the same, so that two of them can't found two communities.

use std::sync::Arc;
use std::time::Duration;

use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::{Asked, Key};
use ajet_domain::community::{Founding, Names, NotFounded, found as decide};
use ajet_domain::journal::{DuplicateKey, Outcome};
use ajet_domain::need::PriorResult;
use ajet_domain::verb::Made;
use ajet_protocol::{Addressed, Community, StreamId};
use tokio::sync::oneshot;

use super::runtime::Services;
use super::services::NodeServices;
use super::universe::Real;
use crate::store::StoreError;

/// The new community, or which one the key made before.
pub type Founded = Result<Made<Community>, AskError<NotFounded>>;

/// How long a founding is tried: less than a request may take.
const WITHIN: Duration = Duration::from_secs(8);
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(100);

/// What became of a founding that was decided.
enum Settled {
    Done,
    /// The key made this before.
    Before(PriorResult),
    /// A constraint refused it.
    Refused(String),
}

/// Founds a community under the caller's key. What is still open after eight seconds is answered `NoAnswer`: a repetition under the same
/// key finds out.
pub async fn found(services: &Arc<NodeServices>, asked: Asked<Names>, key: Key) -> Founded {
    let founding = tokio::time::timeout(WITHIN, attempt(services, asked, &key));
    founding.await.unwrap_or(Err(AskError::Unavailable(Unavailable::NoAnswer)))
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
        match settle(services, &founding, &stored).await? {
            Settled::Done => return Ok(Made::New(founding.community)),
            Settled::Before(prior) => return made_before(key, prior),
            Settled::Refused(constraint) if constraint == Founding::OWNED => {}
            Settled::Refused(constraint) => return Err(refused(&constraint)),
        }
    }
    Err(refused(Founding::OWNED))
}

/// Appends until it is known what became of it.
async fn settle(
    services: &Arc<NodeServices>,
    founding: &Founding,
    key: &DuplicateKey,
) -> Result<Settled, AskError<NotFounded>> {
    loop {
        let outcome = append(services, founding).await;
        match &outcome {
            Outcome::Committed { .. } => return Ok(Settled::Done),
            // One request under the same key at once breaks the name's constraint as well as the key's: whichever is told.
            Outcome::Constraint(name) => {
                let prior = services.store.founded_under(key).await.map_err(not_now)?;
                return Ok(prior.map_or_else(|| Settled::Refused(name.clone()), Settled::Before));
            }
            // It rests on no rights: it can't be stale.
            Outcome::Failed | Outcome::StaleAcl => return Err(AskError::Poison),
            // By another request, or by an attempt of ours whose answer was lost.
            Outcome::Fenced | Outcome::Spent(_) | Outcome::Unknown => {}
        }
        if came_through(services, founding).await {
            return Ok(Settled::Done);
        }
        if let Outcome::Spent(_) = outcome
            && let Some(prior) = services.store.founded_under(key).await.map_err(not_now)?
            // Ours, if it could just not be looked at: its events are still to be announced.
            && prior.object != founding.community.id.0
        {
            return Ok(Settled::Before(prior));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Appends once.
async fn append(services: &Arc<NodeServices>, founding: &Founding) -> Outcome {
    let (tell, told) = oneshot::channel();
    let (announcer, events) = (Arc::clone(services), Arc::clone(&founding.events));
    let done = move |outcome: Outcome| {
        // Here and not by the caller, who may have gone meanwhile.
        if let Outcome::Committed { acl_version } = &outcome {
            announce(&announcer, &events, *acl_version);
        }
        // A caller that has gone needs no outcome.
        let _ = tell.send(outcome);
    };
    services.journal.append(founding.append(), Box::new(done));
    told.await.unwrap_or(Outcome::Unknown)
}

/// Whether an attempt whose answer was lost founded the community after all: then its events are still to be announced.
async fn came_through(services: &NodeServices, founding: &Founding) -> bool {
    let stream = StreamId::from(founding.community.id);
    let position = match services.store.sight(stream, 0).await {
        Ok(position) => position,
        Err(error) => {
            tracing::warn!(%error, "can't look whether a community was founded");
            return false;
        }
    };
    let ours = founding.events.first().map(|one| one.event.id);
    let found = position.filter(|position| ours.is_some() && position.next == ours);
    if let Some(position) = found {
        announce(services, &founding.events, position.acl_version);
    }
    found.is_some()
}

/// Delivers and publishes the events of a founding, under the ACL version that its commit gave them.
fn announce(services: &NodeServices, events: &[Addressed], acl_version: u64) {
    let mut events = events.to_vec();
    for one in &mut events {
        one.event.acl_version = Some(acl_version);
    }
    services.publish(&events);
}

fn made_before(key: &Key, prior: PriorResult) -> Founded {
    if key.matches(prior.fingerprint) { Ok(Made::Before(prior.object)) } else { Err(AskError::KeyReused) }
}

fn refused(constraint: &str) -> AskError<NotFounded> {
    NotFounded::by(constraint).map_or_else(
        || {
            tracing::error!(constraint, "a constraint that no founding can break");
            AskError::Poison
        },
        AskError::Refused,
    )
}

fn not_now(error: StoreError) -> AskError<NotFounded> {
    if let StoreError::Away(source) = &error {
        tracing::warn!(error = %source, "store away");
        return AskError::Unavailable(Unavailable::StoreAway);
    }
    tracing::error!(%error, "store fault");
    AskError::Poison
}
