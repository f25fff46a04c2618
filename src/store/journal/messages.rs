//! The one statement of the hot path.

use std::collections::HashMap;

use ajet_domain::journal::{DuplicateKey, Outcome};
use ajet_protocol::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::batch::Columns;
use super::single;
use crate::store::StoreError;
use crate::store::streams::count;

/// Commits all that the fence admits; one outcome per stream, in order.
///
/// The rows of `streams` are locked in the order of their ids, so two committers can't deadlock. The ACL version and what has
/// changed since the rights were read are looked up in the statement's own snapshot, which is younger than the command: a right
/// whose removal was answered before the command was sent is gone in it. Where the log of changes does not reach back to the
/// version that an append rests on, the append is stale.
pub async fn write(connection: &mut PgConnection, columns: &Columns) -> Result<Vec<Outcome>, StoreError> {
    if single::fits(columns)
        && let Some(acl_version) = single::write(connection, columns).await?
    {
        return Ok(vec![Outcome::Committed { acl_version }]);
    }
    let (s, e, m, u) = (&columns.streams, &columns.events, &columns.inserts, &columns.updates);
    let r = &columns.rests;
    let rows = sqlx::query!(
        r#"with fenced as materialized (
             select s.id, i.new_head, a.scope, a.version
             from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::uuid[])
                    as i(stream, epoch, head, new_head, scope)
             join streams s on s.id = i.stream and s.epoch = i.epoch and s.head = i.head
             join acl a on a.scope = i.scope
             order by s.id for no key update of s
           ), stale as materialized (
             select r.stream
             from unnest($38::uuid[], $39::uuid[], $40::uuid[], $41::int8[]) as r(stream, scope, person, version)
             join acl a on a.scope = r.scope
             where (a.version = r.version or (
               select min(ch.version) = r.version + 1
                      and not bool_or(ch.affects = 1 or (ch.affects = 2 and ch.id = r.stream)
                                      or (ch.affects = 3 and ch.id = r.person))
               from acl_changes ch where ch.scope = r.scope and ch.version > r.version)) is not true
           ), spent as materialized (
             select k.channel_id, k.author_id, k.key
             from unnest($16::uuid[], $17::uuid[], $18::text[]) as k(channel_id, author_id, key)
             join messages m on m.author_id = k.author_id and m.client_mutation_id = k.key
           ), admitted as (
             update streams s set head = f.new_head from fenced f
             where s.id = f.id and not exists (select 1 from stale t where t.stream = f.id)
               and not exists (select 1 from spent where spent.channel_id = f.id)
             returning s.id, f.scope, f.version
           ), new_events as (
             insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version,
                                 payload)
             select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, a.scope, e.audience,
                    a.version, e.payload::json
             from unnest($6::uuid[], $7::int8[], $8::uuid[], $9::text[], $10::timestamptz[], $11::uuid[], $12::uuid[],
                         $13::uuid[], $14::int2[], $15::text[])
                    as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, audience, payload)
             join admitted a on a.id = e.stream
           ), new_messages as (
             insert into messages (channel_id, author_id, client_mutation_id, id, author_name, author_avatar_url, parent_id,
                                   body_md, body_html, mentions, seq, fingerprint, created_at, edited_at, deleted_at)
             select m.channel_id, m.author_id, m.key, m.id, m.author_name, m.author_avatar_url, m.parent_id, m.body_md,
                    m.body_html, m.mentions::jsonb, m.seq, m.fingerprint, m.created_at, m.edited_at, m.deleted_at
             from unnest($16::uuid[], $17::uuid[], $18::text[], $19::uuid[], $20::text[], $21::text[], $22::uuid[],
                         $23::text[], $24::text[], $25::text[], $26::int8[], $27::int8[], $28::timestamptz[],
                         $29::timestamptz[], $30::timestamptz[])
                    as m(channel_id, author_id, key, id, author_name, author_avatar_url, parent_id, body_md, body_html,
                         mentions, seq, fingerprint, created_at, edited_at, deleted_at)
             join admitted a on a.id = m.channel_id
           ), changed_messages as (
             update messages m set body_md = u.body_md, body_html = u.body_html, mentions = u.mentions::jsonb,
                    edited_at = coalesce(u.edited_at, m.edited_at), deleted_at = u.deleted_at
             from unnest($31::uuid[], $32::uuid[], $33::text[], $34::text[], $35::text[], $36::timestamptz[],
                         $37::timestamptz[])
                    as u(id, channel_id, body_md, body_html, mentions, edited_at, deleted_at)
             join admitted a on a.id = u.channel_id
             where m.id = u.id and m.channel_id = u.channel_id
           )
           select f.id as "stream!", exists (select 1 from stale t where t.stream = f.id) as "stale!",
                  a.version as "acl_version?", null::uuid as author_id, null::text as key
           from fenced f left join admitted a on a.id = f.id
           union all
           select spent.channel_id, false, null, spent.author_id, spent.key from spent"#,
        &s.id,
        &s.epoch,
        &s.head,
        &s.new_head,
        &s.scope,
        &e.stream,
        &e.seq,
        &e.id,
        &e.kind,
        &e.ts,
        &e.community_id as &[Option<Uuid>],
        &e.channel_id as &[Option<Uuid>],
        &e.actor_id as &[Option<Uuid>],
        &e.audience,
        &e.payload,
        &m.channel,
        &m.author,
        &m.key,
        &m.id,
        &m.author_name as &[Option<String>],
        &m.author_avatar_url as &[Option<String>],
        &m.parent as &[Option<Uuid>],
        &m.body_md,
        &m.body_html,
        &m.mentions,
        &m.seq,
        &m.fingerprint,
        &m.created_at,
        &m.edited_at as &[Option<time::OffsetDateTime>],
        &m.deleted_at as &[Option<time::OffsetDateTime>],
        &u.id,
        &u.channel,
        &u.body_md,
        &u.body_html,
        &u.mentions,
        &u.edited_at as &[Option<time::OffsetDateTime>],
        &u.deleted_at as &[Option<time::OffsetDateTime>],
        &r.stream,
        &r.scope,
        &r.person,
        &r.version,
    )
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<Uuid, Outcome> = HashMap::with_capacity(rows.len());
    for row in rows {
        let fresh = match (row.author_id, row.key, row.acl_version) {
            (Some(author), Some(key), _) => {
                Outcome::Spent(vec![DuplicateKey { author: UserId(author), key }])
            }
            (_, _, Some(version)) => Outcome::Committed { acl_version: count(version) },
            _ if row.stale => Outcome::StaleAcl,
            _ => continue,
        };
        merge(found.entry(row.stream), fresh);
    }
    Ok(s.id.iter().map(|id| found.remove(id).unwrap_or(Outcome::Fenced)).collect())
}

/// A spent key says more than a stale version, and several keys of a stream belong together.
fn merge(entry: std::collections::hash_map::Entry<'_, Uuid, Outcome>, fresh: Outcome) {
    entry
        .and_modify(|known| match (&mut *known, &fresh) {
            (Outcome::Spent(all), Outcome::Spent(one)) => all.extend(one.iter().cloned()),
            (_, Outcome::Spent(_)) => *known = fresh.clone(),
            _ => {}
        })
        .or_insert(fresh);
}
