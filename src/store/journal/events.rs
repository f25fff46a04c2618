//! Events laid out as columns, the way statements take them.

use ajet_protocol::Addressed;
use time::OffsetDateTime;
use uuid::Uuid;

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
