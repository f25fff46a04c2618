//! The browsers that people are pushed to, and the key pair that signs what push services are sent.
//!
//! A browser goes with its session, by the foreign key: however a session ends, it is pushed to no more. Sessions that are past their time stay
//! stored for a while, so each look leaves them out.

use ajet_domain::Scope;
use ajet_protocol::{NotificationId, PushSubscription, SessionId, Timestamp, UserId, limits};
use time::OffsetDateTime;
use uuid::Uuid;

use super::notifications::NotificationPlace;
use super::{Store, StoreError};

/// A browser to be kept.
pub struct NewSubscription<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub session: SessionId,
    pub endpoint: &'a str,
    pub p256dh: &'a [u8],
    pub auth: &'a [u8],
    /// `None`: as before, at first without.
    pub with_text: Option<bool>,
    pub created_at: Timestamp,
}

/// A browser that is to be sent something.
pub struct PushTarget {
    pub id: Uuid,
    pub endpoint: String,
    pub p256dh: Vec<u8>,
    pub auth: Vec<u8>,
    pub with_text: bool,
    /// Whether it is left alone just now.
    pub rests: bool,
    /// Whether its push service failed since it took something last.
    pub failed: bool,
}

/// The key pair, as it is stored.
pub struct StoredPushKey {
    pub public_key: Vec<u8>,
    pub sealed: Vec<u8>,
}

impl Store {
    /// Keeps a browser; its id, which is another one if it was kept before. `None` if the session is over. Of a person's browsers the oldest go where
    /// there are more than [`limits::PUSH_SUBSCRIPTIONS`] now.
    ///
    /// The lock on the session keeps it until the row is there, so that what ends the session takes the row along.
    pub async fn add_push_subscription(&self, new: &NewSubscription<'_>) -> Result<Option<Uuid>, StoreError> {
        let row = sqlx::query!(
            r#"with own as materialized (
                 select s.id from sessions s where s.id = $3 and s.user_id = $2 and s.expires_at > now() for key share
               ), kept as (
                 insert into push_subscriptions as p (id, user_id, session_id, endpoint, p256dh, auth, with_text, created_at)
                 select $1::uuid, $2, o.id, $4::text, $5::bytea, $6::bytea, coalesce($7::boolean, false), $8::timestamptz from own o
                 on conflict (endpoint) do update
                 set id = case when p.user_id = excluded.user_id then p.id else excluded.id end,
                     with_text = case when p.user_id = excluded.user_id then coalesce($7, p.with_text) else excluded.with_text end,
                     user_id = excluded.user_id, session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth,
                     taken = '{}', failed = 0, rests_until = null
                 returning p.id
               ), surplus as (
                 delete from push_subscriptions p using (
                   select s.id from push_subscriptions s, kept k where s.user_id = $2 and s.id <> k.id
                   order by s.id desc offset $9::int8 - 1
                 ) old where p.id = old.id
               )
               select id as "id!" from kept"#,
            new.id,
            new.user.0,
            new.session.0,
            new.endpoint,
            new.p256dh,
            new.auth,
            new.with_text,
            OffsetDateTime::from(new.created_at),
            limits::PUSH_SUBSCRIPTIONS
        )
        .fetch_optional(self.commands())
        .await?;
        Ok(row.map(|row| row.id))
    }

    /// The browsers of a person, the oldest first; `current` is the session that asks.
    pub async fn push_subscriptions_of(
        &self,
        user: UserId,
        current: SessionId,
    ) -> Result<Vec<PushSubscription>, StoreError> {
        let rows = sqlx::query!(
            r#"select p.id, p.endpoint, p.with_text, p.created_at, p.session_id, s.device
               from push_subscriptions p join sessions s on s.id = p.session_id and s.expires_at > now()
               where p.user_id = $1 order by p.id"#,
            user.0
        )
        .fetch_all(self.commands())
        .await?;
        let shown = rows.into_iter().map(|row| PushSubscription {
            id: row.id,
            endpoint: row.endpoint,
            device: row.device,
            current: row.session_id == current.0,
            with_text: row.with_text,
            created_at: row.created_at.into(),
        });
        Ok(shown.collect())
    }

    /// Forgets a browser of a person; whether it was one.
    pub async fn remove_push_subscription(&self, user: UserId, endpoint: &str) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "delete from push_subscriptions where user_id = $1 and endpoint = $2",
            user.0,
            endpoint
        )
        .execute(self.commands())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// A notification of a person, if it is about no channel or about one that they have joined.
    pub async fn notification_place(
        &self,
        user: UserId,
        id: NotificationId,
    ) -> Result<Option<NotificationPlace>, StoreError> {
        let row = sqlx::query!(
            r#"select coalesce(ch.community_id, ch.id) as "scope?"
               from notifications n
               left join channel_members cm on cm.channel_id = n.channel_id and cm.user_id = n.user_id
               left join channels ch on ch.id = cm.channel_id
               where n.user_id = $1 and n.id = $2 and (n.channel_id is null or ch.id is not null)"#,
            user.0,
            id.0
        )
        .fetch_optional(self.background())
        .await?;
        Ok(row.map(|row| NotificationPlace { id, scope: row.scope.map(Scope) }))
    }

    /// The browsers of a person that have not taken a notification; none where the account is deactivated, or the person has muted the channel
    /// of a message or blocked its author since they were told of it.
    pub async fn push_targets(
        &self,
        user: UserId,
        notification: NotificationId,
    ) -> Result<Vec<PushTarget>, StoreError> {
        let rows = sqlx::query_as!(
            PushTarget,
            r#"select p.id, p.endpoint, p.p256dh, p.auth, p.with_text,
                      coalesce(p.rests_until > now(), false) as "rests!", p.failed > 0 as "failed!"
               from push_subscriptions p
               join sessions s on s.id = p.session_id and s.expires_at > now()
               join users u on u.id = p.user_id and u.deactivated_at is null
               where p.user_id = $1 and $2 <> all(p.taken) and not exists (
                 select 1 from notifications n
                 where n.user_id = p.user_id and n.id = $2 and n.type not in ('invite', 'system') and (
                   exists (
                     select 1 from channel_preferences cp
                     where cp.user_id = n.user_id and cp.channel_id = n.channel_id and cp.muted
                   )
                   or exists (select 1 from blocks b where b.user_id = n.user_id and b.blocked_id = n.actor_id)
                 )
               )
               order by p.id"#,
            user.0,
            notification.0
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows)
    }

    /// Notes which browsers have taken a notification that is sent to another one again. The newest 20 of each are remembered.
    pub async fn note_pushed(
        &self,
        browsers: &[Uuid],
        notification: NotificationId,
    ) -> Result<(), StoreError> {
        sqlx::query!(
            "update push_subscriptions set taken = (array_append(taken, $2))[greatest(1, cardinality(taken) - 18):]
             where id = any($1)",
            browsers,
            notification.0
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Leaves browsers alone whose push services failed: not after the first two failures, then for 15 seconds and twice as long after each
    /// further one up to an hour, and at least for the seconds that were asked for. What fails while it is left alone had begun before.
    pub async fn rest_push(&self, browsers: &[Uuid], asked_seconds: &[i32]) -> Result<(), StoreError> {
        sqlx::query!(
            "update push_subscriptions p
             set failed = p.failed + case when p.rests_until > now() then 0 else 1 end,
                 rests_until = greatest(p.rests_until, now() + make_interval(secs => greatest(
                   g.asked, case when p.failed < 2 then 0 else least(15 * 2 ^ least(p.failed - 2, 8), 3600) end
                 )))
             from unnest($1::uuid[], $2::int4[]) as g(id, asked)
             where p.id = g.id",
            browsers,
            asked_seconds
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Notes that the push services of these browsers work again.
    pub async fn push_works(&self, browsers: &[Uuid]) -> Result<(), StoreError> {
        sqlx::query!(
            "update push_subscriptions set failed = 0, rests_until = null where id = any($1)",
            browsers
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Forgets browsers that their push services say are gone, unless they were named anew meanwhile, under another address.
    pub async fn remove_gone_push_subscriptions(&self, endpoints: &[String]) -> Result<(), StoreError> {
        sqlx::query!("delete from push_subscriptions where endpoint = any($1)", endpoints)
            .execute(self.background())
            .await?;
        Ok(())
    }

    /// The key pair, if it is made.
    pub async fn push_key(&self) -> Result<Option<StoredPushKey>, StoreError> {
        let row = sqlx::query_as!(StoredPushKey, "select public_key, sealed from push_keys")
            .fetch_optional(self.live())
            .await?;
        Ok(row)
    }

    /// Keeps the key pair, unless another node did so before.
    pub async fn add_push_key(&self, public_key: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
        sqlx::query!(
            "insert into push_keys (id, public_key, sealed) values (1, $1, $2) on conflict do nothing",
            public_key,
            sealed
        )
        .execute(self.commands())
        .await?;
        Ok(())
    }

    /// Seals the private half anew, unless it was sealed anew meanwhile; whether it did.
    pub async fn reseal_push_key(&self, before: &[u8], after: &[u8]) -> Result<bool, StoreError> {
        let done = sqlx::query!("update push_keys set sealed = $2 where sealed = $1", before, after)
            .execute(self.commands())
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
