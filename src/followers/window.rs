//! A window of events on its way to JetStream: sent whole, its acknowledgements awaited, and sent again until all is there.
//!
//! JetStream drops duplicates by message id, so sending again is harmless. An event that NATS refuses is parked, and the
//! others go on. A parked event is tried once more when an operator asks for it, beside the order of its stream. Nothing is
//! marked here: that is the publisher's.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::subjects::Subject;
use ajet_protocol::{Envelope, EventType, Topic, UserId};

use super::dm_people::DmPeople;
use crate::bus::{Acknowledgement, Bus, BusError, EncodedEvent, PublishFailed};
use crate::store::Store;
use crate::store::parked::Parked;

/// Between two tries while NATS or the store is away.
const RETRY: Duration = Duration::from_millis(250);
/// How long a parked event may take to be acknowledged, which takes some milliseconds as a rule: everything else waits meanwhile, since
/// the publisher has one loop. One that is acknowledged later stays parked, and is dropped as a duplicate when it is sent again.
const REPLAYED_WITHIN: Duration = Duration::from_secs(1);

/// What sends windows.
pub struct WindowSender {
    pub store: Store,
    pub bus: Bus,
    /// Who is sent copies of what happens in direct messages.
    pub dms: DmPeople,
}

/// What became of a window.
enum Sent {
    All,
    /// Some or all of it may be there, or not.
    Unknown,
    /// NATS refuses this one of them.
    TooLarge(usize),
}

impl WindowSender {
    /// Returns once every event of the window is acknowledged or parked. Parked ones come last in it then: a mark says that
    /// everything before it is published, so they are marked after the others.
    pub async fn send(&self, window: &mut Vec<Arc<EncodedEvent>>) {
        let mut parked = Vec::new();
        while !window.is_empty() {
            let sent = if self.bus.is_ready() { self.attempt(window).await } else { Sent::Unknown };
            match sent {
                Sent::All => break,
                // What came before it may be published already: sent again it is dropped as a duplicate.
                Sent::TooLarge(which) => {
                    let large = window.remove(which);
                    self.park(&large).await;
                    parked.push(large);
                }
                Sent::Unknown => tokio::time::sleep(RETRY).await,
            }
        }
        window.append(&mut parked);
    }

    /// Tries once to publish an event that is parked. Its row goes once NATS has acknowledged the event, counts one more attempt
    /// where NATS refuses it again, and stays as it is otherwise. It waits for NATS for [`REPLAYED_WITHIN`], and for the store for one
    /// statement.
    pub async fn replay(&self, event: Arc<EncodedEvent>) {
        let (stream, seq) = (event.stream, event.seq);
        let window = [Arc::clone(&event)];
        let sent = if self.bus.is_ready() {
            let attempt = tokio::time::timeout(REPLAYED_WITHIN, self.attempt(&window));
            attempt.await.unwrap_or(Sent::Unknown)
        } else {
            Sent::Unknown
        };
        match sent {
            Sent::All => match self.store.unpark(stream, seq).await {
                Ok(()) => tracing::info!(event = %event.id, %stream, seq, "a parked event is published"),
                Err(error) => tracing::warn!(%error, "a parked event is published and its row is left"),
            },
            Sent::TooLarge(_) => {
                // Its row is there already: an attempt that can't be counted is not worth the wait.
                if let Err(error) = self.store.park(&refused(&event)).await {
                    tracing::warn!(%error, "can't count an attempt at a parked event");
                }
            }
            Sent::Unknown => tracing::warn!(event = %event.id, %stream, seq, "a parked event stays parked"),
        }
    }

    async fn attempt(&self, window: &[Arc<EncodedEvent>]) -> Sent {
        let started = std::time::Instant::now();
        self.dms.learn(window).await;
        let mut sent = Vec::with_capacity(window.len());
        for (which, event) in window.iter().enumerate() {
            match self.hand_over(event).await {
                Ok(acknowledgement) => sent.push(acknowledgement),
                Err(PublishFailed::TooLarge) => return Sent::TooLarge(which),
                Err(PublishFailed::Unknown(error)) => {
                    tracing::warn!(error, "publishing failed; will try again");
                    return Sent::Unknown;
                }
            }
        }
        for one in sent {
            if let Err(error) = self.bus.acknowledged(one).await {
                tracing::warn!(%error, "publishing failed; will try again");
                return Sent::Unknown;
            }
        }
        metrics::histogram!("ajet_publish_seconds").record(started.elapsed().as_secs_f64());
        if let Some(oldest) = window.first() {
            metrics::histogram!("ajet_publish_lag_seconds").record(oldest.since.elapsed().as_secs_f64());
        }
        metrics::counter!("ajet_events_published_total").increment(window.len() as u64);
        Sent::All
    }

    /// Gives an event to NATS; its acknowledgement is still to come.
    async fn hand_over(&self, event: &EncodedEvent) -> Result<Acknowledgement, PublishFailed> {
        if let Some(user) = joiner_of(event) {
            // Before the event itself: its acknowledgement then tells that this arrived too.
            let told = self.bus.send_event(&Subject::Notifications(user), event).await;
            told.map_err(failed)?;
        }
        let acknowledgement = self.bus.publish(&subject_of(event), event).await?;
        // After the event itself: JetStream keeps what comes first under its id, and drops the copies.
        for user in self.dms.of(event).iter() {
            self.bus.send_copy(&Subject::Notifications(*user), event).await.map_err(failed)?;
        }
        Ok(acknowledgement)
    }

    /// Puts an event aside for operators to see; readers have it from the log.
    async fn park(&self, event: &EncodedEvent) {
        let parked = refused(event);
        while let Err(error) = self.store.park(&parked).await {
            tracing::warn!(%error, "can't park an event; will try again");
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Notes that NATS refuses an event.
fn refused(event: &EncodedEvent) -> Parked {
    tracing::error!(event = %event.id, stream = %event.stream, seq = event.seq, "an event can't be published; it is parked");
    metrics::counter!("ajet_events_parked_total").increment(1);
    Parked {
        stream: event.stream,
        seq: event.seq,
        event: event.id,
        reason: format!("{} bytes are more than NATS takes", event.json.len()),
        attempts: 1,
    }
}

/// Who belongs to one more community by this event: their sessions don't listen to it yet, and are told by themselves. Those of a direct
/// message are sent a copy of all that happens there.
fn joiner_of(event: &EncodedEvent) -> Option<UserId> {
    let joins = event.kind == Some(EventType::MemberJoined) && matches!(event.topic(), Topic::Community(_));
    if !joins || event.channel_id.is_some() {
        return None;
    }
    Envelope::parse(&event.json).ok()?.arrivals().first().copied()
}

/// What was not sent at all is tried again, unless it is too large.
fn failed(error: BusError) -> PublishFailed {
    match error {
        BusError::TooLarge => PublishFailed::TooLarge,
        other => PublishFailed::Unknown(other.to_string()),
    }
}

/// Where an event goes: also one that no reader gets, since programs that read JetStream may know its type.
fn subject_of(event: &EncodedEvent) -> Subject {
    event.topic().subject()
}
