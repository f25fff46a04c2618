//! Events laid out as columns, the way statements take them.

use ajet_protocol::Addressed;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::store::StoreError;
use crate::store::log::kept;
use crate::store::streams::stored;

/// The events of a commit, column by column. Their topic and their ACL version are the commit's own: it knows the first as the
/// scope of the stream's rights, and the second only when it happens.
#[derive(Default)]
pub struct Events {
    pub stream: Vec<Uuid>,
    pub seq: Vec<i64>,
    pub id: Vec<Uuid>,
    pub kind: Vec<String>,
    pub ts: Vec<OffsetDateTime>,
    pub community_id: Vec<Option<Uuid>>,
    pub channel_id: Vec<Option<Uuid>>,
    pub actor_id: Vec<Option<Uuid>>,
    pub audience: Vec<i16>,
    pub payload: Vec<String>,
}

impl Events {
    /// Lays events out.
    pub fn of(events: &[Addressed]) -> Self {
        let mut columns = Self::default();
        events.iter().for_each(|one| columns.push(one));
        columns
    }

    /// Adds an event.
    pub fn push(&mut self, Addressed { to, event }: &Addressed) {
        self.stream.push(event.stream.0);
        self.seq.push(stored(event.seq.unwrap_or(0)));
        self.id.push(event.id.0);
        self.kind.push(event.kind.to_string());
        self.ts.push(event.ts.into());
        self.community_id.push(event.community_id.map(|id| id.0));
        self.channel_id.push(event.channel_id.map(|id| id.0));
        self.actor_id.push(event.actor_id.map(|id| id.0));
        self.audience.push(to.audience.code());
        self.payload.push(kept(event).into_owned());
    }
}

/// Writes events inside an open transaction that owns their stream, each with the ACL version that it carries.
pub async fn write_events(connection: &mut PgConnection, events: &[Addressed]) -> Result<(), StoreError> {
    let e = Events::of(events);
    let topics: Vec<Uuid> = events.iter().map(|one| one.to.topic.id()).collect();
    let versions: Vec<Option<i64>> = events.iter().map(|one| one.event.acl_version.map(stored)).collect();
    sqlx::query!(
        "insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version, payload)
         select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.topic, e.audience,
                e.acl_version, e.payload::json
         from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::uuid[],
                     $9::uuid[], $10::int2[], $11::int8[], $12::text[])
                as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version, payload)",
        &e.stream,
        &e.seq,
        &e.id,
        &e.kind,
        &e.ts,
        &e.community_id as &[Option<Uuid>],
        &e.channel_id as &[Option<Uuid>],
        &e.actor_id as &[Option<Uuid>],
        &topics,
        &e.audience,
        &versions as &[Option<i64>],
        &e.payload,
    )
    .execute(connection)
    .await?;
    Ok(())
}
