//! The notifier: has people told of new messages that mention them.
//!
//! ```text
//!   commit with due rows ── wakes ─▶ take due rows ─▶ ask each person's entity ─┬▶ all answered: delete the row
//!   every 10 s ────────────────────▶                                            ├▶ not now: again after 3 s, 6 s … 60 s
//!                                                                               └▶ failed: counted, parked after ten times
//! ```
//!
//! A message and its due row are one commit, so a node that dies loses neither. Whatever it leaves is found by the next look of any node:
//! a row that was not taken at once, one that was taken when its claim has run out. All of it is then done again, and
//! [`person::Notify`] does nothing a second time. Whether a person is told is decided by that person's entity and not here.
//!
//! All nodes look, without taking turns: a look is one query by an index of what is due, and a row that one node has taken is
//! skipped by the others. Logs have ids and reasons, and never a name or a text.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use ajet_domain::ask::AskError;
use ajet_domain::person::{self, Notice};
use ajet_domain::{Asked, Caller, Denied, Via};
use ajet_protocol::{ChannelId, MessageId, Timestamp, User, UserId};
use futures::FutureExt;
use futures::stream::{self, StreamExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::now;
use crate::cluster::Cluster;
use crate::store::due::{DueNotice, REST};
use crate::store::{Store, StoreError};

/// Due rows that are taken in one turn.
const ROWS: i64 = 64;
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

impl Running {
    /// Starts it.
    #[must_use]
    pub fn start(store: Store, cluster: Cluster, due: Arc<Notify>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(store, cluster, due, stop.clone()));
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
pub async fn run(store: Store, cluster: Cluster, due: Arc<Notify>, stop: CancellationToken) {
    let notifier = Notifier { store, cluster };
    again_after_panics(|| notifier.follow(&due, &stop)).await;
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

/// A person to be told of a message.
struct Telling {
    person: UserId,
    author: User,
    message: MessageId,
    channel: ChannelId,
    created_at: Timestamp,
}

/// What came of a person, and of a row what is the last of these: a row is not counted as failed as long as one of its people could not
/// be asked, so that it is not parked before that person was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    /// They have been told, now or before, or need not be.
    Settled,
    /// It will not be better next time, as far as can be known.
    Failed(&'static str),
    /// Their entity can't be reached or is busy, or the database can't: that says nothing of the message, and counts as no attempt.
    Later,
}

type Outcomes = HashMap<MessageId, Told>;

impl Notifier {
    async fn follow(&self, due: &Notify, stop: &CancellationToken) {
        let mut next = Instant::now();
        loop {
            // Before the look: it finds all that was committed until then.
            let last = stop.is_cancelled();
            if Instant::now() >= next {
                self.count_rows().await;
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
                () = due.notified() => {}
                () = tokio::time::sleep_until(next) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Takes rows that are due, and has their people told.
    async fn look(&self) -> Looked {
        // The claims begin after this moment.
        let ends = Instant::now() + TURN_WITHIN;
        match self.store.take_due_notices(ROWS).await {
            Ok(taken) if taken.is_empty() => Looked { left: Left::Nothing, more: false },
            Ok(taken) => {
                let left = self.turn(&taken, ends).await;
                Looked { left, more: taken.len() as i64 >= ROWS }
            }
            Err(error) => {
                tracing::warn!(%error, "can't look for people to notify; will look again");
                Looked { left: Left::Something, more: false }
            }
        }
    }

    /// Has all people told of these messages.
    async fn turn(&self, taken: &[DueNotice], ends: Instant) -> Left {
        // A message that is in neither has no one to tell of it, or none any more.
        let (tellings, mut outcomes) = self.tellings(taken).await;
        let asking = tellings.into_iter().map(|telling| self.clone().tell(telling, ends));
        let mut told = stream::iter(asking).buffer_unordered(AT_ONCE);
        while let Some((message, told)) = told.next().await {
            let outcome = outcomes.entry(message).or_insert(told);
            *outcome = told.max(*outcome);
        }
        self.settle(taken, &outcomes).await
    }

    /// Who is to be told of what, and what came of the messages of which that can't be read. One of them fails the query for all (I20): so
    /// it is asked of halves, until that one stands alone.
    async fn tellings(&self, taken: &[DueNotice]) -> (Vec<Telling>, Outcomes) {
        let (mut tellings, mut outcomes) = (Vec::new(), Outcomes::new());
        let mut parts = vec![taken];
        while let Some(part) = parts.pop() {
            let ids: Vec<MessageId> = part.iter().map(|due| due.message_id).collect();
            match self.store.mentioned_in(&ids).await {
                Ok(mentioned) => {
                    for due in part {
                        let Some(found) = mentioned.get(&due.message_id) else { continue };
                        tellings.extend(found.people.iter().map(|person| Telling {
                            person: *person,
                            author: found.author.clone(),
                            message: due.message_id,
                            channel: due.channel_id,
                            created_at: due.created_at,
                        }));
                    }
                }
                Err(error @ StoreError::Away(_)) => {
                    tracing::warn!(%error, "can't read whom messages mention; will try again");
                    outcomes.extend(ids.into_iter().map(|id| (id, Told::Later)));
                }
                Err(_) if part.len() > 1 => parts.extend(<[_; 2]>::from(part.split_at(part.len() / 2))),
                Err(_) => {
                    outcomes.extend(ids.into_iter().map(|id| (id, Told::Failed("its message can't be read"))))
                }
            }
        }
        (tellings, outcomes)
    }

    /// Asks a person's entity.
    async fn tell(self, telling: Telling, ends: Instant) -> (MessageId, Told) {
        let Telling { person, author, message, channel, created_at } = telling;
        if Instant::now() >= ends {
            return (message, Told::Later);
        }
        let verb = person::Notify { channel_id: channel, message_id: message, kind: Notice::Mention };
        let by = Caller { user: author, via: Via::System, scopes: None };
        let asking = self.cluster.ask(person, Asked { by, key: None, verb });
        let Ok(answer) = tokio::time::timeout(ANSWER_WITHIN, asking).await else {
            return (message, Told::Later);
        };
        if matches!(answer, Ok(true)) {
            metrics::counter!("ajet_notices_told_total").increment(1);
            let took_ms = now().unix_millis().saturating_sub(created_at.unix_millis());
            metrics::histogram!("ajet_notice_seconds").record(took_ms as f64 / 1000.0);
        }
        (message, told(answer))
    }

    /// Writes down what came of the rows. What can't be written now is done again when the claims have run out.
    async fn settle(&self, taken: &[DueNotice], outcomes: &Outcomes) -> Left {
        let (mut done, mut later, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for due in taken {
            match outcomes.get(&due.message_id) {
                None | Some(Told::Settled) => done.push(*due),
                Some(Told::Later) => later.push(*due),
                Some(Told::Failed(reason)) => failed.push((*due, *reason)),
            }
        }
        if !done.is_empty()
            && let Err(error) = self.store.notice_done(&done).await
        {
            tracing::warn!(%error, "can't note that people are notified; they are asked again");
        }
        for (due, reason) in &failed {
            self.failed(due, reason).await;
        }
        self.later(&later).await;
        if later.is_empty() && failed.is_empty() { Left::Nothing } else { Left::Something }
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
