//! The append of a community: rare, of many kinds of rows, one statement all the same.

use ajet_domain::community::Change;
use ajet_domain::journal::{Append, DuplicateKey, Outcome};
use sqlx::{PgConnection, Postgres};
use uuid::Uuid;

use super::events::Events;
use super::lane::refused;
use super::statement::Shape;
use super::table::Rows;
use crate::store::streams::{count, stored};
use crate::store::{Store, StoreError};

/// The constraint that keeps an author's key to one object.
const KEY_SPENT: &str = "mutations_pkey";

impl Store {
    /// Commits a community's append.
    pub async fn append_community(&self, append: &Append<Change>) -> Outcome {
        let Ok(mut lease) = self.commands().lease().await else { return Outcome::Unknown };
        match lease.run(|connection| write(connection, append)).await {
            Ok(outcome) => outcome,
            Err(StoreError::Constraint(name)) if name == KEY_SPENT => Outcome::Spent(keys_of(append)),
            Err(error) => {
                if matches!(error, StoreError::Away(_)) {
                    tracing::warn!(%error, "community append: outcome unknown");
                }
                refused(&error)
            }
        }
    }
}

async fn write(connection: &mut PgConnection, append: &Append<Change>) -> Result<Outcome, StoreError> {
    let (rows, e) = (Rows::of(&append.changes), Events::of(&append.events));
    let (people, versions): (Vec<Uuid>, Vec<i64>) =
        append.acl.rests_on.iter().map(|one| (one.person.0, stored(one.version))).unzip();
    let shape = Shape { touched: rows.touched(), raises: !append.raises.is_empty() };
    let mut query = sqlx::query_scalar::<Postgres, Option<i64>>(shape.statement())
        .bind(append.stream.0)
        .bind(stored(append.epoch))
        .bind(stored(append.head))
        .bind(stored(append.head + append.events.len() as u64))
        .bind(append.acl.scope.0)
        .bind(people)
        .bind(versions)
        .bind(e.stream)
        .bind(e.seq)
        .bind(e.id)
        .bind(e.kind)
        .bind(e.ts)
        .bind(e.community_id)
        .bind(e.channel_id)
        .bind(e.actor_id)
        .bind(e.audience)
        .bind(e.payload);
    if shape.raises {
        let (affects, ids): (Vec<i16>, Vec<Option<Uuid>>) =
            append.raises.iter().map(|one| (one.code(), one.id())).unzip();
        query = query.bind(affects).bind(ids);
    }
    for one in rows.binds() {
        query = query.bind(one);
    }
    // To its end: a row alone does not say that the commit went well.
    Ok(match query.fetch_all(connection).await?.first() {
        None => Outcome::Fenced,
        Some(Some(version)) => Outcome::Committed { acl_version: count(*version) },
        Some(None) => Outcome::StaleAcl,
    })
}

/// The keys that an append was to spend.
fn keys_of(append: &Append<Change>) -> Vec<DuplicateKey> {
    let keys = append.changes.iter().filter_map(|change| match change {
        Change::SpendKey(spent) => Some(spent.key.clone()),
        _ => None,
    });
    keys.collect()
}
