//! Jobs: `jobs`, the work list of what carries them out (`src/jobs`), and for operators.
//!
//! The append that asks for a job writes its row (`journal/tables/jobs.rs`), and the schedule does for jobs that come again and again. To take
//! a job is to set the time from which it is due again: a claim, which the node renews as long as it works, and which runs out by
//! itself, so that another node takes what a dead one had. A claim is known by its node and by how often the job had been begun: a node
//! whose claim ran out changes nothing any more. A job that can't be done stays as a dead one until an operator decides.

use std::time::Duration;

use ajet_protocol::Timestamp;
use ajet_protocol::ops::{JobList, JobReport, JobState};
use serde_json::Value;
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError};

/// How long a job stays with the node that took it, unless the node renews its claim.
pub const CLAIM: Duration = Duration::from_secs(15);
/// After this time a job whose name no node has known is dead. Until then a newer node may come: upgrades go node by node.
const UNKNOWN_FOR: Duration = Duration::from_secs(3600);
/// Jobs in one list.
const LISTED: usize = 100;

/// A job that a node has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: i64,
    pub name: String,
    pub payload: Value,
    /// How often it was begun, this time included.
    pub attempts: i32,
    pub trace_id: Uuid,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// The node that has it.
    node: Uuid,
}

/// What is left in the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobsLeft {
    /// Jobs that wait, run or rest.
    pub waiting: u64,
    pub dead: u64,
    /// How long ago the oldest of those that wait, run or rest was asked for.
    pub oldest: Duration,
}

/// A job that is dead for its name alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    pub id: i64,
    pub trace_id: Uuid,
}

impl Store {
    /// Takes up to `limit` jobs of these names that are due, those first that have been due for longest.
    pub async fn take_jobs(
        &self,
        node: Uuid,
        names: &[&'static str],
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        // `now()` and not the clock: the index is searched by a value that stays the same throughout the statement.
        let rows = sqlx::query!(
            r#"with due as (
                 select id from jobs
                 where failed_at is null and due_at <= now() and name = any($2)
                 order by due_at, id limit $3
                 for update skip locked
               )
               update jobs j
               set due_at = now() + make_interval(secs => $4), attempts = j.attempts + 1, node = $1,
                   started_at = coalesce(j.started_at, now())
               from due where j.id = due.id
               returning j.id as "id!", j.name as "name!", j.payload as "payload!", j.attempts as "attempts!",
                         j.trace_id as "trace_id!", j.created_at as "created_at!""#,
            node,
            &names,
            stored(limit as u64),
            CLAIM.as_secs_f64()
        )
        .fetch_all(self.background())
        .await?;
        let taken = rows.into_iter().map(|row| Job {
            id: row.id,
            name: row.name,
            payload: row.payload,
            attempts: row.attempts,
            trace_id: row.trace_id,
            created_at: row.created_at.into(),
            node,
        });
        Ok(taken.collect())
    }

    /// Renews the claim on a job; whether it still counts.
    pub async fn keep_job(&self, job: &Job) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update jobs set due_at = now() + make_interval(secs => $4)
             where id = $1 and node = $2 and attempts = $3",
            job.id,
            job.node,
            job.attempts,
            CLAIM.as_secs_f64()
        )
        .execute(&self.pulse())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Removes a job that is done; whether the claim on it counted.
    pub async fn job_done(&self, job: &Job) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "delete from jobs where id = $1 and node = $2 and attempts = $3",
            job.id,
            job.node,
            job.attempts
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Gives a job back that failed, to be tried again after a rest.
    pub async fn job_later(&self, job: &Job, rest: Duration, reason: &str) -> Result<(), StoreError> {
        sqlx::query!(
            "update jobs set node = null, due_at = now() + make_interval(secs => $4), reason = $5
             where id = $1 and node = $2 and attempts = $3",
            job.id,
            job.node,
            job.attempts,
            rest.as_secs_f64(),
            reason
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Gives a job back that this node has no time for: it is due at once, and this attempt does not count.
    pub async fn give_job_back(&self, job: &Job) -> Result<(), StoreError> {
        sqlx::query!(
            "update jobs set node = null, due_at = now(), attempts = attempts - 1
             where id = $1 and node = $2 and attempts = $3",
            job.id,
            job.node,
            job.attempts
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Keeps a job as a dead one: it is not tried again by itself.
    pub async fn job_dead(&self, job: &Job, reason: &str) -> Result<(), StoreError> {
        sqlx::query!(
            "update jobs set node = null, failed_at = clock_timestamp(), reason = $4
             where id = $1 and node = $2 and attempts = $3",
            job.id,
            job.node,
            job.attempts,
            reason
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// Keeps jobs as dead ones that have been due for an hour and whose names are none of these.
    pub async fn unknown_jobs_dead(
        &self,
        known: &[&'static str],
        reason: &str,
    ) -> Result<Vec<Unknown>, StoreError> {
        let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        let rows = sqlx::query!(
            "update jobs set failed_at = clock_timestamp(), started_at = coalesce(started_at, now()), reason = $2
             where failed_at is null and due_at <= now() and created_at <= now() - make_interval(secs => $3)
               and name <> all($1)
             returning id, trace_id",
            &known,
            reason,
            UNKNOWN_FOR.as_secs_f64()
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| Unknown { id: row.id, trace_id: row.trace_id }).collect())
    }

    /// Asks for a job that comes again and again, if that was not done within `every`, by this or another node.
    pub async fn ask_for_job_every(&self, name: &str, every: Duration) -> Result<(), StoreError> {
        sqlx::query!(
            "with due as (
               insert into job_schedule as s (name, asked_at) values ($1, now())
               on conflict (name) do update set asked_at = now()
                 where s.asked_at <= now() - make_interval(secs => $2)
               returning name
             )
             insert into jobs (name, key, payload) select name, name, '{}'::jsonb from due
             on conflict (key) where started_at is null do nothing",
            name,
            every.as_secs_f64()
        )
        .execute(self.background())
        .await?;
        Ok(())
    }

    /// How much is left to be done.
    pub async fn jobs_left(&self) -> Result<JobsLeft, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) filter (where failed_at is null) as "waiting!",
                      count(*) filter (where failed_at is not null) as "dead!",
                      coalesce(greatest(extract(epoch from
                        now() - min(created_at) filter (where failed_at is null)), 0), 0)::float8 as "oldest!"
               from jobs"#
        )
        .fetch_one(self.background())
        .await?;
        let oldest = Duration::try_from_secs_f64(row.oldest).unwrap_or_default();
        Ok(JobsLeft { waiting: count(row.waiting), dead: count(row.dead), oldest })
    }

    /// How many jobs are dead.
    pub async fn dead_jobs(&self) -> Result<u64, StoreError> {
        let row = sqlx::query!(r#"select count(*) as "count!" from jobs where failed_at is not null"#)
            .fetch_one(self.background())
            .await?;
        Ok(count(row.count))
    }

    /// The jobs that there are: dead ones first, and among each the newest.
    pub async fn job_list(&self) -> Result<JobList, StoreError> {
        let rows = sqlx::query!(
            r#"select id as "id!", name as "name!", key as "key!", attempts as "attempts!", reason as "reason?",
                      trace_id as "trace_id!", created_at as "created_at!", due_at as "due_at!",
                      failed_at as "failed_at?", node as "node?", (node is not null and due_at > now()) as "runs!"
               from jobs order by failed_at desc nulls last, id desc limit $1"#,
            stored(LISTED as u64 + 1)
        )
        .fetch_all(self.background())
        .await?;
        let has_more = rows.len() > LISTED;
        let items = rows.into_iter().take(LISTED).map(|row| JobReport {
            id: row.id,
            name: row.name,
            key: row.key,
            state: match (row.failed_at.is_some(), row.runs) {
                (true, _) => JobState::Dead,
                (false, true) => JobState::Running,
                (false, false) => JobState::Waiting,
            },
            attempts: row.attempts.unsigned_abs(),
            reason: row.reason,
            trace_id: row.trace_id,
            node: row.node.filter(|_| row.runs),
            created_at: row.created_at.into(),
            due_at: row.due_at.into(),
            failed_at: row.failed_at.map(Into::into),
        });
        Ok(JobList { items: items.collect(), has_more })
    }

    /// Makes a job due at once that is dead or waits, with all its attempts before it; whether there is such a job.
    pub async fn retry_job(&self, id: i64) -> Result<bool, StoreError> {
        let done = sqlx::query!(
            "update jobs set failed_at = null, node = null, attempts = 0, due_at = now()
             where id = $1 and (node is null or due_at <= now())",
            id
        )
        .execute(self.background())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Removes a job that is dead or waits; whether there was such a job.
    pub async fn discard_job(&self, id: i64) -> Result<bool, StoreError> {
        let done = sqlx::query!("delete from jobs where id = $1 and (node is null or due_at <= now())", id)
            .execute(self.background())
            .await?;
        Ok(done.rows_affected() == 1)
    }
}
