//! Appends laid out as columns, the way one statement takes them.

use ajet_domain::channel::Change;
use ajet_domain::journal::Append;
use ajet_protocol::{Message, Timestamp};
use time::OffsetDateTime;
use uuid::Uuid;

use super::events::Events;
use crate::store::streams::stored;

/// Everything of one commit, column by column.
#[derive(Default)]
pub struct Columns {
    pub streams: Streams,
    pub rests: RestsOn,
    pub events: Events,
    pub inserts: Messages,
    pub updates: Messages,
}

#[derive(Default)]
pub struct Streams {
    pub id: Vec<Uuid>,
    pub epoch: Vec<i64>,
    pub head: Vec<i64>,
    pub new_head: Vec<i64>,
    pub scope: Vec<Uuid>,
}

/// The rights that the appends rest on: a row for each person of an append, with the version as of which theirs were read.
#[derive(Default)]
pub struct RestsOn {
    pub stream: Vec<Uuid>,
    pub scope: Vec<Uuid>,
    pub person: Vec<Uuid>,
    pub version: Vec<i64>,
}

#[derive(Default)]
pub struct Messages {
    pub id: Vec<Uuid>,
    pub channel: Vec<Uuid>,
    pub author: Vec<Uuid>,
    pub author_name: Vec<Option<String>>,
    pub author_avatar_url: Vec<Option<String>>,
    pub parent: Vec<Option<Uuid>>,
    pub body_md: Vec<String>,
    pub body_html: Vec<String>,
    pub mentions: Vec<String>,
    pub seq: Vec<i64>,
    pub key: Vec<String>,
    pub fingerprint: Vec<i64>,
    pub created_at: Vec<OffsetDateTime>,
    pub edited_at: Vec<Option<OffsetDateTime>>,
    pub deleted_at: Vec<Option<OffsetDateTime>>,
}

/// The last word on one row within a commit: a statement can't change a row twice.
struct Row<'a> {
    message: &'a Message,
    template: &'a str,
    fingerprint: Option<i64>,
    deleted_at: Option<Timestamp>,
}

impl Columns {
    /// Lays appends out.
    pub fn of(appends: &[&Append<Change>]) -> Self {
        let mut columns = Self::default();
        for append in appends {
            columns.streams.push(append);
            columns.rests.push(append);
            append.events.iter().for_each(|event| columns.events.push(event));
            columns.push_rows(append);
        }
        columns
    }

    fn push_rows(&mut self, append: &Append<Change>) {
        let mut rows: Vec<Row<'_>> = Vec::with_capacity(append.changes.len());
        let mut gone: Vec<(Uuid, Timestamp)> = Vec::new();
        for change in &append.changes {
            match change {
                Change::Insert { message, template, fingerprint } => {
                    rows.push(Row { message, template, fingerprint: Some(*fingerprint), deleted_at: None });
                }
                Change::Edit { message, template } => {
                    match rows.iter_mut().find(|row| row.message.id == message.id) {
                        Some(row) => (row.message, row.template) = (message, template),
                        None => rows.push(Row { message, template, fingerprint: None, deleted_at: None }),
                    }
                }
                Change::Delete { id, at } => match rows.iter_mut().find(|row| row.message.id == *id) {
                    Some(row) => row.deleted_at = Some(*at),
                    None => gone.push((id.0, *at)),
                },
            }
        }
        for row in rows {
            let target = if row.fingerprint.is_some() { &mut self.inserts } else { &mut self.updates };
            target.push(&row);
        }
        gone.into_iter().for_each(|(id, at)| self.updates.push_deletion(append.stream.0, id, at));
    }
}

impl Streams {
    fn push(&mut self, append: &Append<Change>) {
        debug_assert!(append.raises.is_empty(), "nothing that a channel writes changes rights");
        self.id.push(append.stream.0);
        self.epoch.push(stored(append.epoch));
        self.head.push(stored(append.head));
        self.new_head.push(stored(append.head + append.events.len() as u64));
        self.scope.push(append.acl.scope.0);
    }
}

impl RestsOn {
    fn push(&mut self, append: &Append<Change>) {
        for one in &append.acl.rests_on {
            self.stream.push(append.stream.0);
            self.scope.push(append.acl.scope.0);
            self.person.push(one.person.0);
            self.version.push(stored(one.version));
        }
    }
}

impl Messages {
    fn push(&mut self, row: &Row<'_>) {
        let message = row.message;
        let kept = |text: &str| if row.deleted_at.is_some() { String::new() } else { text.to_owned() };
        let mentions = serde_json::to_string(&message.mentions).unwrap_or_default();
        self.id.push(message.id.0);
        self.channel.push(message.channel_id.0);
        self.author.push(message.author.id.0);
        // A webhook's account is named after the webhook; what one message calls itself stays with the message.
        self.author_name.push(message.author.bot.then(|| message.author.display_name.clone()));
        self.author_avatar_url.push(message.author.avatar_url.clone().filter(|_| message.author.bot));
        self.parent.push(message.parent_id.map(|id| id.0));
        self.body_md.push(kept(&message.body_md));
        self.body_html.push(kept(row.template));
        self.mentions.push(if row.deleted_at.is_some() { "[]".into() } else { mentions });
        self.seq.push(stored(message.seq));
        self.key.push(message.client_mutation_id.clone());
        self.fingerprint.push(row.fingerprint.unwrap_or(0));
        self.created_at.push(message.created_at.into());
        self.edited_at.push(message.edited_at.map(OffsetDateTime::from));
        self.deleted_at.push(row.deleted_at.map(OffsetDateTime::from));
    }

    fn push_deletion(&mut self, channel: Uuid, id: Uuid, at: Timestamp) {
        self.id.push(id);
        self.channel.push(channel);
        self.body_md.push(String::new());
        self.body_html.push(String::new());
        self.mentions.push("[]".into());
        self.edited_at.push(None);
        self.deleted_at.push(Some(at.into()));
    }
}
