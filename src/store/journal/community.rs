//! The append of a community: rare, of many kinds of rows, one statement all the same.

use ajet_domain::community::Change;
use ajet_domain::journal::{Append, Outcome};
use ajet_protocol::{Envelope, names};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::batch::Events;
use crate::store::streams::stored;
use crate::store::{Store, StoreError};

/// The rows of one command, by table, in the shape `jsonb_to_recordset` takes.
#[derive(Default)]
struct Rows {
    raise_acl: bool,
    members: Vec<Value>,
    channels: Vec<Value>,
    joins: Vec<Value>,
    leaves: Vec<Value>,
    invites: Vec<Value>,
    used: Vec<String>,
    webhooks: Vec<Value>,
    removed_webhooks: Vec<Uuid>,
    keys: Vec<Value>,
}

impl Rows {
    fn of(changes: &[Change]) -> Self {
        let mut rows = Self::default();
        changes.iter().for_each(|change| rows.push(change));
        rows
    }

    fn push(&mut self, change: &Change) {
        match change {
            Change::RaiseAcl => self.raise_acl = true,
            Change::AddMember { user_id, role, joined_at } => {
                self.members.push(json!({"user_id": user_id, "role": role, "joined_at": joined_at}));
            }
            Change::AddChannel { channel, by } => {
                let mut row = json!(channel);
                row["created_by"] = json!(by);
                row["name_key"] = json!(names::key(&channel.name));
                self.channels.push(row);
            }
            Change::JoinChannel { channel_id, user_id, at } => {
                self.joins.push(json!({"channel_id": channel_id, "user_id": user_id, "joined_at": at}));
            }
            Change::LeaveChannel { channel_id, user_id } => {
                self.leaves.push(json!({"channel_id": channel_id, "user_id": user_id}));
            }
            Change::AddInvite { id, invite, addressee, at } => {
                let mut row = json!(invite);
                row["id"] = json!(id);
                row["addressee_id"] = json!(addressee);
                row["created_at"] = json!(at);
                self.invites.push(row);
            }
            Change::UseInvite { code } => self.used.push(code.clone()),
            Change::AddWebhook { webhook, token_hash, user } => {
                let mut row = json!(webhook);
                row["user"] = json!(user);
                row["token_hash"] = json!(hex(token_hash));
                self.webhooks.push(row);
            }
            Change::RemoveWebhook { id } => self.removed_webhooks.push(id.0),
            Change::SpendKey { author, key, object, fingerprint, at } => self.keys.push(json!({
                "author_id": author, "key": key, "object_id": object, "fingerprint": fingerprint, "created_at": at
            })),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Store {
    /// Commits a community's append.
    pub async fn append_community(&self, append: &Append<Change>) -> Outcome {
        let Ok(mut lease) = self.commands().lease().await else { return Outcome::Unknown };
        match lease.run(|connection| write(connection, append)).await {
            Ok(outcome) => outcome,
            Err(StoreError::Constraint(name)) => Outcome::Constraint(name),
            Err(error) => {
                tracing::warn!(%error, "community append: outcome unknown");
                Outcome::Unknown
            }
        }
    }
}

async fn write(connection: &mut PgConnection, append: &Append<Change>) -> Result<Outcome, StoreError> {
    let rows = Rows::of(&append.changes);
    let mut e = Events::default();
    append.events.iter().for_each(|event| e.push(event));
    let found = sqlx::query!(
        r#"with fenced as materialized (
             select s.id, c.acl_version = $5 as acl_ok from streams s join communities c on c.id = s.id
             where s.id = $1 and s.epoch = $2 and s.head = $3 for no key update of s
           ), admitted as (
             update streams s set head = $4 from fenced f where s.id = f.id and f.acl_ok returning s.id
           ), raised as (
             update communities c set acl_version = c.acl_version + 1 from admitted a where c.id = a.id and $6
           ), new_members as (
             insert into community_members (community_id, user_id, role, joined_at)
             select a.id, r.user_id, r.role, r.joined_at
             from admitted a, jsonb_to_recordset($7) as r(user_id uuid, role text, joined_at timestamptz)
           ), new_channels as (
             insert into channels (id, community_id, name, name_key, type, visibility, topic, category_id, position, created_by, created_at)
             select r.id, a.id, r.name, r.name_key, r.type, r.visibility, r.topic, r.category_id, r.position, r.created_by, r.created_at
             from admitted a, jsonb_to_recordset($8) as r(id uuid, name text, name_key text, type text, visibility text, topic text,
               category_id uuid, position integer, created_by uuid, created_at timestamptz)
           ), new_streams as (
             insert into streams (id) select r.id from admitted a, jsonb_to_recordset($8) as r(id uuid)
           ), joins as (
             insert into channel_members (channel_id, user_id, joined_at, last_read_id)
             select r.channel_id, r.user_id, r.joined_at,
                    (select m.id from messages m where m.channel_id = r.channel_id order by m.id desc limit 1)
             from admitted a, jsonb_to_recordset($9) as r(channel_id uuid, user_id uuid, joined_at timestamptz)
             on conflict do nothing
           ), leaves as (
             delete from channel_members cm using admitted a, jsonb_to_recordset($10) as r(channel_id uuid, user_id uuid)
             where cm.channel_id = r.channel_id and cm.user_id = r.user_id
           ), new_invites as (
             insert into invites (id, community_id, created_by, code, addressee_id, max_uses, expires_at, created_at)
             select r.id, a.id, r.created_by, r.code, r.addressee_id, r.max_uses, r.expires_at, r.created_at
             from admitted a, jsonb_to_recordset($11) as r(id uuid, created_by uuid, code text, addressee_id uuid,
               max_uses bigint, expires_at timestamptz, created_at timestamptz)
           ), used as (
             update invites i set uses = i.uses + 1 from admitted a where i.community_id = a.id and i.code = any($12)
           ), hook_rows as (
             select r.* from admitted a, jsonb_to_recordset($13) as r(id uuid, channel_id uuid, name text, avatar_url text,
               created_by uuid, created_at timestamptz, token_hash text, "user" jsonb)
           ), hook_users as (
             insert into users (id, username, display_name, avatar_url, bot, created_at)
             select ("user"->>'id')::uuid, "user"->>'username', "user"->>'display_name', "user"->>'avatar_url', true, created_at
             from hook_rows
           ), hooks as (
             insert into webhooks (id, channel_id, user_id, name, avatar_url, token_hash, created_by, created_at)
             select id, channel_id, ("user"->>'id')::uuid, name, avatar_url, decode(token_hash, 'hex'), created_by, created_at
             from hook_rows
           ), removed as (
             delete from webhooks w using admitted a where w.id = any($14)
           ), spent as (
             insert into mutations (author_id, key, object_id, fingerprint, created_at)
             select r.author_id, r.key, r.object_id, r.fingerprint, r.created_at
             from admitted a, jsonb_to_recordset($15) as r(author_id uuid, key text, object_id uuid, fingerprint bigint,
               created_at timestamptz)
           ), new_events as (
             insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
             select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.acl_version,
                    e.payload::json
             from unnest($16::uuid[], $17::int8[], $18::uuid[], $19::text[], $20::timestamptz[], $21::uuid[], $22::uuid[],
                         $23::uuid[], $24::int8[], $25::text[])
                    as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
             join admitted a on a.id = e.stream
           )
           select f.acl_ok as "acl_ok!" from fenced f"#,
        append.stream.0,
        stored(append.epoch),
        stored(append.head),
        stored(append.head + append.events.len() as u64),
        stored(append.acl.version),
        rows.raise_acl,
        json!(rows.members),
        json!(rows.channels),
        json!(rows.joins),
        json!(rows.leaves),
        json!(rows.invites),
        &rows.used,
        json!(rows.webhooks),
        &rows.removed_webhooks,
        json!(rows.keys),
        &e.stream,
        &e.seq,
        &e.id,
        &e.kind,
        &e.ts,
        &e.community_id as &[Option<Uuid>],
        &e.channel_id as &[Option<Uuid>],
        &e.actor_id as &[Option<Uuid>],
        &e.acl_version as &[Option<i64>],
        &e.payload,
    )
    .fetch_optional(connection)
    .await?;
    Ok(match found {
        None => Outcome::Fenced,
        Some(row) if row.acl_ok => Outcome::Committed,
        Some(_) => Outcome::StaleAcl,
    })
}

/// Writes events inside an open transaction that owns their stream.
pub async fn write_events(connection: &mut PgConnection, events: &[Envelope]) -> Result<(), StoreError> {
    let mut e = Events::default();
    events.iter().for_each(|event| e.push(event));
    sqlx::query!(
        "insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
         select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.acl_version, e.payload::json
         from unnest($1::uuid[], $2::int8[], $3::uuid[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::uuid[],
                     $9::int8[], $10::text[])
                as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)",
        &e.stream,
        &e.seq,
        &e.id,
        &e.kind,
        &e.ts,
        &e.community_id as &[Option<Uuid>],
        &e.channel_id as &[Option<Uuid>],
        &e.actor_id as &[Option<Uuid>],
        &e.acl_version as &[Option<i64>],
        &e.payload,
    )
    .execute(connection)
    .await?;
    Ok(())
}
