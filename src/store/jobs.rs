//! Jobs: what commits ask for (`job_requests`), and the queue of graphile_worker to which it is handed, for workers and for operators.
//!
//! The append that asks for a job writes its request (`journal/tables/job_requests.rs`). It is handed over and deleted in one statement. From
//! there on the queue is changed by its own functions and read by its view; of its tables only the payload is, for the trace id and the time
//! for which a job was asked for.
//!
//! A job is dead when it has had its attempts: it waits for an operator. One that was asked for again while a node had it is there twice,
//! as one that is carried out and has no key any more, and as one that waits. The former is of no use when it fails.

use std::time::Duration;

use ajet_protocol::ops::{JobList, JobReport, JobState};
use uuid::Uuid;

use super::streams::{count, stored};
use super::{Store, StoreError};

/// After this time a job whose name no node has known is dead. Until then a newer node may come: upgrades go node by node.
const UNKNOWN_FOR: Duration = Duration::from_secs(3600);
/// Jobs in one list.
const LISTED: usize = 100;

/// What is left in the queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobsLeft {
    /// Jobs that wait, run or rest. One whose time has not come yet is not among them.
    pub waiting: u64,
    pub dead: u64,
    /// How long ago the oldest of those that wait, run or rest was asked for, or its time came.
    pub oldest: Duration,
}

/// The trace id of a job: that which its request was given, or the number of one that the schedule asked for.
#[must_use]
pub fn trace_of(id: i64, given: Option<&str>) -> Uuid {
    let given = given.and_then(|given| given.parse().ok());
    given.unwrap_or_else(|| Uuid::from_u128(u128::from(id.unsigned_abs())))
}

/// The reason as its handler gave it, out of the form in which the queue keeps errors.
fn reason(kept: &str) -> &str {
    kept.strip_prefix("TaskError(\"").and_then(|rest| rest.strip_suffix("\")")).unwrap_or(kept)
}

impl Store {
    /// Hands up to `limit` requests over to the queue, each with as many attempts as its name is given here; how many there were. One
    /// whose name is not among them is left to its fate in the queue.
    ///
    /// One that is asked for again under its key while it waits or rests is the same job; it has all its attempts before it again. One with
    /// a time waits in the queue until then. Requests with one key are handed over in the order in which they were made, one at a time: the
    /// time of the last one stands.
    pub async fn hand_jobs_over(
        &self,
        names: &[String],
        attempts: &[i32],
        limit: u32,
    ) -> Result<u64, StoreError> {
        // In the order of the keys, which the queue locks: two nodes do not wait for each other crosswise.
        let row = sqlx::query!(
            r#"with picked as (
                 select r.id from job_requests r
                 where not exists (select from job_requests o where o.key = r.key and o.id < r.id)
                 order by r.id limit $3 for update of r skip locked
               ),
               taken as (
                 delete from job_requests r using picked p where r.id = p.id
                 returning r.name, r.key, r.payload, r.trace_id, r.run_at
               ),
               sorted as (
                 select t.name, t.key, p.attempts, t.run_at,
                        (t.payload || jsonb_strip_nulls(jsonb_build_object('trace_id', t.trace_id, 'due_at', t.run_at)))::json
                          as payload
                 from taken t left join unnest($1::text[], $2::int[]) as p (name, attempts) on p.name = t.name
                 order by t.key
               )
               select count(j.id) as "count!"
               from sorted s cross join lateral graphile_worker.add_job(
                 s.name, payload => s.payload, run_at => s.run_at, max_attempts => s.attempts, job_key => s.key) as j"#,
            names,
            attempts,
            i64::from(limit)
        )
        .fetch_one(self.background())
        .await?;
        Ok(count(row.count))
    }

    /// Lets a job rest that failed: for this time, and not as the queue itself would have it.
    pub async fn rest_job(&self, id: i64, rest: Duration) -> Result<(), StoreError> {
        sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.reschedule_jobs(
                 array[$1::bigint], run_at => now() + make_interval(secs => $2))"#,
            id,
            rest.as_secs_f64()
        )
        .fetch_one(self.background())
        .await?;
        Ok(())
    }

    /// Keeps a job as a dead one: it is not tried again by itself.
    pub async fn bury_job(&self, id: i64, reason: &str) -> Result<(), StoreError> {
        sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.permanently_fail_jobs(array[$1::bigint], $2)"#,
            id,
            reason
        )
        .fetch_one(self.background())
        .await?;
        Ok(())
    }

    /// Keeps jobs as dead ones that could have been begun for an hour and whose names are none of these; their numbers.
    pub async fn bury_unknown_jobs(&self, known: &[String], reason: &str) -> Result<Vec<i64>, StoreError> {
        let rows = sqlx::query!(
            r#"select f.id as "id!" from graphile_worker.permanently_fail_jobs(
                 (select coalesce(array_agg(j.id), '{}') from graphile_worker.jobs j
                  where j.task_identifier <> all($1) and j.attempts < j.max_attempts and j.locked_at is null
                    and greatest(j.created_at, j.run_at) <= now() - make_interval(secs => $3)), $2) as f"#,
            known,
            reason,
            UNKNOWN_FOR.as_secs_f64()
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Removes what failed and was asked for again meanwhile: the other one is carried out.
    pub async fn remove_replaced_jobs(&self) -> Result<(), StoreError> {
        sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.complete_jobs(
                 (select coalesce(array_agg(j.id), '{}') from graphile_worker.jobs j
                  where j.key is null and j.attempts >= j.max_attempts and j.locked_at is null))"#
        )
        .fetch_one(self.background())
        .await?;
        Ok(())
    }

    /// How much is left to be done.
    pub async fn jobs_left(&self) -> Result<JobsLeft, StoreError> {
        let row = sqlx::query!(
            r#"with left_over as (
                 select greatest(j.created_at, (p.payload ->> 'due_at')::timestamptz) as since,
                        (j.attempts >= j.max_attempts and j.locked_at is null) as dead
                 from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id
                 where j.key is not null or j.locked_at is not null
                 union all
                 select greatest(r.created_at, r.run_at), false from job_requests r
               )
               select count(*) filter (where not dead and since <= now()) as "waiting!", count(*) filter (where dead) as "dead!",
                      coalesce(greatest(extract(epoch from
                        now() - min(since) filter (where not dead)), 0), 0)::float8 as "oldest!"
               from left_over"#
        )
        .fetch_one(self.background())
        .await?;
        let oldest = Duration::try_from_secs_f64(row.oldest).unwrap_or_default();
        Ok(JobsLeft { waiting: count(row.waiting), dead: count(row.dead), oldest })
    }

    /// How many jobs are dead.
    pub async fn dead_jobs(&self) -> Result<u64, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.jobs j
               where j.attempts >= j.max_attempts and j.locked_at is null and j.key is not null"#
        )
        .fetch_one(self.background())
        .await?;
        Ok(count(row.count))
    }

    /// The jobs in the queue: dead ones first, and among each the newest.
    pub async fn job_list(&self) -> Result<JobList, StoreError> {
        let rows = sqlx::query!(
            r#"select j.id as "id!", j.task_identifier as "name!", j.key as "key?", j.attempts as "attempts!",
                      j.last_error as "reason?", p.payload ->> 'trace_id' as "trace_id?", j.created_at as "created_at!",
                      j.run_at as "due_at!", j.updated_at as "updated_at!", j.locked_by as "worker?",
                      (j.attempts >= j.max_attempts and j.locked_at is null) as "dead!"
               from graphile_worker.jobs j join graphile_worker._private_jobs p on p.id = j.id
               where j.key is not null or j.locked_at is not null
               order by 11 desc, j.id desc limit $1"#,
            stored(LISTED as u64 + 1)
        )
        .fetch_all(self.background())
        .await?;
        let has_more = rows.len() > LISTED;
        let items = rows.into_iter().take(LISTED).map(|row| JobReport {
            id: row.id,
            key: row.key.unwrap_or_else(|| row.name.clone()),
            name: row.name,
            state: match (row.dead, row.worker.is_some()) {
                (true, _) => JobState::Dead,
                (false, true) => JobState::Running,
                (false, false) => JobState::Waiting,
            },
            attempts: row.attempts.unsigned_abs().into(),
            reason: row.reason.as_deref().map(reason).map(str::to_owned),
            trace_id: trace_of(row.id, row.trace_id.as_deref()),
            worker: row.worker,
            created_at: row.created_at.into(),
            due_at: row.due_at.into(),
            failed_at: row.dead.then(|| row.updated_at.into()),
        });
        Ok(JobList { items: items.collect(), has_more })
    }

    /// Makes a job due at once that is dead or waits, with all its attempts before it; whether there is such a job.
    pub async fn retry_job(&self, id: i64) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.reschedule_jobs(
                 array[$1::bigint], run_at => now(), attempts => 0)"#,
            id
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.count == 1)
    }

    /// Removes a job that is dead or waits; whether there was such a job.
    pub async fn discard_job(&self, id: i64) -> Result<bool, StoreError> {
        let row = sqlx::query!(
            r#"select count(*) as "count!" from graphile_worker.complete_jobs(array[$1::bigint])"#,
            id
        )
        .fetch_one(self.background())
        .await?;
        Ok(row.count == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_shown_as_they_were_given() {
        for (kept, shown) in [
            ("TaskError(\"internal: why\")", "internal: why"),
            ("its payload can't be read", "its payload can't be read"),
            ("TaskPanic(\"why\")", "TaskPanic(\"why\")"),
        ] {
            assert_eq!(reason(kept), shown);
        }
    }

    #[test]
    fn every_job_has_a_trace_id() {
        let id = Uuid::from_u128(5);
        assert_eq!(trace_of(7, Some(&id.to_string())), id);
        for given in [None, Some("none")] {
            assert_eq!(trace_of(7, given), Uuid::from_u128(7));
        }
    }
}
