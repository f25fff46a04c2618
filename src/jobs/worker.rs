//! What carries jobs out on a node: a worker of graphile_worker for each queue, so that slow work keeps no quick work waiting.
//!
//! A worker ends when the database fails it, since it can't know then which jobs are its own, and another one begins in its place. Its heart
//! beats in the queue's tables; the jobs of one whose heart stopped, or that is gone, are taken by the others 20 s later at most.
//!
//! The queue has one way of letting failed jobs rest. Ours ([`policy`]) is set right after it, and a job that will never be done is made a dead
//! one; should the node end in between, the queue's own way goes. An attempt whose node died counts. One that was tried before its time, as
//! operators may have it, rests until then.

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ajet_domain::JobRequest;
use ajet_protocol::Timestamp;
use ajet_schema::queue::SCHEMA;
use futures::FutureExt;
use graphile_worker::runner::WorkerRuntimeError;
use graphile_worker::{
    FailureReason, Job, JobComplete, JobCompleteContext, JobFail, JobFailContext, JobInterrupted,
    JobInterruptedContext, JobPermanentlyFail, JobPermanentlyFailContext, JobRecovery, JobRecoveryContext,
    JobRecoveryResult, WorkerBuildError, WorkerContext, WorkerOptions, WorkerRecoveryConfig, WorkerStart,
    WorkerStartContext,
};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, Span};

use super::bucket::Bucket;
use super::policy::{self, Queue};
use super::run::{self, Attempt, Failed, Tools};
use super::{handover, tasks, webhook_deliver, webhook_spread};
use crate::config;
use crate::store::jobs::trace_of;
use crate::store::{Store, StoreError};
use crate::usecases::Context;

/// Interval between two looks for what other nodes hand over, and for what has rested.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Interval between two beats of a worker's heart: two may be missed.
const BEAT_EVERY: Duration = Duration::from_secs(4);
/// After this time without a beat a worker counts as dead.
const DEAD_AFTER: Duration = Duration::from_secs(15);
/// Interval between two looks for dead workers.
const SWEEP_EVERY: Duration = Duration::from_secs(5);
/// Until a worker that ended begins again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Interval between two looks whether one more job may begin.
const BEGIN_AGAIN: Duration = Duration::from_millis(100);
/// Interval between two rounds of counting.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How long a node that stops waits beyond the jobs' time until those that it cuts off are given back.
const GIVE_BACK_WITHIN: Duration = Duration::from_secs(1);
/// Why a job with an unknown name is dead.
const UNKNOWN: &str = "no node has known a job of this name for an hour";

/// What the workers of a node start from.
pub struct Work {
    pub context: Context,
    pub settings: config::Jobs,
    /// For how long events are kept.
    pub retention_hours: u64,
    /// How long jobs may go on when the node stops. What takes longer is cut off and given back: another node takes it at once.
    pub grace: Duration,
}

/// The workers of a node, at work.
pub struct Running {
    stop: CancellationToken,
    grace: Duration,
    tasks: JoinSet<()>,
}

impl Running {
    /// Starts them.
    #[must_use]
    pub fn start(work: Work) -> Self {
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        let (asked, store, grace) = (work.context.node.jobs(), work.context.store.clone(), work.grace);
        let lines = Queue::ALL.map(|queue| Arc::new(Line::new(queue, &work)));
        let woken = lines.iter().map(|line| line.woken.clone()).collect();
        tasks.spawn(handover::run(store.clone(), asked, woken, stop.clone()));
        for line in lines {
            tasks.spawn(line.follow(stop.clone()));
        }
        tasks.spawn(keep_house(store, stop.clone()));
        let (context, made) = (work.context, Arc::new(Notify::new()));
        tasks.spawn(webhook_spread::run(context.clone(), Arc::clone(&made), stop.clone()));
        tasks.spawn(webhook_deliver::run(context, made, stop.clone()));
        Self { stop, grace, tasks }
    }

    /// Takes no more jobs, and ends when those that run have ended or were given back.
    pub async fn finish(mut self) {
        self.stop.cancel();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        let in_time = tokio::time::timeout(self.grace + GIVE_BACK_WITHIN, ended).await.is_ok();
        if !in_time {
            tracing::warn!("jobs did not end in time; other nodes take them");
            self.tasks.abort_all();
        }
    }
}

/// A queue as this node works on it.
struct Line {
    queue: Queue,
    concurrency: usize,
    grace: Duration,
    tools: Tools,
    woken: Arc<Notify>,
    bucket: Mutex<Bucket>,
    /// Why attempts failed that are not noted yet, by the jobs' numbers: the queue itself keeps a text alone.
    failures: Mutex<HashMap<i64, Failed>>,
}

/// A line as the queue hands it to tasks.
#[derive(Clone)]
struct Shared(Arc<Line>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.queue.fmt(f)
    }
}

/// A reason, which the queue writes down as it prints.
pub(super) struct Told(String);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a worker ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("it could not start: {0}")]
    Start(#[from] WorkerBuildError),
    #[error("{0}")]
    Work(#[from] WorkerRuntimeError),
}

/// Carries a job out that a worker has taken.
pub(super) async fn attempt(context: &WorkerContext) -> Result<(), Told> {
    let Some(Shared(line)) = context.get_ext::<Shared>() else {
        return Err(Told("the worker has no tools".into()));
    };
    let job = context.job();
    line.attempt(job).instrument(span(job)).await
}

/// The span of all that is done about a job.
fn span(job: &Job) -> Span {
    let trace_id = trace_of(*job.id(), job.payload()["trace_id"].as_str());
    tracing::info_span!("job", %trace_id, job_id = *job.id(), job = job.task_identifier().as_str(), attempt = *job.attempts())
}

impl Line {
    fn new(queue: Queue, work: &Work) -> Self {
        Self {
            queue,
            concurrency: work.settings.concurrency as usize,
            grace: work.grace,
            tools: Tools { context: work.context.clone(), retention_hours: work.retention_hours },
            woken: Arc::new(Notify::new()),
            bucket: Mutex::new(Bucket::new(work.settings.per_minute, Instant::now())),
            failures: Mutex::default(),
        }
    }

    fn store(&self) -> &Store {
        &self.tools.context.store
    }

    /// Has a worker of the queue at work until it is told to stop.
    async fn follow(self: Arc<Self>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.work(&stop).await {
                tracing::warn!(%error, queue = ?self.queue, "a worker of the queue ended; another one begins");
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN_AFTER.mul_f64(rand::random_range(0.8..1.2))) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn work(self: &Arc<Self>, stop: &CancellationToken) -> Result<(), Broken> {
        self.failures.lock().clear();
        let worker = self.options(stop).init().await?;
        worker.run().await?;
        Ok(())
    }

    fn options(self: &Arc<Self>, stop: &CancellationToken) -> WorkerOptions {
        let recovery = WorkerRecoveryConfig::default()
            .heartbeat_interval(BEAT_EVERY)
            .sweep_interval(SWEEP_EVERY)
            .sweep_threshold(DEAD_AFTER)
            .recovery_delay(Duration::ZERO);
        let options = WorkerOptions::default()
            .database(self.store().queue(self.woken.clone()))
            .schema(SCHEMA)
            .concurrency(self.concurrency)
            .poll_interval(LOOK_EVERY)
            .define_jobs(tasks::of(self.queue))
            .add_extension(Shared(self.clone()))
            .listen_os_shutdown_signals(false)
            .shutdown_signal(stop.clone().cancelled_owned())
            .shutdown_grace_period(self.grace)
            .shutdown_interrupted_job_retry_delay(Duration::ZERO)
            .worker_recovery(recovery);
        let options = self.hooked(options);
        match self.queue {
            Queue::System => options.with_crons(tasks::schedule()),
            Queue::Removal | Queue::People | Queue::Outside | Queue::Push => options,
        }
    }

    fn hooked(self: &Arc<Self>, options: WorkerOptions) -> WorkerOptions {
        let (queue, woken, failing, dying) = (self.queue, self.woken.clone(), self.clone(), self.clone());
        options
            .on(WorkerStart, move |started: WorkerStartContext| async move {
                tracing::info!(worker = started.worker_id, ?queue, "a worker of the queue begins");
            })
            // A worker takes one job for each time it is woken: the next one of those that wait.
            .on(JobComplete, move |_: JobCompleteContext| {
                woken.notify_one();
                std::future::ready(())
            })
            .on(JobFail, move |failed: JobFailContext| {
                let line = failing.clone();
                async move { line.settle(&failed.job).instrument(span(&failed.job)).await }
            })
            .on(JobPermanentlyFail, move |failed: JobPermanentlyFailContext| {
                let line = dying.clone();
                async move { line.settle(&failed.job).instrument(span(&failed.job)).await }
            })
            .on(JobRecovery, |lost: JobRecoveryContext| async move { recovery_of(&lost) })
            .on(JobInterrupted, |lost: JobInterruptedContext| async move { note_interrupted(&lost) })
    }

    async fn attempt(&self, job: &Job) -> Result<(), Told> {
        self.may_begin().await;
        let began = Instant::now();
        let done = self.carry_out(job).await;
        metrics::histogram!("ajet_job_seconds", "name" => job.task_identifier().clone())
            .record(began.elapsed().as_secs_f64());
        let Err(failed) = done else {
            count(job, "done");
            return Ok(());
        };
        let (Failed::Now(reason) | Failed::ForGood(reason)) = &failed;
        let told = Told(reason.clone());
        self.failures.lock().insert(*job.id(), failed);
        Err(told)
    }

    /// Waits until the queue's limit lets one more begin. The worker has the job meanwhile.
    async fn may_begin(&self) {
        loop {
            {
                let mut bucket = self.bucket.lock();
                if bucket.left(Instant::now()) > 0 {
                    bucket.spend(1);
                    return;
                }
            }
            tokio::time::sleep(BEGIN_AGAIN).await;
        }
    }

    async fn carry_out(&self, job: &Job) -> Result<(), Failed> {
        let name = job.task_identifier();
        let Some(policy) = policy::of(name) else { return Err(Failed::ForGood(UNKNOWN.into())) };
        // Boxed: all jobs with all that they call are more than the compiler lays out in one piece.
        let job = Box::pin(run::run(&self.tools, name, job.payload(), attempt_of(job)));
        let running = AssertUnwindSafe(job).catch_unwind();
        match tokio::time::timeout(policy.within, running).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Failed::Now("it panicked".into())),
            Err(_) => Err(Failed::Now("it took too long".into())),
        }
    }

    /// Says when a job is tried again that failed, or that it is dead. If that can't be written, the queue's own rest goes.
    async fn settle(&self, job: &Job) {
        let failed = self.failures.lock().remove(job.id());
        let failed = failed.unwrap_or_else(|| Failed::Now("it ended without a reason".into()));
        let again = policy::of(job.task_identifier()).filter(|_| job.attempts() < job.max_attempts());
        let (written, outcome) = match (failed, again) {
            (Failed::Now(reason), Some(policy)) => {
                let rest = policy.rest_after(*job.attempts(), rand::random_range(0.0..1.0));
                let rest = rest.max(until_due(job, self.tools.context.now()));
                tracing::warn!(reason, rest_s = rest.as_secs_f64(), "a job failed; it is tried again");
                (self.store().rest_job(*job.id(), rest).await, "retried")
            }
            (Failed::Now(reason) | Failed::ForGood(reason), _) => {
                tracing::error!(reason, "a job is dead");
                (self.store().bury_job(*job.id(), &reason).await, "dead")
            }
        };
        count(job, outcome);
        note(written);
        self.woken.notify_one();
    }
}

/// Whether a job is tried again if its attempt fails.
fn attempt_of(job: &Job) -> Attempt {
    if job.attempts() < job.max_attempts() { Attempt::Followed } else { Attempt::Last }
}

/// How long it is until the time of a job has come, if it has one: an operator may have it tried before.
fn until_due(job: &Job, now: Timestamp) -> Duration {
    let request = JobRequest::read(job.task_identifier(), job.payload().clone());
    let due = request.ok().and_then(|request| request.at()).map_or(0, Timestamp::unix_millis);
    Duration::from_millis(due.saturating_sub(now.unix_millis()))
}

fn note(written: Result<(), StoreError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "can't note what came of a job; the queue tries it again when it will");
    }
}

fn count(job: &Job, outcome: &'static str) {
    metrics::counter!("ajet_jobs_total", "name" => job.task_identifier().clone(), "outcome" => outcome)
        .increment(1);
}

/// What becomes of a job that is taken from its worker. That of a dead worker is due at once, and the attempt counts: else a job that
/// takes its node down would go on to the next one for ever.
fn recovery_of(lost: &JobRecoveryContext) -> JobRecoveryResult {
    match lost.reason {
        FailureReason::WorkerCrashed => {
            JobRecoveryResult::Reschedule { run_at: *lost.job.run_at(), attempts: Some(*lost.job.attempts()) }
        }
        _ => JobRecoveryResult::Default,
    }
}

/// Inside the transaction that takes the job back: nothing may be written here.
fn note_interrupted(lost: &JobInterruptedContext) {
    let job = &lost.job;
    let _entered = span(job).entered();
    match lost.reason {
        FailureReason::WorkerCrashed if job.attempts() >= job.max_attempts() => {
            tracing::error!(reason = "its node ended, or lost it, in each attempt", "a job is dead");
            count(job, "dead");
        }
        FailureReason::WorkerCrashed => {
            tracing::warn!("the worker of a job is dead; another one takes the job");
            count(job, "lost");
        }
        _ => count(job, "given_back"),
    }
}

/// Counts what is left, which every node tells the same of, and looks for what no node knows.
async fn keep_house(store: Store, stop: CancellationToken) {
    let known = policy::names();
    while !stop.is_cancelled() {
        match store.jobs_left().await {
            Ok(left) => {
                metrics::gauge!("ajet_jobs_waiting").set(left.waiting as f64);
                metrics::gauge!("ajet_jobs_dead").set(left.dead as f64);
                metrics::gauge!("ajet_jobs_oldest_seconds").set(left.oldest.as_secs_f64());
            }
            Err(error) => tracing::warn!(%error, "can't count jobs"),
        }
        match store.bury_unknown_jobs(&known, UNKNOWN).await {
            Ok(dead) => {
                dead.iter().for_each(|job_id| tracing::error!(job_id, reason = UNKNOWN, "a job is dead"))
            }
            Err(error) => tracing::warn!(%error, "can't look for jobs that no node knows"),
        }
        tokio::select! {
            () = tokio::time::sleep(COUNT_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
            () = stop.cancelled() => {}
        }
    }
}
