//! Parked events: those that NATS did not take, kept aside for operators.
//!
//! A row refers to its event and never holds a text. It says nothing about how far its stream is published: that mark passes
//! an event once it is parked, and removing the row does not move it.

use ajet_protocol::ops::ParkedEvent;
use ajet_protocol::{EventId, Page, StreamId};

use super::streams::{count, stored};
use super::{Store, StoreError};

/// Parked events in one list.
const LISTED: usize = 100;

/// An event that NATS did not take.
#[derive(Debug, Clone)]
pub struct Parked {
    pub stream: StreamId,
    pub seq: u64,
    pub event: EventId,
    pub reason: String,
    /// How often NATS was tried since the row was last written.
    pub attempts: i32,
}

impl Store {
    /// Keeps an event aside; its stream goes on. Of one that is parked already, attempts add up and the newest reason counts.
    pub async fn park(&self, parked: &Parked) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into parked_events (stream, seq, event_id, reason, attempts) values ($1, $2, $3, $4, $5)
             on conflict (stream, seq) do update
               set attempts = parked_events.attempts + excluded.attempts, reason = excluded.reason",
            parked.stream.0,
            stored(parked.seq),
            parked.event.0,
            parked.reason,
            parked.attempts
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// How many events are parked.
    pub async fn parked_events(&self) -> Result<u64, StoreError> {
        let row = sqlx::query!(r#"select count(*) as "count!" from parked_events"#)
            .fetch_one(self.background())
            .await?;
        Ok(count(row.count))
    }

    /// The events that were parked last, the newest first.
    pub async fn parked_page(&self) -> Result<Page<ParkedEvent>, StoreError> {
        let rows = sqlx::query!(
            r#"select p.stream as "stream!", p.seq as "seq!", p.event_id as "event_id!", e.type as "kind?",
                      p.reason as "reason!", p.attempts as "attempts!", p.parked_at as "parked_at!"
               from parked_events p left join events e on e.stream = p.stream and e.seq = p.seq
               order by p.parked_at desc, p.stream, p.seq limit $1"#,
            stored(LISTED as u64 + 1)
        )
        .fetch_all(self.background())
        .await?;
        let has_more = rows.len() > LISTED;
        let items = rows.into_iter().take(LISTED).map(|row| ParkedEvent {
            stream: StreamId(row.stream),
            seq: count(row.seq),
            event_id: EventId(row.event_id),
            kind: row.kind,
            reason: row.reason,
            attempts: row.attempts.unsigned_abs(),
            parked_at: row.parked_at.into(),
        });
        Ok(Page { items: items.collect(), has_more })
    }

    /// Whether an event is parked.
    pub async fn is_parked(&self, stream: StreamId, seq: u64) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select exists (select 1 from parked_events where stream = $1 and seq = $2) as "parked!""#,
            stream.0,
            stored(seq)
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.parked)
    }

    /// Removes the row of an event that NATS has taken.
    pub async fn unpark(&self, stream: StreamId, seq: u64) -> Result<(), StoreError> {
        sqlx::query!("delete from parked_events where stream = $1 and seq = $2", stream.0, stored(seq))
            .execute(self.background())
            .await?;
        Ok(())
    }

    /// Removes the row of an event that the log has no more; whether there was such a row.
    pub async fn unpark_past_retention(&self, stream: StreamId, seq: u64) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "delete from parked_events p where p.stream = $1 and p.seq = $2
               and not exists (select 1 from events e where e.stream = p.stream and e.seq = p.seq)",
            stream.0,
            stored(seq)
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }
}
