//! The notifier: has people told of new messages that concern them, and of what was done to them.
//!
//! ```text
//!   commit with due rows ── wakes ─▶ take due rows ─▶ ask each person's entity ─┬▶ all answered: delete the row
//!   every 10 s ────────────────────▶                                            ├▶ a part of many: back, with how far it is done
//!                                                                               ├▶ not now: again after 3 s, 6 s … 60 s
//!                                                                               └▶ failed: counted, parked after ten times
//! ```
//!
//! A message and its due row are one commit, so a node that dies loses neither. Whatever it leaves is found by the next look of any node:
//! a row that was not taken at once, one that was taken when its claim has run out. What was not noted as done is then done again, and
//! [`person::Notify`] and [`person::Inform`] do nothing a second time. Whether a person is told is decided by that person's entity and not
//! here.
//!
//! There are two lanes, which look side by side. The direct one has all people told who are named, who have to be told of something, and who
//! are few. The broad one has the others told, whom a message calls without naming them, in parts of 200, one part of each message in turn. So
//! nothing waits for a message that calls ten thousand ([decision 32](../../docs/decisions/0032-notices-in-two-lanes.md)). Who can't be told with
//! their part gets a row of their own, and holds up no one else.
//!
//! All nodes look, without taking turns: a look is one query by an index of what is due, and a row that one node has taken is
//! skipped by the others. Logs have ids and reasons, and never a name or a text.

mod audience;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ajet_domain::ask::AskError;
use ajet_domain::person;
use ajet_domain::{Asked, Caller, Denied, Via};
use ajet_protocol::{MessageId, NotificationReason, Timestamp, User, UserId};
use futures::FutureExt;
use futures::stream::{self, StreamExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::now;
use crate::cluster::Cluster;
use crate::store::due::{DueNotice, Lane, LeftOver, REST};
use crate::store::{Store, StoreError};

/// Due rows that are taken in one turn.
const ROWS: i64 = 64;
/// The same of messages that call many, of each of which a part is done.
const BROAD_ROWS: i64 = 4;
/// People of one part who get rows of their own where they could not be asked.
const FEW: usize = 10;
/// People who are asked at once.
const AT_ONCE: usize = 16;
/// Interval between two looks for what other nodes left.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// Until the next look where something was left: a little longer than a row rests at first.
const LOOK_AGAIN: Duration = REST.saturating_add(Duration::from_millis(200));
/// A person whose entity has not answered by then is asked again later. Their turn's other rows wait for this long.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// This long after its rows were asked for, a turn asks no more people: it has to end before the claims on its rows do.
const TURN_WITHIN: Duration = Duration::from_secs(20);
/// Until the notifier starts again after a panic.
const AFTER_PANIC: Duration = Duration::from_secs(1);

/// The notifier of a node, at work.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Tells which of some people are online; `None` while that is not known.
pub type Online = Arc<dyn Fn(Vec<UserId>) -> Option<Vec<UserId>> + Send + Sync>;

/// What the notifier works with.
#[derive(Clone)]
pub struct Work {
    pub store: Store,
    pub cluster: Cluster,
    /// Those of some people who are online: of these are those whom `@here` calls.
    pub online: Online,
    /// Woken by commits that leave something due.
    pub due: Arc<Notify>,
}

impl Running {
    /// Starts it.
    #[must_use]
    pub fn start(work: Work) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(work, stop.clone()));
        Self { stop, task }
    }

    /// Has people told of all that is due by now, and ends. What takes longer than `within` is cut off: other nodes take these rows when
    /// their claims have run out.
    pub async fn finish(mut self, within: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(within, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

/// Has people notified until it is told to stop, and after that once more of all that is due.
pub async fn run(work: Work, stop: CancellationToken) {
    let Work { store, cluster, online, due } = work;
    let called = Arc::new(Notify::new());
    let lane = |lane: Lane, woken: Arc<Notify>| {
        let (store, cluster, online) = (store.clone(), cluster.clone(), Arc::clone(&online));
        Notifier { store, cluster, online, lane, woken, called: Arc::clone(&called) }
    };
    let (direct, broad) = (lane(Lane::Direct, due), lane(Lane::Broad, Arc::clone(&called)));
    // The direct lane ends first: it may leave something to the other one.
    let direct_ended = CancellationToken::new();
    tokio::join!(
        async {
            again_after_panics(|| direct.follow(&stop)).await;
            direct_ended.cancel();
        },
        again_after_panics(|| broad.follow(&direct_ended)),
    );
}

/// Carries something out; from the beginning again if it panics.
async fn again_after_panics<F: Future<Output = ()>>(mut work: impl FnMut() -> F) {
    while AssertUnwindSafe(work()).catch_unwind().await.is_err() {
        tracing::error!("the notifier panicked; it starts again");
        tokio::time::sleep(AFTER_PANIC).await;
    }
}

#[derive(Clone)]
struct Notifier {
    store: Store,
    cluster: Cluster,
    online: Online,
    lane: Lane,
    /// What this lane waits for.
    woken: Arc<Notify>,
    /// Woken where something is left to the broad lane.
    called: Arc<Notify>,
}

/// Whether something was left that is due again in a moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// What one look came to.
struct Looked {
    left: Left,
    /// Whether there may be more that is due.
    more: bool,
}

/// A person to be told of something.
struct Telling {
    person: UserId,
    /// The author of the message, or who did what they are told of.
    by: User,
    /// The row.
    due: MessageId,
    reason: NotificationReason,
    verb: Verb,
    created_at: Timestamp,
}

/// How the person's entity is asked.
enum Verb {
    Message(person::Notify),
    Matter(person::Inform),
}

/// What came of a person, and of a row what is the last of these: a row is not counted as failed as long as one of its people could not
/// be asked, so that it is not parked before that person was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// They have been told, now or before, or need not be.
    Settled,
    /// It will not be better next time, as far as can be known.
    Failed(&'static str),
    /// Their entity can't be reached or is busy, or the database can't, or it is not known who is online: that says nothing of the message,
    /// and counts as no attempt.
    Later,
}

/// What came of the rows of a turn.
#[derive(Default)]
struct Outcomes {
    told: HashMap<MessageId, Told>,
    /// Those who could not be told, of rows that go on.
    left: Vec<(LeftOver, Told)>,
    /// Rows of which more is to be done, each with how far it is done by this turn.
    goes_on: HashMap<MessageId, UserId>,
}

impl Outcomes {
    /// A part of which many could not be asked, as where a node has just died, is done again as a whole: their rows would delay what is
    /// direct.
    fn keep_back(&mut self) {
        let mut waiting: HashMap<MessageId, usize> = HashMap::new();
        for (one, _) in self.left.iter().filter(|(_, told)| *told == Told::Later) {
            *waiting.entry(one.message).or_default() += 1;
        }
        for (message, _) in waiting.into_iter().filter(|(_, people)| *people > FEW) {
            self.goes_on.remove(&message);
            self.left.retain(|(one, _)| one.message != message);
            self.told.insert(message, Told::Later);
        }
    }
}

impl Notifier {
    async fn follow(&self, stop: &CancellationToken) {
        let mut next = Instant::now();
        loop {
            // Before the look: it finds all that was committed until then.
            let last = stop.is_cancelled();
            if Instant::now() >= next {
                if self.lane == Lane::Direct {
                    self.count_rows().await;
                }
                next = Instant::now() + LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2));
            }
            let Looked { left, more } = self.look().await;
            if left == Left::Something {
                next = next.min(Instant::now() + LOOK_AGAIN);
            }
            if more {
                continue;
            }
            if last {
                return;
            }
            tokio::select! {
                () = self.woken.notified() => {}
                () = tokio::time::sleep_until(next) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Takes rows that are due, and has their people told.
    async fn look(&self) -> Looked {
        // The claims begin after this moment.
        let ends = Instant::now() + TURN_WITHIN;
        let rows = if self.lane == Lane::Broad { BROAD_ROWS } else { ROWS };
        match self.store.take_due_notices(self.lane, rows).await {
            Ok(taken) if taken.is_empty() => Looked { left: Left::Nothing, more: false },
            Ok(taken) => self.turn(&taken, ends).await,
            Err(error) => {
                tracing::warn!(%error, "can't look for people to notify; will look again");
                Looked { left: Left::Something, more: false }
            }
        }
    }

    /// Has people told of these rows, of each all of them or the next part.
    async fn turn(&self, taken: &[DueNotice], ends: Instant) -> Looked {
        let is_full = taken.len() as i64 >= if self.lane == Lane::Broad { BROAD_ROWS } else { ROWS };
        // A row that is in neither has no one to tell of it, or none any more.
        let (tellings, mut outcomes) = self.tellings(taken).await;
        let asking = tellings.into_iter().map(|telling| self.clone().tell(telling, ends));
        let mut told = stream::iter(asking).buffer_unordered(AT_ONCE);
        while let Some((one, told)) = told.next().await {
            if told != Told::Settled && outcomes.goes_on.contains_key(&one.message) {
                outcomes.left.push((one, told));
                continue;
            }
            let outcome = outcomes.told.entry(one.message).or_insert(told);
            *outcome = told.max(*outcome);
        }
        outcomes.keep_back();
        let left = self.settle(taken, &outcomes).await;
        Looked { left, more: is_full || !outcomes.goes_on.is_empty() }
    }

    /// Who is to be told of what, and what came of the rows of which that can't be read. One of them fails the query for all (I20): so
    /// it is asked of halves, until that one stands alone.
    async fn tellings(&self, taken: &[DueNotice]) -> (Vec<Telling>, Outcomes) {
        let (mut tellings, mut outcomes) = (Vec::new(), Outcomes::default());
        let mut parts = vec![taken];
        while let Some(part) = parts.pop() {
            let ids: Vec<MessageId> = part.iter().map(|due| due.message_id).collect();
            match audience::of(&self.store, &self.online, part).await {
                Ok(found) => {
                    tellings.extend(found.tellings);
                    outcomes.goes_on.extend(found.goes_on);
                    outcomes.told.extend(found.later.into_iter().map(|id| (id, Told::Later)));
                }
                Err(error @ StoreError::Away(_)) => {
                    tracing::warn!(%error, "can't read whom messages concern; will try again");
                    outcomes.told.extend(ids.into_iter().map(|id| (id, Told::Later)));
                }
                Err(_) if part.len() > 1 => parts.extend(<[_; 2]>::from(part.split_at(part.len() / 2))),
                Err(_) => {
                    let failed = Told::Failed("its message can't be read");
                    outcomes.told.extend(ids.into_iter().map(|id| (id, failed)));
                }
            }
        }
        (tellings, outcomes)
    }

    /// Asks a person's entity.
    async fn tell(self, telling: Telling, ends: Instant) -> (LeftOver, Told) {
        let Telling { person, by, due, reason, verb, created_at } = telling;
        let one = LeftOver { message: due, user: person, reason };
        if Instant::now() >= ends {
            return (one, Told::Later);
        }
        let by = Caller { user: by, via: Via::System, scopes: None };
        let asking = async {
            match verb {
                Verb::Message(verb) => self.cluster.ask(person, Asked { by, key: None, verb }).await,
                Verb::Matter(verb) => self.cluster.ask(person, Asked { by, key: None, verb }).await,
            }
        };
        let Ok(answer) = tokio::time::timeout(ANSWER_WITHIN, asking).await else {
            return (one, Told::Later);
        };
        if matches!(answer, Ok(true)) {
            metrics::counter!("ajet_notices_told_total").increment(1);
            let took_ms = now().unix_millis().saturating_sub(created_at.unix_millis());
            metrics::histogram!("ajet_notice_seconds").record(took_ms as f64 / 1000.0);
        }
        (one, told(answer))
    }

    /// Writes down what came of the rows. What can't be written now is done again when the claims have run out.
    async fn settle(&self, taken: &[DueNotice], outcomes: &Outcomes) -> Left {
        let (mut done, mut later, mut failed, mut on) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for due in taken {
            match (outcomes.told.get(&due.message_id), outcomes.goes_on.get(&due.message_id)) {
                (None | Some(Told::Settled), Some(user)) => on.push((*due, *user)),
                (None | Some(Told::Settled), None) => done.push(*due),
                (Some(Told::Later), _) => later.push(*due),
                (Some(Told::Failed(reason)), _) => failed.push((*due, *reason)),
            }
        }
        if !done.is_empty()
            && let Err(error) = self.store.notice_done(&done).await
        {
            tracing::warn!(%error, "can't note that people are notified; they are asked again");
        }
        let goes_on = self.go_on(&on, outcomes).await;
        for (due, reason) in &failed {
            self.failed(due, reason).await;
        }
        self.later(&later).await;
        if later.is_empty() && failed.is_empty() && goes_on == Left::Nothing {
            Left::Nothing
        } else {
            Left::Something
        }
    }

    /// Gives rows back of which a part is done. Whether anything is left that is due in a moment.
    async fn go_on(&self, rows: &[(DueNotice, UserId)], outcomes: &Outcomes) -> Left {
        if rows.is_empty() {
            return Left::Nothing;
        }
        let left: Vec<LeftOver> = outcomes.left.iter().map(|(one, _)| *one).collect();
        for (one, told) in &outcomes.left {
            if let Told::Failed(reason) = told {
                let (message_id, user_id) = (one.message, one.user);
                tracing::warn!(%message_id, %user_id, reason, "a person can't be notified with others; will try again");
            }
        }
        if let Err(error) = self.store.notice_goes_on(rows, &left).await {
            tracing::warn!(%error, "can't note how far people are notified; they are asked again");
            return Left::Something;
        }
        self.called.notify_one();
        if left.is_empty() { Left::Nothing } else { Left::Something }
    }

    async fn later(&self, rows: &[DueNotice]) {
        if rows.is_empty() {
            return;
        }
        tracing::debug!(messages = rows.len(), "some people can't be notified yet");
        if let Err(error) = self.store.notice_later(rows).await {
            tracing::warn!(%error, "can't give back what is to be notified later; its claim runs out");
        }
    }

    async fn failed(&self, due: &DueNotice, reason: &str) {
        let id = due.message_id;
        match self.store.notice_failed(due, reason).await {
            Ok(true) => {
                tracing::error!(message_id = %id, reason, "people can't be notified of a message; it is parked");
            }
            Ok(false) => {
                tracing::warn!(message_id = %id, reason, "people can't be notified of a message; will try again");
            }
            Err(error) => tracing::warn!(%error, message_id = %id, "can't count a failed attempt"),
        }
    }

    /// Every node tells the same numbers.
    async fn count_rows(&self) {
        match self.store.notices_left().await {
            Ok(left) => {
                metrics::gauge!("ajet_notices_parked").set(left.parked as f64);
                metrics::gauge!("ajet_notices_due").set(left.due as f64);
                metrics::gauge!("ajet_notices_oldest_seconds").set(left.oldest.as_secs_f64());
            }
            Err(error) => tracing::warn!(%error, "can't count the messages whose people are to be notified"),
        }
    }
}

/// What an answer means. Reasons name neither a person nor a text: operators read them.
fn told(answer: Result<bool, AskError<Denied>>) -> Told {
    match answer {
        // Without an account there is no one to be told.
        Ok(_) | Err(AskError::NoSuchEntity) => Told::Settled,
        Err(AskError::Unavailable(_)) => Told::Later,
        Err(AskError::Refused(_)) => Told::Failed("a person's entity refuses it"),
        Err(AskError::TooLarge) => Told::Failed("its event is larger than the bus takes"),
        Err(AskError::KeyReused | AskError::Poison) => {
            Told::Failed("it crashes a person's entity, or the store can't take what it leads to")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::again_after_panics;

    #[tokio::test(start_paused = true)]
    async fn it_starts_again_after_panics_until_it_ends_by_itself() {
        let mut starts = 0;
        again_after_panics(|| {
            starts += 1;
            let ends = starts == 3;
            async move { assert!(ends, "a panic of this test") }
        })
        .await;
        assert_eq!(starts, 3);
    }
}
