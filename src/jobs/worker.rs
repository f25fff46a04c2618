//! What carries jobs out on a node: takes those that are due, runs some at a time, and writes down what came of each.
//!
//! A node takes no more than it begins at once. While a job runs its claim is renewed; a node that could not renew it in time drops the
//! job, since another may have it. Nothing is held here that the table does not say: a node that dies leaves its jobs to the others,
//! who take them when the claims have run out, 15 s later at most.
//!
//! All nodes look every second, and after commits of their own at once. A look is a query by an index of what is due for each queue.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::bucket::Bucket;
use super::policy::{self, Queue, SCHEDULE};
use super::run::{self, Failed, Tools};
use crate::config;
use crate::store::jobs::{CLAIM, Job};
use crate::store::{Store, StoreError};
use crate::usecases::Context;

/// Interval between two looks for what other nodes ask for or leave.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Interval between two rounds of counting, and of asking for what comes again and again.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How long a new node waits before it asks for what comes again and again, at most: nodes that start together do not ask together.
const SCHEDULE_AFTER: Duration = Duration::from_secs(90);
/// Interval between two renewals of a claim: two may fail before it runs out.
const RENEW_EVERY: Duration = Duration::from_secs(4);
/// How long a node that stops waits until the jobs that it cuts off are given back.
const GIVE_BACK_WITHIN: Duration = Duration::from_secs(1);
/// Why a job with an unknown name is dead.
const UNKNOWN: &str = "no node has known a job of this name for an hour";

/// What the workers of a node start from.
pub struct Work {
    pub context: Context,
    pub settings: config::Jobs,
    /// For how long events are kept.
    pub retention_hours: u64,
}

/// The workers of a node, at work.
pub struct Running {
    stop: CancellationToken,
    cut: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts them.
    #[must_use]
    pub fn start(work: Work) -> Self {
        let (stop, cut) = (CancellationToken::new(), CancellationToken::new());
        let worker = Worker::new(work, cut.clone());
        let task = tokio::spawn(worker.follow(stop.clone()));
        Self { stop, cut, task }
    }

    /// Takes no more jobs, and ends when those that run have ended. What takes longer than `within` is cut off and given back: another node
    /// takes it at once.
    pub async fn finish(mut self, within: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(within, &mut self.task).await.is_ok() {
            return;
        }
        self.cut.cancel();
        if tokio::time::timeout(GIVE_BACK_WITHIN, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

/// A queue as this node works on it.
struct Line {
    names: Vec<&'static str>,
    /// A permit for each job that may run.
    places: Arc<Semaphore>,
    bucket: Bucket,
}

struct Worker {
    runner: Runner,
    woken: Arc<Notify>,
    lines: Vec<Line>,
}

/// What one job is carried out with; cheap to clone.
#[derive(Clone)]
struct Runner {
    tools: Tools,
    store: Store,
    node: uuid::Uuid,
    /// Jobs are cut off now, and given back.
    cut: CancellationToken,
}

/// What came of an attempt.
enum Ended {
    Done,
    Failed(Failed),
    /// The claim was lost: another node may have the job.
    Lost,
    /// The node has no more time for it.
    Cut,
}

impl Worker {
    fn new(work: Work, cut: CancellationToken) -> Self {
        let Work { context, settings, retention_hours } = work;
        let now = Instant::now();
        let line = |queue: Queue| Line {
            names: queue.names(),
            places: Arc::new(Semaphore::new(settings.concurrency as usize)),
            bucket: Bucket::new(settings.per_minute, now),
        };
        Self {
            woken: context.node.jobs(),
            lines: Queue::ALL.into_iter().map(line).collect(),
            runner: Runner {
                store: context.store.clone(),
                node: context.cluster.me().0,
                tools: Tools { context, retention_hours },
                cut,
            },
        }
    }

    async fn follow(mut self, stop: CancellationToken) {
        let mut running = JoinSet::new();
        let mut count_at = Instant::now();
        let schedule_at = Instant::now() + SCHEDULE_AFTER.mul_f64(rand::random_range(0.3..1.0));
        while !stop.is_cancelled() {
            if Instant::now() >= count_at {
                self.runner.keep_house().await;
                if Instant::now() >= schedule_at {
                    self.runner.ask_again().await;
                }
                count_at = Instant::now() + COUNT_EVERY.mul_f64(rand::random_range(0.8..1.2));
            }
            self.look(&mut running).await;
            tokio::select! {
                () = self.woken.notified() => {}
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2))) => {}
                () = stop.cancelled() => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Takes what is due and what there is room for, and begins it.
    async fn look(&mut self, running: &mut JoinSet<()>) {
        for line in &mut self.lines {
            let room = line.places.available_permits().min(line.bucket.left(Instant::now()));
            if room == 0 {
                continue;
            }
            let taken = match self.runner.store.take_jobs(self.runner.node, &line.names, room).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "can't look for jobs; will look again");
                    return;
                }
            };
            line.bucket.spend(taken.len());
            for job in taken {
                // There is one for each: permits are taken here alone.
                let Ok(place) = Arc::clone(&line.places).try_acquire_owned() else { continue };
                running.spawn(self.runner.clone().carry_out(job, place));
            }
        }
    }
}

impl Runner {
    /// Carries a job out, and writes down what came of it.
    async fn carry_out(self, job: Job, place: OwnedSemaphorePermit) {
        let span = tracing::info_span!("job", trace_id = %job.trace_id, job_id = job.id, job = job.name.as_str(), attempt = job.attempts);
        async {
            let began = Instant::now();
            let ended = self.attempt(&job).await;
            metrics::histogram!("ajet_job_seconds", "name" => job.name.clone())
                .record(began.elapsed().as_secs_f64());
            let outcome = self.settle(&job, ended).await;
            metrics::counter!("ajet_jobs_total", "name" => job.name.clone(), "outcome" => outcome)
                .increment(1);
        }
        .instrument(span)
        .await;
        drop(place);
    }

    async fn attempt(&self, job: &Job) -> Ended {
        let Some(policy) = policy::of(&job.name) else {
            return Ended::Failed(Failed::ForGood(UNKNOWN.into()));
        };
        // Begun too often without an end: those attempts took their nodes down, or froze them.
        if job.attempts > policy.attempts {
            return Ended::Failed(Failed::ForGood("its node ended, or lost it, in each attempt".into()));
        }
        let running = AssertUnwindSafe(run::run(&self.tools, job)).catch_unwind();
        tokio::select! {
            ended = tokio::time::timeout(policy.within, running) => match ended {
                Ok(Ok(Ok(()))) => Ended::Done,
                Ok(Ok(Err(failed))) => Ended::Failed(failed),
                Ok(Err(_)) => Ended::Failed(Failed::Now("it panicked".into())),
                Err(_) => Ended::Failed(Failed::Now("it took too long".into())),
            },
            () = self.lose(job) => Ended::Lost,
            () = self.cut.cancelled() => Ended::Cut,
        }
    }

    /// Renews the claim on a job until it is lost.
    async fn lose(&self, job: &Job) {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let asked = Instant::now();
            match self.store.keep_job(job).await {
                Ok(true) => renewed = asked,
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "can't renew the claim on a job"),
            }
            if renewed.elapsed() > CLAIM {
                return;
            }
        }
    }

    /// Writes down what came of an attempt. What can't be written now is done again when the claim has run out.
    async fn settle(&self, job: &Job, ended: Ended) -> &'static str {
        let (written, outcome) = match ended {
            Ended::Done => (self.store.job_done(job).await.map(drop), "done"),
            Ended::Failed(failed) => self.settle_failure(job, failed).await,
            Ended::Lost => {
                tracing::warn!("the claim on a job was lost; another node takes it");
                (Ok(()), "lost")
            }
            Ended::Cut => (self.store.give_job_back(job).await, "given_back"),
        };
        if let Err(error) = written {
            tracing::warn!(%error, outcome, "can't note what came of a job; it is done again");
        }
        outcome
    }

    async fn settle_failure(&self, job: &Job, failed: Failed) -> (Result<(), StoreError>, &'static str) {
        let policy = policy::of(&job.name);
        let again = policy.filter(|policy| !policy.is_out_of_attempts(job.attempts));
        match (failed, again) {
            (Failed::Now(reason), Some(policy)) => {
                let rest = policy.rest_after(job.attempts, rand::random_range(0.0..1.0));
                tracing::warn!(reason, rest_s = rest.as_secs_f64(), "a job failed; it is tried again");
                (self.store.job_later(job, rest, &reason).await, "retried")
            }
            (Failed::Now(reason) | Failed::ForGood(reason), _) => {
                tracing::error!(reason, "a job is dead");
                (self.store.job_dead(job, &reason).await, "dead")
            }
        }
    }

    /// Counts what is left, which every node tells the same of, and looks for what no node knows.
    async fn keep_house(&self) {
        match self.store.jobs_left().await {
            Ok(left) => {
                metrics::gauge!("ajet_jobs_waiting").set(left.waiting as f64);
                metrics::gauge!("ajet_jobs_dead").set(left.dead as f64);
                metrics::gauge!("ajet_jobs_oldest_seconds").set(left.oldest.as_secs_f64());
            }
            Err(error) => tracing::warn!(%error, "can't count jobs"),
        }
        match self.store.unknown_jobs_dead(&policy::names(), UNKNOWN).await {
            Ok(dead) => dead.iter().for_each(|job| {
                tracing::error!(job_id = job.id, trace_id = %job.trace_id, reason = UNKNOWN, "a job is dead");
            }),
            Err(error) => tracing::warn!(%error, "can't look for jobs that no node knows"),
        }
    }

    /// Asks for the jobs that come again and again, unless a node has done so.
    async fn ask_again(&self) {
        for (name, every) in SCHEDULE {
            if let Err(error) = self.store.ask_for_job_every(name, every).await {
                tracing::warn!(%error, job = name, "can't ask for a job that is due again");
            }
        }
    }
}
