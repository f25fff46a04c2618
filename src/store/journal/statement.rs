//! The one statement of a community's append: the fence, the events, and the CTEs of the tables that the append touches.
//!
//! Its text is joined from constants, once for each set of tables: values come in as binds alone, and the list of texts is closed.
//! Since the compiler does not check it, a test prepares [`every_statement`].

use std::sync::OnceLock;

use super::table::Table;
use super::tables::TABLES;

/// The binds of the fence ($1 to $5) and of the events; each table that is touched takes one more, in the order of [`TABLES`].
const SHARED_BINDS: usize = 15;
const SHAPES: usize = 1 << (TABLES.len() + 1);

/// Lets the append through where epoch and head match, and the ACL version is the one under which it was decided.
const FENCE: &str = "fenced as materialized (
  select s.id, c.acl_version = $5 as acl_ok from streams s join communities c on c.id = s.id
  where s.id = $1 and s.epoch = $2 and s.head = $3 for no key update of s
), admitted as (
  update streams s set head = $4 from fenced f where s.id = f.id and f.acl_ok returning s.id
)";

const RAISED: &str = "raised as (
  update communities c set acl_version = c.acl_version + 1 from admitted a where c.id = a.id
)";

const EVENTS: &str = "new_events as (
  insert into events (stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
  select e.stream, e.seq, e.id, e.type, e.ts, e.community_id, e.channel_id, e.actor_id, e.acl_version, e.payload::json
  from unnest($6::uuid[], $7::int8[], $8::uuid[], $9::text[], $10::timestamptz[], $11::uuid[], $12::uuid[], $13::uuid[],
              $14::int8[], $15::text[])
         as e(stream, seq, id, type, ts, community_id, channel_id, actor_id, acl_version, payload)
  join admitted a on a.id = e.stream
)";

static TEXTS: [OnceLock<String>; SHAPES] = [const { OnceLock::new() }; SHAPES];

/// What an append does, as far as its statement depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The tables that get rows, a bit for each in the order of [`TABLES`].
    pub touched: usize,
    /// Whether the ACL version rises.
    pub raises: bool,
}

impl Shape {
    /// The statement; it returns a row where epoch and head match, which says whether the ACL version does too.
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
        let mut ctes = vec![FENCE.to_owned()];
        ctes.extend(self.raises.then(|| RAISED.to_owned()));
        let bound = self.tables().zip(SHARED_BINDS + 1..);
        ctes.extend(bound.map(|(table, bind)| table.sql.replace("$rows", &format!("${bind}"))));
        ctes.push(EVENTS.to_owned());
        format!("/* {} */ with {} select f.acl_ok from fenced f", names.join(", "), ctes.join(", "))
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
