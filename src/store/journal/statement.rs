//! The text of the one statement: the fence, the rights, the events, and the CTEs of the tables that the batch touches.
//!
//! It is joined from constants alone: values come in as binds. Since the compiler does not check it, a test prepares every
//! statement of the list ([`super::shapes`]).
//!
//! All CTEs see one snapshot, none sees what another one writes, and data flows by `returning` alone. The ACL version, and what has
//! changed since the rights were read, come from that snapshot, which is younger than the command: a right whose removal was
//! answered before the command was sent is gone in it. Where the log of changes does not reach back to the version that an append
//! rests on, the append is stale.
//!
//! Locks: first the rows of `streams` in the order of their ids, then those of `acl` in the order of their scopes. So two committers
//! can't deadlock on them.

use super::table::Table;
use super::tables::COMMUNITIES;

/// The binds that every statement has: the streams ($1 to $6), what they rest on ($7 to $10) and the events ($11 to $20).
const SHARED_BINDS: usize = 20;
/// The binds of a statement that raises: whose rights change ($21 to $23).
const RAISE_BINDS: usize = 3;

const BATCH: &str = "batch as materialized (
  select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::uuid[], $6::bool[])
    as i(stream, epoch, head, new_head, scope, founds)
)";

const FENCED: &str = "fenced as materialized (
  select s.id, i.new_head, a.scope, a.version
  from batch i
  join streams s on s.id = i.stream and s.epoch = i.epoch and s.head = i.head
  join acl a on a.scope = i.scope
  where not i.founds
  order by s.id for no key update of s
)";

/// A decision of a channel rests on rights there, and one of a whole scope (a community) on those in any of its channels. One of a
/// person, whose stream has the person's id, rests on channels of another scope that they have joined and see: a change of any channel
/// there may alter these.
///
/// The version is that of the scope that the rights are of, which need not be the stream's own. A scope without one is stale.
const STALE: &str = "stale as materialized (
  select r.stream
  from unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::int8[]) as r(stream, scope, person, version)
  left join acl a on a.scope = r.scope
  where (a.version = r.version or (
    select min(ch.version) = r.version + 1
           and not bool_or(ch.affects = 1 or (ch.affects = 2 and (ch.id = r.stream or r.stream in (r.scope, r.person)))
                           or (ch.affects = 3 and ch.id = r.person))
    from acl_changes ch where ch.scope = r.scope and ch.version > r.version)) is not true
)";

const NO_KEYS: &str = "select null::uuid, null::uuid, null::text, null::bool where false";

/// What passes the fence, under the ACL version that the snapshot shows.
const ADMITTED: &str = "admitted as (
  update streams s set head = f.new_head from fenced f
  where s.id = f.id and not exists (select 1 from stale t where t.stream = f.id)
    and not exists (select 1 from spent k where k.stream = f.id)
  returning s.id, f.scope, f.version
)";

/// The same where ACL versions rise or begin: each scope's rises once, whatever the number of appends that raise it, and all that is
/// committed in the scope is committed under the new one. Nodes of the release before read it in the community's row ([`followed`]).
///
/// The array of scopes is complete before the first of their rows is locked, and so are the locks of the streams.
const ADMITTED_AND_RAISED: &str = "raises as materialized (
  select * from unnest($21::uuid[], $22::int2[], $23::uuid[]) as c(stream, affects, id)
), passed as (
  update streams s set head = f.new_head from fenced f
  where s.id = f.id and not exists (select 1 from stale t where t.stream = f.id)
    and not exists (select 1 from spent k where k.stream = f.id)
  returning s.id, f.scope, f.version
), founded as (
  insert into streams (id, epoch, head)
  select i.stream, 1, i.new_head from batch i
  where i.founds and i.epoch = 0 and i.head = 0 and not exists (select 1 from spent k where k.stream = i.stream)
  on conflict (id) do nothing
  returning id
), rising as materialized (
  select v.scope from acl v
  where v.scope = any(array(select p.scope from passed p join raises c on c.stream = p.id))
  order by v.scope for no key update
), raised as (
  update acl v set version = v.version + 1 from rising r where v.scope = r.scope returning v.scope, v.version
), begun as (
  insert into acl (scope, version) select i.scope, 1 from founded f join batch i on i.stream = f.id
  returning scope, version
), admitted as materialized (
  select p.id, p.scope, coalesce(r.version, p.version) as version
  from passed p left join raised r on r.scope = p.scope
  union all
  select f.id, b.scope, b.version
  from founded f join batch i on i.stream = f.id join begun b on b.scope = i.scope
), changed_rights as (
  insert into acl_changes (scope, version, affects, id, keeps_sight)
  select a.scope, a.version, case when c.affects = 4 then 2 else c.affects end, coalesce(c.id, a.scope), bool_and(c.affects = 4)
  from raises c join admitted a on a.id = c.stream
  group by 1, 2, 3, 4
)";

const EVENTS: &str = "new_events as (
  insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version, payload)
  select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, a.scope, e.audience, a.version,
         e.payload::json
  from unnest($11::uuid[], $12::int8[], $13::uuid[], $14::text[], $15::timestamptz[], $16::uuid[], $17::uuid[], $18::uuid[],
              $19::int2[], $20::text[])
         as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, audience, payload)
  join admitted a on a.id = e.stream
)";

/// A row for each stream, and one for each of its keys that are spent.
const ANSWER: &str =
    "select i.stream, f.id is not null and exists (select 1 from stale t where t.stream = i.stream) as stale,
       a.version as acl_version, null::uuid as author_id, null::text as key, null::bool as of_message
from batch i left join fenced f on f.id = i.stream left join admitted a on a.id = i.stream
union all
select k.stream, false, null, k.author_id, k.key, k.of_message from spent k";

/// The statement for these tables, whose rows are its last binds in the same order; with new ACL versions or without.
pub fn joined(tables: &[&Table], raises: bool) -> String {
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    let (admitted, more) = if raises { (ADMITTED_AND_RAISED, RAISE_BINDS) } else { (ADMITTED, 0) };
    let first = 1 + SHARED_BINDS + more;
    let mut ctes: Vec<String> = (first..).zip(tables).map(|(bind, table)| rows(table, bind)).collect();
    ctes.extend([BATCH, FENCED, STALE].map(str::to_owned));
    ctes.push(spent(tables));
    ctes.push(admitted.to_owned());
    ctes.extend(raises.then(|| followed(tables)));
    ctes.extend(tables.iter().map(|table| table.writes.to_owned()));
    ctes.push(EVENTS.to_owned());
    format!("/* {} */ with {}\n{ANSWER}", names.join(", "), ctes.join(", "))
}

/// Has the communities' own rows follow the versions that rise. One that this statement changes follows by itself
/// (`tables/communities.rs`): of two updates of one row PostgreSQL carries out either.
fn followed(tables: &[&Table]) -> String {
    let changes_some = tables.iter().any(|table| table.name == COMMUNITIES);
    let others = if changes_some {
        " and not exists (select 1 from communities_rows o where o.id = c.id)"
    } else {
        ""
    };
    format!(
        "followed as (\n  update communities c set acl_version = r.version from raised r where c.id = r.scope{others}\n)"
    )
}

/// The rows of a table as a CTE.
fn rows(table: &Table, bind: usize) -> String {
    let Table { name, columns, .. } = table;
    format!("{name}_rows as (\n  select * from jsonb_to_recordset(${bind}) as r(stream uuid, {columns})\n)")
}

/// The keys that are spent already.
fn spent(tables: &[&Table]) -> String {
    let selects: Vec<&str> = tables.iter().filter_map(|table| table.spent).collect();
    let found = if selects.is_empty() { NO_KEYS.to_owned() } else { selects.join("\n  union all ") };
    format!("spent (stream, author_id, key, of_message) as materialized (\n  {found}\n)")
}
