//! Sign-ins that devices asked for, from their start to the session that is taken, and how many codes people tried.
//!
//! Each step is one statement that asks for the state it needs: of decisions at once one counts. The statement that opens the device's session
//! takes the sign-in (`sessions.rs`).

use std::time::Duration;

use ajet_protocol::{SessionId, Timestamp, UserId};
use uuid::Uuid;

use super::{Store, StoreError};

/// A sign-in to be started.
#[derive(Debug, Clone, Copy)]
pub struct NewDeviceSignIn<'a> {
    pub device_hash: &'a [u8],
    /// Its letters alone.
    pub user_code: &'a str,
    pub client_id: &'a str,
    /// What asks, as it calls itself.
    pub device: &'a str,
    /// After how many seconds it is over.
    pub seconds: f64,
    /// Seconds between two polls.
    pub interval_s: i32,
    /// Sign-ins that may wait at once.
    pub most: i64,
}

/// What became of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    Begun,
    /// The code of another sign-in is the same.
    CodeTaken,
    /// Too many sign-ins wait.
    Full,
}

/// A sign-in that waits for a person, or that they have decided on.
#[derive(Debug, Clone)]
pub struct AskingDevice {
    pub client_id: String,
    /// What asks, as it calls itself.
    pub device: String,
    pub created_at: Timestamp,
    /// What the person has decided before.
    pub approved: Option<bool>,
}

/// How a sign-in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceStanding {
    /// For somebody who decides.
    Waits,
    /// It took too long.
    Over,
    Denied,
    Approved(Approval),
}

/// An approval that the device has not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub person: UserId,
    /// In which the person approved.
    pub session: SessionId,
    /// What is let in, as it calls itself.
    pub device: String,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// Whether the person lets the device in, by this decision or by one that they made before.
    Stands(bool),
    /// No sign-in waits under the code.
    NoSuchCode,
    /// The session that decides is over.
    SignedOut,
}

/// Codes that were tried within a time.
#[derive(Debug, Clone, Copy)]
pub struct Guesses {
    pub tried: u32,
    /// When they count no more.
    pub over_after: Duration,
}

impl Store {
    /// Keeps a new sign-in, only the hash of the device's code.
    pub async fn begin_device_sign_in(&self, new: &NewDeviceSignIn<'_>) -> Result<Start, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            r#"with room as (
                 select count(*) < $7::int8 as is_left
                 from (select 1 from device_sign_ins where expires_at > now() and taken_at is null limit $7::int8) pending
               ), begun as (
                 insert into device_sign_ins (device_hash, user_code, client_id, device, expires_at, interval_s)
                 select $1::bytea, $2::text, $3::text, $4::text, now() + make_interval(secs => $5::float8), $6::int4
                 from room where is_left
                 on conflict (user_code) do nothing returning 1
               )
               select (select is_left from room) as "is_left!", exists (select 1 from begun) as "is_begun!""#,
            new.device_hash,
            new.user_code,
            new.client_id,
            new.device,
            new.seconds,
            new.interval_s,
            new.most
        )
        .fetch_one(self.live())
        .await?;
        Ok(match (row.is_begun, row.is_left) {
            (true, _) => Start::Begun,
            (false, true) => Start::CodeTaken,
            (false, false) => Start::Full,
        })
    }

    /// The sign-in that waits under this code for a person, or that they have decided on.
    pub async fn asking_device(
        &self,
        user_code: &str,
        person: UserId,
    ) -> Result<Option<AskingDevice>, StoreError> {
        let row = sqlx::query!(
            "select client_id, device, created_at, approved from device_sign_ins
             where user_code = $1 and (approved is null or user_id = $2) and expires_at > now()",
            user_code,
            person.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| AskingDevice {
            client_id: row.client_id,
            device: row.device,
            created_at: row.created_at.into(),
            approved: row.approved,
        }))
    }

    /// A person decides, in a session that is not over, on the sign-in that waits under this code. A decision is not changed by a later one,
    /// which is answered with the first one of the same person.
    pub async fn decide_on_device(
        &self,
        user_code: &str,
        person: UserId,
        session: SessionId,
        approved: bool,
    ) -> Result<Decided, StoreError> {
        let row = sqlx::query!(
            r#"with asking as materialized (
                 select s.id from sessions s join users u on u.id = s.user_id
                 where s.id = $4 and s.user_id = $2 and s.expires_at > now() and u.deactivated_at is null for key share of s
               ), decided as (
                 update device_sign_ins d set user_id = $2, session_id = a.id, approved = $3 from asking a
                 where d.user_code = $1 and d.approved is null and d.expires_at > now() returning d.device, d.client_id
               ), audited as (
                 insert into system_audit (actor_id, person_id, action, target_type, target_id, details, created_at)
                 select $2, $2, case when $3 then 'device.approve' else 'device.deny' end, 'session', $4,
                        jsonb_build_object('device', d.device, 'program', d.client_id), clock_timestamp()
                 from decided d
               )
               select exists (select 1 from asking) as "is_live!", exists (select 1 from decided) as "is_decided!""#,
            user_code,
            person.0,
            approved,
            session.0
        )
        .fetch_one(self.live())
        .await?;
        let stands = match (row.is_live, row.is_decided) {
            (_, true) => Some(approved),
            (true, false) => self.decision_on_device(user_code, person).await?,
            (false, false) => return Ok(Decided::SignedOut),
        };
        Ok(stands.map_or(Decided::NoSuchCode, Decided::Stands))
    }

    /// What a person has decided before. A statement of its own: it sees what the one before has waited for.
    async fn decision_on_device(&self, user_code: &str, person: UserId) -> Result<Option<bool>, StoreError> {
        let row = sqlx::query!(
            "select approved from device_sign_ins where user_code = $1 and user_id = $2 and expires_at > now()",
            user_code,
            person.0
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.and_then(|row| row.approved))
    }

    /// How the sign-in of a device's code stands, if it was given to this program, and the device has not taken its session.
    pub async fn device_standing(
        &self,
        device_hash: &[u8],
        client_id: &str,
    ) -> Result<Option<DeviceStanding>, StoreError> {
        let _turn = self.address_turn().await?;
        let row = sqlx::query!(
            r#"select expires_at <= now() as "is_over!", approved, user_id, session_id, device from device_sign_ins
               where device_hash = $1 and client_id = $2 and taken_at is null"#,
            device_hash,
            client_id
        )
        .fetch_optional(self.live())
        .await?;
        Ok(row.map(|row| match (row.approved, row.user_id, row.session_id) {
            _ if row.is_over => DeviceStanding::Over,
            (Some(true), Some(person), Some(session)) => DeviceStanding::Approved(Approval {
                person: UserId(person),
                session: SessionId(session),
                device: row.device,
            }),
            (Some(_), ..) => DeviceStanding::Denied,
            (None, ..) => DeviceStanding::Waits,
        }))
    }

    /// Notes a poll of a device that still waits. Whether it was in time: if not, the next one must wait so many seconds longer, up to a
    /// limit.
    pub async fn note_device_poll(
        &self,
        device_hash: &[u8],
        longer_s: i32,
        most_s: i32,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"with in_time as (
                 update device_sign_ins set polled_at = now()
                 where device_hash = $1 and (polled_at is null or polled_at <= now() - make_interval(secs => interval_s))
                 returning 1
               ), too_soon as (
                 update device_sign_ins set interval_s = least(interval_s + $2::int4, $3::int4)
                 where device_hash = $1 and not exists (select 1 from in_time)
               )
               select exists (select 1 from in_time) as "in_time!""#,
            device_hash,
            longer_s,
            most_s
        )
        .fetch_one(self.live())
        .await?;
        Ok(row.in_time)
    }

    /// Counts one more code that is tried; how many that makes within so many seconds, from the first one on.
    pub async fn count_device_guess(&self, counted_for: Uuid, within_s: f64) -> Result<Guesses, StoreError> {
        let row = sqlx::query!(
            r#"insert into device_guesses as g (counted_for, began_at, guesses) values ($1, now(), 1)
             on conflict (counted_for) do update set
               guesses = case when g.began_at < now() - make_interval(secs => $2::float8) then 1
                              else least(g.guesses, 1000000) + 1 end,
               began_at = case when g.began_at < now() - make_interval(secs => $2::float8) then now() else g.began_at end
             returning guesses, extract(epoch from began_at + make_interval(secs => $2::float8) - now())::float8 as "left_s!""#,
            counted_for,
            within_s
        )
        .fetch_one(self.live())
        .await?;
        let over_after = Duration::from_secs_f64(row.left_s.max(0.0));
        Ok(Guesses { tried: row.guesses.unsigned_abs(), over_after })
    }

    /// A code that was tried turned out right: it counts no more.
    pub async fn uncount_device_guess(&self, counted_for: Uuid) -> Result<(), StoreError> {
        sqlx::query!(
            "update device_guesses set guesses = guesses - 1 where counted_for = $1 and guesses > 0",
            counted_for
        )
        .execute(self.live())
        .await?;
        Ok(())
    }

    /// Removes sign-ins that were over long ago: until then a device is told that its time is over. Removes counts that are out of date.
    pub async fn forget_device_sign_ins(&self) -> Result<(), StoreError> {
        sqlx::query!("delete from device_sign_ins where expires_at < now() - interval '1 hour'")
            .execute(self.background())
            .await?;
        sqlx::query!("delete from device_guesses where began_at < now() - interval '1 day'")
            .execute(self.background())
            .await?;
        Ok(())
    }
}
