//! Runs the one statement on a batch of appends, and tells what became of each.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use ajet_domain::Change;
use ajet_domain::journal::{Append, DuplicateKey, KeySet, Outcome};
use ajet_protocol::UserId;
use sqlx::types::Json;
use sqlx::{PgConnection, Postgres};
use uuid::Uuid;

use super::batch::Batch;
use super::shapes::Shape;
use super::single::{self, Single};
use crate::store::StoreError;
use crate::store::streams::count;

/// What the statement answers of a stream: whether it is stale, the ACL version if it was committed, and a key that is spent.
type Answer = (Uuid, bool, Option<i64>, Option<Uuid>, Option<String>, Option<bool>);

/// Commits all that the fence admits; one outcome for each append, in order. No two have the same stream.
pub async fn write(
    connection: &mut PgConnection,
    appends: &[&Append<Change>],
) -> Result<Vec<Outcome>, StoreError> {
    if let [append] = appends
        && let Some(one) = Single::of(append)
        && let Some(acl_version) = single::write(connection, &one).await?
    {
        return Ok(vec![Outcome::Committed { acl_version }]);
    }
    let answers = run(connection, Batch::of(appends)).await?;
    let mut found: HashMap<Uuid, Outcome> = HashMap::with_capacity(answers.len());
    for (stream, stale, acl_version, author, key, of_message) in answers {
        let fresh = match (author, key, acl_version) {
            (Some(author), Some(key), _) => {
                let set = if of_message == Some(true) { KeySet::Messages } else { KeySet::Objects };
                Outcome::Spent(vec![DuplicateKey { author: UserId(author), set, key }])
            }
            (_, _, Some(version)) => Outcome::Committed { acl_version: count(version) },
            _ if stale => Outcome::StaleAcl,
            _ => continue,
        };
        merge(found.entry(stream), fresh);
    }
    let outcome = |append: &&Append<Change>| found.remove(&append.stream.0).unwrap_or(Outcome::Fenced);
    Ok(appends.iter().map(outcome).collect())
}

async fn run(connection: &mut PgConnection, batch: Batch) -> Result<Vec<Answer>, StoreError> {
    let shape = Shape::of(batch.rows.touched(), batch.raises());
    let Batch { streams: s, rests: r, raises, events: e, rows } = batch;
    let mut query = sqlx::query_as::<Postgres, Answer>(shape.text.as_str())
        .bind(s.id)
        .bind(s.epoch)
        .bind(s.head)
        .bind(s.new_head)
        .bind(s.scope)
        .bind(s.founds)
        .bind(r.stream)
        .bind(r.scope)
        .bind(r.person)
        .bind(r.version)
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
        query = query.bind(raises.stream).bind(raises.affects).bind(raises.id);
    }
    for (rows, own) in rows.into_tables().zip(shape.tables()) {
        if own {
            query = query.bind(Json(rows));
        }
    }
    // To its end: a row alone does not say that the commit went well.
    Ok(query.fetch_all(connection).await?)
}

/// A spent key says more than a stale version, and several keys of a stream belong together.
fn merge(entry: Entry<'_, Uuid, Outcome>, fresh: Outcome) {
    entry
        .and_modify(|known| match (&mut *known, &fresh) {
            (Outcome::Spent(all), Outcome::Spent(one)) => all.extend(one.iter().cloned()),
            (_, Outcome::Spent(_)) => *known = fresh.clone(),
            _ => {}
        })
        .or_insert(fresh);
}
