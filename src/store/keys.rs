//! What idempotency keys made: messages hold their own keys, all other objects have theirs in `mutations`.

use std::collections::HashMap;

use ajet_domain::journal::{DuplicateKey, KeySet};
use ajet_domain::need::{PriorOf, PriorResult};
use ajet_domain::writer::SpentKey;
use ajet_protocol::UserId;
use time::OffsetDateTime;
use uuid::Uuid;

use super::lookup::{Answered, Answers, Lookup, complete};
use super::{Pool, Store, StoreError};

type Made = HashMap<DuplicateKey, PriorResult>;

impl Answers<PriorOf> for Lookup<'_> {
    async fn answer(&self, asked: &[PriorOf]) -> Answered<PriorOf> {
        let keys: Vec<_> = asked.iter().map(|PriorOf(key)| key.clone()).collect();
        let pool = self.store.commands();
        let made = match self.channel {
            Some(_) => made_in_channel(pool, &keys).await?,
            None => objects_made(pool, &keys).await?,
        };
        Ok(complete(asked, made.into_iter().map(|(key, prior)| (PriorOf(key), Some(prior)))))
    }
}

impl Store {
    /// What a person made under a key as it is stored, other than a message.
    pub async fn made_under(&self, key: &DuplicateKey) -> Result<Option<PriorResult>, StoreError> {
        Ok(objects_made(self.reads(), std::slice::from_ref(key)).await?.remove(key))
    }

    /// Spends a key for an object that was there already: no append writes it. `None` where it is spent by this; else what the key made
    /// before.
    pub async fn spend_key(&self, spent: &SpentKey) -> Result<Option<PriorResult>, StoreError> {
        let SpentKey { key, object, fingerprint, at } = spent;
        let written = sqlx::query!(
            "insert into mutations (author_id, key, object_id, fingerprint, created_at) values ($1, $2, $3, $4, $5)
             on conflict (author_id, key) do nothing",
            key.author.0,
            key.key.as_str(),
            *object,
            *fingerprint,
            OffsetDateTime::from(*at)
        )
        .execute(self.commands())
        .await?
        .rows_affected();
        if written > 0 {
            return Ok(None);
        }
        Ok(objects_made(self.commands(), std::slice::from_ref(key)).await?.remove(key))
    }
}

/// What was made in channels under these keys: messages, which hold their own, and all else.
async fn made_in_channel(pool: &Pool, keys: &[DuplicateKey]) -> Result<Made, StoreError> {
    let (of_messages, others): (Vec<_>, Vec<_>) =
        keys.iter().cloned().partition(|key| key.set == KeySet::Messages);
    let mut made = Made::new();
    if !of_messages.is_empty() {
        made.extend(messages_made(pool, &of_messages).await?);
    }
    if !others.is_empty() {
        made.extend(objects_made(pool, &others).await?);
    }
    Ok(made)
}

/// The messages that were posted under these keys.
async fn messages_made(pool: &Pool, keys: &[DuplicateKey]) -> Result<Made, StoreError> {
    let (authors, texts) = columns(keys);
    let rows = sqlx::query!(
        r#"select m.author_id, m.client_mutation_id, m.id, m.fingerprint
           from unnest($1::uuid[], $2::text[]) as k(author, key)
           join messages m on m.author_id = k.author and m.client_mutation_id = k.key"#,
        &authors,
        &texts
    )
    .fetch_all(pool)
    .await?;
    let made = rows.into_iter().map(|row| {
        let key = DuplicateKey::of_message(UserId(row.author_id), row.client_mutation_id);
        (key, PriorResult { object: row.id, fingerprint: row.fingerprint })
    });
    Ok(made.collect())
}

/// What was made under these keys, other than messages.
pub(super) async fn objects_made(pool: &Pool, keys: &[DuplicateKey]) -> Result<Made, StoreError> {
    let (authors, texts) = columns(keys);
    let rows = sqlx::query!(
        r#"select m.author_id, m.key, m.object_id, m.fingerprint
           from unnest($1::uuid[], $2::text[]) as k(author, key)
           join mutations m on m.author_id = k.author and m.key = k.key"#,
        &authors,
        &texts
    )
    .fetch_all(pool)
    .await?;
    let made = rows.into_iter().map(|row| {
        let key = DuplicateKey::of_object(UserId(row.author_id), row.key);
        (key, PriorResult { object: row.object_id, fingerprint: row.fingerprint })
    });
    Ok(made.collect())
}

fn columns(keys: &[DuplicateKey]) -> (Vec<Uuid>, Vec<String>) {
    keys.iter().map(|spent| (spent.author.0, spent.key.clone())).unzip()
}
