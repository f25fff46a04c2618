//! The notifier: has people told of new messages that mention them.
//!
//! ```text
//!   commit with due rows ── wakes ─▶ take due rows ─▶ ask each person's entity ─┬▶ all answered: delete the row
//!   every 10 s ────────────────────▶                                            ├▶ not now: again in 3 s
//!                                                                               └▶ failed: counted, parked after ten times
//! ```
//!
//! A message and its due row are one commit, so a node that dies loses neither. Whatever it leaves is found by the next look of any node:
//! a row that was not taken at once, one that was taken when its claim has run out. All of it is then done again, and
//! [`person::Notify`] does nothing a second time. Whether a person is told is decided by that person's entity and not here.
//!
//! All nodes look, without taking turns: a look is one query on a table that is all but empty, and a row that one node has taken is
//! skipped by the others. Logs have ids and reasons, and never a name or a text.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ajet_domain::ask::AskError;
use ajet_domain::person::{self, Notice};
use ajet_domain::{Asked, Caller, Denied, Via};
use ajet_protocol::{ChannelId, MessageId, Timestamp, User, UserId};
use futures::stream::{self, StreamExt};
use tokio::sync::Notify;
use tokio::time::Instant;

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
/// Until the next look where something was left: a little longer than a row rests.
const LOOK_AGAIN: Duration = REST.saturating_add(Duration::from_millis(200));
/// A person whose entity has not answered by then is asked again later. Their turn's other rows wait for this long.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// After this time a turn asks no more people: it has to end before the claims on its rows do.
const TURN_WITHIN: Duration = Duration::from_secs(20);

/// Has people notified until this node leaves the others. The last turn is finished: a row that was taken and left would wait for its
/// claim to run out.
pub async fn run(store: Store, cluster: Cluster, due: Arc<Notify>) {
    let notifier = Notifier { store, cluster };
    let mut next = Instant::now();
    loop {
        if Instant::now() >= next {
            notifier.count_parked().await;
            next = Instant::now() + LOOK_EVERY.mul_f64(rand::random_range(0.8..1.2));
        }
        if notifier.look().await == Left::Something {
            next = next.min(Instant::now() + LOOK_AGAIN);
        }
        if notifier.cluster.is_leaving() {
            return;
        }
        tokio::select! {
            () = due.notified() => {}
            () = tokio::time::sleep_until(next) => {}
        }
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
    /// Their entity can't be reached or is busy: that says nothing of the message, and counts as no attempt.
    Later,
}

impl Notifier {
    /// Takes turns until no row is due.
    async fn look(&self) -> Left {
        let mut left = Left::Nothing;
        loop {
            let taken = match self.store.take_due_notices(ROWS).await {
                Ok(taken) => taken,
                Err(error) => {
                    tracing::warn!(%error, "can't look for people to notify; will look again");
                    return Left::Something;
                }
            };
            if !taken.is_empty() && self.turn(&taken).await == Left::Something {
                left = Left::Something;
            }
            if (taken.len() as i64) < ROWS || self.cluster.is_leaving() {
                return left;
            }
        }
    }

    /// Has all people told of these messages.
    async fn turn(&self, taken: &[DueNotice]) -> Left {
        let ids: Vec<MessageId> = taken.iter().map(|due| due.message_id).collect();
        let tellings = match self.tellings(taken, &ids).await {
            Ok(tellings) => tellings,
            Err(error) => {
                tracing::warn!(%error, "can't read whom messages mention; will try again");
                self.later(&ids).await;
                return Left::Something;
            }
        };
        let ends = Instant::now() + TURN_WITHIN;
        let asking = tellings.into_iter().map(|telling| self.clone().tell(telling, ends));
        let mut told = stream::iter(asking).buffer_unordered(AT_ONCE);
        // A message that is not in here has no one to tell of it, or none any more.
        let mut outcomes: HashMap<MessageId, Told> = HashMap::new();
        while let Some((message, told)) = told.next().await {
            let outcome = outcomes.entry(message).or_insert(told);
            *outcome = told.max(*outcome);
        }
        self.settle(&ids, &outcomes).await
    }

    async fn tellings(&self, taken: &[DueNotice], ids: &[MessageId]) -> Result<Vec<Telling>, StoreError> {
        let mentioned = self.store.mentioned_in(ids).await?;
        let mut tellings = Vec::new();
        for due in taken {
            let Some(found) = mentioned.get(&due.message_id) else { continue };
            tellings.extend(found.people.iter().map(|person| Telling {
                person: *person,
                author: found.author.clone(),
                message: due.message_id,
                channel: due.channel_id,
                created_at: due.created_at,
            }));
        }
        Ok(tellings)
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
        let told = match tokio::time::timeout(ANSWER_WITHIN, asking).await {
            Ok(answer) => told(answer),
            Err(_) => Told::Later,
        };
        if told == Told::Settled {
            metrics::counter!("ajet_notices_told_total").increment(1);
            let took_ms = now().unix_millis().saturating_sub(created_at.unix_millis());
            metrics::histogram!("ajet_notice_seconds").record(took_ms as f64 / 1000.0);
        }
        (message, told)
    }

    /// Writes down what came of the rows. What can't be written now is done again when the claims have run out.
    async fn settle(&self, ids: &[MessageId], outcomes: &HashMap<MessageId, Told>) -> Left {
        let (mut done, mut later, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for id in ids {
            match outcomes.get(id) {
                None | Some(Told::Settled) => done.push(*id),
                Some(Told::Later) => later.push(*id),
                Some(Told::Failed(reason)) => failed.push((*id, *reason)),
            }
        }
        if !done.is_empty()
            && let Err(error) = self.store.notice_done(&done).await
        {
            tracing::warn!(%error, "can't note that people are notified; they are asked again");
        }
        for (id, reason) in &failed {
            self.failed(*id, reason).await;
        }
        self.later(&later).await;
        if later.is_empty() && failed.is_empty() { Left::Nothing } else { Left::Something }
    }

    async fn later(&self, ids: &[MessageId]) {
        if ids.is_empty() {
            return;
        }
        tracing::debug!(messages = ids.len(), "some people can't be notified yet");
        if let Err(error) = self.store.notice_later(ids).await {
            tracing::warn!(%error, "can't give back what is to be notified later; its claim runs out");
        }
    }

    async fn failed(&self, id: MessageId, reason: &str) {
        match self.store.notice_failed(id, reason).await {
            Ok(true) => {
                tracing::error!(message_id = %id, reason, "people can't be notified of a message; it is parked");
            }
            Ok(false) => {
                tracing::warn!(message_id = %id, reason, "people can't be notified of a message; will try again");
            }
            Err(error) => tracing::warn!(%error, message_id = %id, "can't count a failed attempt"),
        }
    }

    /// Every node tells the same number.
    async fn count_parked(&self) {
        match self.store.parked_notices().await {
            Ok(parked) => metrics::gauge!("ajet_notices_parked").set(parked as f64),
            Err(error) => tracing::warn!(%error, "can't count the parked messages"),
        }
    }
}

/// What an answer means. Reasons name neither a person nor a text: operators read them.
fn told(answer: Result<(), AskError<Denied>>) -> Told {
    match answer {
        // Without an account there is no one to be told.
        Ok(()) | Err(AskError::NoSuchEntity) => Told::Settled,
        Err(AskError::Unavailable(_)) => Told::Later,
        Err(AskError::Refused(_)) => Told::Failed("a person's entity refuses it"),
        Err(AskError::TooLarge) => Told::Failed("its event is larger than the bus takes"),
        Err(AskError::KeyReused | AskError::Poison) => {
            Told::Failed("it crashes a person's entity, or the store can't take what it leads to")
        }
    }
}
