//! The keys by which service tokens are signed, with their private halves sealed.
//!
//! A key signs from its moment on until the next one does. All moments are by the clock of the database, so that nodes whose clocks differ go by
//! the same key.

use std::time::Duration;

use super::{Store, StoreError};

/// A key, as it is stored.
#[derive(Debug)]
pub struct StoredKey {
    /// Its place in the order in which keys sign.
    pub number: i64,
    pub kid: String,
    pub public_key: Vec<u8>,
    pub sealed: Vec<u8>,
    /// Whether its moment has come.
    pub may_sign: bool,
}

/// A key to be stored.
#[derive(Debug)]
pub struct NewKey<'a> {
    pub number: i64,
    pub kid: &'a str,
    pub public_key: &'a [u8],
    pub sealed: &'a [u8],
    /// When it begins to sign.
    pub signs_in: Duration,
}

/// What becomes of the keys before a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Former {
    /// They sign until the new one does, and stay published for a while after that.
    Kept,
    /// They are gone at once, with what they signed.
    Removed,
}

impl Store {
    /// The keys to be published, those that sign last first: keys that another one took the place of go on for `outlived`.
    pub async fn signing_keys(&self, outlived: Duration) -> Result<Vec<StoredKey>, StoreError> {
        let rows = sqlx::query_as!(
            StoredKey,
            r#"select number as "number!", kid as "kid!", public_key as "public_key!", sealed as "sealed!",
                      signs_from <= clock_timestamp() as "may_sign!"
               from (select k.*, lead(k.signs_from) over (order by k.number) as followed_at from signing_keys k) f
               where followed_at is null or followed_at > clock_timestamp() - make_interval(secs => $1)
               order by number desc"#,
            outlived.as_secs_f64()
        )
        .fetch_all(self.live())
        .await?;
        Ok(rows)
    }

    /// The number of the newest key, and whether it has signed for `long` or would have; `None` where there is no key.
    pub async fn newest_signing_key(&self, long: Duration) -> Result<Option<(i64, bool)>, StoreError> {
        let row = sqlx::query!(
            r#"select number, signs_from < clock_timestamp() - make_interval(secs => $1) as "is_old!"
               from signing_keys order by number desc limit 1"#,
            long.as_secs_f64()
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| (row.number, row.is_old)))
    }

    /// Stores a key; whether it is the one with its number. Another node may have made that one.
    pub async fn add_signing_key(&self, key: &NewKey<'_>, former: Former) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"with added as (
                 insert into signing_keys (number, kid, public_key, sealed, signs_from)
                 values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))
                 on conflict do nothing returning number
               ), removed as (
                 delete from signing_keys k using added a where $6::boolean and k.number < a.number
               )
               select exists (select 1 from added) as "added!""#,
            key.number,
            key.kid,
            key.public_key,
            key.sealed,
            key.signs_in.as_secs_f64(),
            former == Former::Removed
        )
        .fetch_one(self.commands())
        .await?;
        Ok(row.added)
    }

    /// The private halves of all keys, as they are sealed.
    pub async fn sealed_signing_keys(&self) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let rows = sqlx::query!("select number, sealed from signing_keys order by number")
            .fetch_all(self.live())
            .await?;
        Ok(rows.into_iter().map(|row| (row.number, row.sealed)).collect())
    }

    /// Seals a key's private half anew, unless it was sealed anew meanwhile; whether it did.
    pub async fn reseal_signing_key(
        &self,
        number: i64,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update signing_keys set sealed = $3 where number = $1 and sealed = $2",
            number,
            before,
            after
        )
        .execute(self.commands())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes the keys that are not published any more.
    pub async fn remove_past_signing_keys(&self, outlived: Duration) -> Result<u64, StoreError> {
        let done = sqlx::query!(
            "delete from signing_keys k
             where exists (select 1 from signing_keys next
                           where next.number > k.number and next.signs_from <= clock_timestamp() - make_interval(secs => $1))",
            outlived.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected())
    }
}
