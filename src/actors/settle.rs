//! Appends that found: each begins a stream that is not there yet, so no activation serializes it. It is tried until it is known what became
//! of it.
//!
//! What became of an append whose answer was lost shows in the stream: its first event is ours, or another one's, or nothing is there.
//! Every attempt is the same, so that two of them can't found twice. What is founded is decided elsewhere.

use std::sync::Arc;
use std::time::Duration;

use ajet_domain::Change;
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::Key;
use ajet_domain::journal::{Append, DuplicateKey, Outcome};
use ajet_domain::need::PriorResult;
use ajet_domain::verb::Made;
use ajet_protocol::{Addressed, StreamId};
use tokio::sync::oneshot;

use super::runtime::Services;
use super::services::NodeServices;
use crate::store::StoreError;

/// How long a founding is tried: less than a request may take.
const WITHIN: Duration = Duration::from_secs(8);
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(100);

/// What became of a founding that was decided.
pub enum Settled {
    Done,
    /// The key made this before.
    Before(PriorResult),
    /// The stream is there, and another founding began it.
    There,
    /// A constraint refused it.
    Refused(String),
}

/// How a stream that is to begin stands.
enum Stands {
    /// It begins with our events.
    AsOurs,
    /// It is there, and does not.
    AsAnothers,
    /// It is not there, or could not be looked at.
    Nowhere,
}

/// What a founding comes to within eight seconds. What is still open then is answered `NoAnswer`: a repetition under the same key finds
/// out.
///
/// # Errors
/// Those of the founding, and `NoAnswer`.
pub async fn within_time<T, R>(
    founding: impl Future<Output = Result<T, AskError<R>>>,
) -> Result<T, AskError<R>> {
    let found = tokio::time::timeout(WITHIN, founding).await;
    found.unwrap_or(Err(AskError::Unavailable(Unavailable::NoAnswer)))
}

/// Appends until it is known what became of it. `append` is the same each time; the stream's id is that of what it founds.
///
/// # Errors
/// `Poison` where the store can't take it, `StoreAway` where the key can't be looked up.
pub async fn settle<R>(
    services: &Arc<NodeServices>,
    append: impl Fn() -> Append<Change> + Send + Sync,
    key: &DuplicateKey,
) -> Result<Settled, AskError<R>> {
    loop {
        let founding = append();
        let (stream, events) = (founding.stream, Arc::clone(&founding.events));
        let outcome = try_once(services, founding).await;
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
        match stands(services, stream, &events).await {
            Stands::AsOurs => return Ok(Settled::Done),
            Stands::AsAnothers => return Ok(Settled::There),
            Stands::Nowhere => {}
        }
        if let Outcome::Spent(_) = outcome
            && let Some(prior) = services.store.founded_under(key).await.map_err(not_now)?
            // Ours, if it could just not be looked at: its events are still to be announced.
            && prior.object != stream.0
        {
            return Ok(Settled::Before(prior));
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Appends once.
async fn try_once(services: &Arc<NodeServices>, append: Append<Change>) -> Outcome {
    let (tell, told) = oneshot::channel();
    let (announcer, events) = (Arc::clone(services), Arc::clone(&append.events));
    let done = move |outcome: Outcome| {
        // Here and not by the caller, who may have gone meanwhile.
        if let Outcome::Committed { acl_version } = &outcome {
            announce(&announcer, &events, *acl_version);
        }
        // A caller that has gone needs no outcome.
        let _ = tell.send(outcome);
    };
    services.journal.append(append, Box::new(done));
    told.await.unwrap_or(Outcome::Unknown)
}

/// Looks whether an attempt whose answer was lost came through after all: then its events are still to be announced.
async fn stands(services: &NodeServices, stream: StreamId, events: &[Addressed]) -> Stands {
    let position = match services.store.sight(stream, 0).await {
        Ok(position) => position,
        Err(error) => {
            tracing::warn!(%error, "can't look whether something was founded");
            return Stands::Nowhere;
        }
    };
    let Some(position) = position else { return Stands::Nowhere };
    let ours = events.first().map(|one| one.event.id);
    if ours.is_none() || position.next != ours {
        return Stands::AsAnothers;
    }
    announce(services, events, position.acl_version);
    Stands::AsOurs
}

/// Delivers and publishes the events of a founding, under the ACL version that its commit gave them.
fn announce(services: &NodeServices, events: &[Addressed], acl_version: u64) {
    let mut events = events.to_vec();
    for one in &mut events {
        one.event.acl_version = Some(acl_version);
    }
    services.publish(&events);
}

/// The answer to a key that made something before.
///
/// # Errors
/// `KeyReused` where that was by another request.
pub fn made_before<T, R>(key: &Key, prior: PriorResult) -> Result<Made<T>, AskError<R>> {
    if key.matches(prior.fingerprint) { Ok(Made::Before(prior.object)) } else { Err(AskError::KeyReused) }
}

/// The answer to what a constraint refuses that no founding of this kind can break.
pub fn unexpected<R>(constraint: &str) -> AskError<R> {
    tracing::error!(constraint, "a constraint that no founding can break");
    AskError::Poison
}

/// The answer where the store gives none.
pub fn not_now<R>(error: StoreError) -> AskError<R> {
    if let StoreError::Away(source) = &error {
        tracing::warn!(error = %source, "store away");
        return AskError::Unavailable(Unavailable::StoreAway);
    }
    tracing::error!(%error, "store fault");
    AskError::Poison
}
