//! The one statement of a community's append: the fence, the events, and the CTEs of the tables that the append touches.
//!
//! Its text is joined from constants, once for each set of tables: values come in as binds alone, and the list of texts is closed.
//! Since the compiler does not check it, a test prepares [`every_statement`].

use std::sync::OnceLock;

use super::table::Table;
use super::tables::TABLES;

/// The binds of the fence ($1 to $7) and of the events. An append that raises the ACL version takes two more, and each table that
/// is touched one, in the order of [`TABLES`].
const SHARED_BINDS: usize = 17;
const RAISE_BINDS: usize = 2;
const SHAPES: usize = 1 << (TABLES.len() + 1);

/// Lets the append through where epoch and head match, and nothing that it rests on has changed since. The community's commands may
/// rest on rights in any of its channels: a change of one counts for all.
const FENCE: &str = "fenced as materialized (
  select s.id, a.scope, a.version from streams s join acl a on a.scope = $5
  where s.id = $1 and s.epoch = $2 and s.head = $3 for no key update of s
), stale as materialized (
  select r.person from unnest($6::uuid[], $7::int8[]) as r(person, version) join acl a on a.scope = $5
  where (a.version = r.version or (
    select min(ch.version) = r.version + 1
           and not bool_or(ch.affects in (1, 2) or (ch.affects = 3 and ch.id = r.person))
    from acl_changes ch where ch.scope = a.scope and ch.version > r.version)) is not true
), admitted as (
  update streams s set head = $4 from fenced f
  where s.id = f.id and not exists (select 1 from stale) returning s.id, f.scope, f.version
)";

/// The ACL version inside the commit, where it stays as it is.
const KEPT: &str = "present as (
  select a.scope, a.version from admitted a
)";

/// The ACL version inside the commit, where it rises: also in the community's row, which nodes of the release before read.
const RAISED: &str = "present as (
  update acl v set version = v.version + 1 from admitted a where v.scope = a.scope returning v.scope, v.version
), changed_rights as (
  insert into acl_changes (scope, version, affects, id)
  select distinct p.scope, p.version, c.affects, coalesce(c.id, p.scope)
  from present p cross join unnest($affects::int2[], $ids::uuid[]) as c(affects, id)
), followed as (
  update communities c set acl_version = p.version from present p where c.id = p.scope
)";

const EVENTS: &str = "new_events as (
  insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, topic, audience, acl_version, payload)
  select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, p.scope, e.audience, p.version,
         e.payload::json
  from unnest($8::uuid[], $9::int8[], $10::uuid[], $11::text[], $12::timestamptz[], $13::uuid[], $14::uuid[], $15::uuid[],
              $16::int2[], $17::text[])
         as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, audience, payload)
  join admitted a on a.id = e.stream
  join present p on p.scope = a.scope
)";

static TEXTS: [OnceLock<String>; SHAPES] = [const { OnceLock::new() }; SHAPES];

/// What an append does, as far as its statement depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The tables that get rows, a bit for each in the order of [`TABLES`].
    pub touched: usize,
    /// Whether rights change, so that the ACL version rises.
    pub raises: bool,
}

impl Shape {
    /// The statement; it returns a row where epoch and head match: the ACL version inside the commit, or null where the append is
    /// stale.
    pub fn statement(self) -> &'static str {
        TEXTS[(self.touched << 1) | usize::from(self.raises)].get_or_init(|| self.joined())
    }

    fn tables(self) -> impl Iterator<Item = &'static Table> {
        TABLES
            .iter()
            .enumerate()
            .filter(move |(bit, _)| (self.touched >> bit) & 1 == 1)
            .map(|(_, table)| table)
    }

    fn joined(self) -> String {
        let names: Vec<&str> = self.tables().map(|table| table.name).collect();
        let (rights, more) = if self.raises { (RAISED, RAISE_BINDS) } else { (KEPT, 0) };
        let bind = |number: usize| format!("${}", SHARED_BINDS + number);
        let rights = rights.replace("$affects", &bind(1)).replace("$ids", &bind(2));
        let tables = self.tables().zip(more + 1..).map(|(table, at)| table.sql.replace("$rows", &bind(at)));
        let mut ctes = vec![FENCE.to_owned(), rights];
        ctes.extend(tables);
        ctes.push(EVENTS.to_owned());
        let select = "select p.version from fenced f left join present p on p.scope = f.scope";
        format!("/* {} */ with {} {select}", names.join(", "), ctes.join(", "))
    }
}

/// The statements of every table alone and of all together, with a new ACL version and without.
#[must_use]
pub fn every_statement() -> Vec<String> {
    let alone = (0..TABLES.len()).map(|bit| 1_usize << bit);
    let sets: Vec<usize> = alone.chain([0, (1 << TABLES.len()) - 1]).collect();
    let shapes = sets.into_iter().flat_map(|touched| [false, true].map(|raises| Shape { touched, raises }));
    shapes.map(|shape| shape.statement().to_owned()).collect()
}
