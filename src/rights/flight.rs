//! One query at a time, however many wait for its answer.
//!
//! Who asks draws a ticket and waits for its turn. A query answers every ticket that was drawn before the query began, so its answer
//! is no older than the question. It asks nothing itself, and does not know what is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard};

/// The turns of one question.
#[derive(Debug, Default)]
pub struct Flight {
    turn: Arc<Mutex<()>>,
    /// Tickets drawn so far.
    drawn: AtomicU64,
    /// Tickets up to this number are answered.
    answered: AtomicU64,
    /// Tickets up to this number waited for a query that failed.
    failed: AtomicU64,
}

/// What waiting led to.
pub enum Turn {
    /// A query that began after the ticket was drawn is answered.
    Answered,
    /// It failed.
    Failed,
    /// No such query ran: it is to be run now.
    Own(Go),
}

/// The right to run the query. Dropped before it is told how that went, it passes to the next one who waits.
pub struct Go {
    flight: Arc<Flight>,
    covers: u64,
    _turn: OwnedMutexGuard<()>,
}

impl Flight {
    /// Waits until a query that began after this call is answered, or until it is the caller's turn to run one.
    pub async fn turn(self: &Arc<Self>) -> Turn {
        let ticket = self.drawn.fetch_add(1, Ordering::SeqCst) + 1;
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if self.answered.load(Ordering::SeqCst) >= ticket {
            return Turn::Answered;
        }
        if self.failed.load(Ordering::SeqCst) >= ticket {
            return Turn::Failed;
        }
        Turn::Own(Go { flight: Arc::clone(self), covers: ticket, _turn: turn })
    }
}

impl Go {
    /// The query begins: it answers all who wait by now.
    pub fn begins(&mut self) {
        self.covers = self.flight.drawn.load(Ordering::SeqCst);
    }

    /// The query was answered, and the answer taken in.
    pub fn answered(self) {
        self.flight.answered.fetch_max(self.covers, Ordering::SeqCst);
    }

    /// The query failed.
    pub fn failed(self) {
        self.flight.failed.fetch_max(self.covers, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    /// Asks, and runs the query where it is its turn to: what was answered.
    async fn ask(flight: &Arc<Flight>, queries: &AtomicU64, well: Result<(), ()>) -> Result<(), ()> {
        match flight.turn().await {
            Turn::Answered => Ok(()),
            Turn::Failed => Err(()),
            Turn::Own(mut go) => {
                go.begins();
                queries.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                if well.is_ok() {
                    go.answered()
                } else {
                    go.failed()
                }
                well
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_wait_before_a_query_begins_share_it() {
        let (flight, queries) = (Arc::new(Flight::default()), AtomicU64::new(0));
        let asked = join_all((0..1000).map(|_| ask(&flight, &queries, Ok(())))).await;
        assert!(asked.iter().all(Result::is_ok));
        assert!(
            queries.load(Ordering::SeqCst) <= 2,
            "the first one's own, and one for all who came meanwhile"
        );
        ask(&flight, &queries, Ok(()))
            .await
            .expect("is asked again: the answers are older than the question");
        assert!(queries.load(Ordering::SeqCst) >= 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_told_to_all_who_wait_for_it_and_to_no_one_later() {
        let (flight, queries) = (Arc::new(Flight::default()), AtomicU64::new(0));
        let asked = join_all((0..1000).map(|_| ask(&flight, &queries, Err(())))).await;
        assert!(asked.iter().all(Result::is_err));
        assert!(queries.load(Ordering::SeqCst) <= 2);
        assert_eq!(ask(&flight, &queries, Ok(())).await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_is_given_up_passes_on() {
        let flight = Arc::new(Flight::default());
        let Turn::Own(given_up) = flight.turn().await else { panic!("the first one's turn") };
        let (other, queries) = (Arc::clone(&flight), Arc::new(AtomicU64::new(0)));
        let waiting = tokio::spawn(async move { ask(&other, &queries, Ok(())).await });
        tokio::task::yield_now().await;
        drop(given_up);
        assert_eq!(waiting.await.expect("ends"), Ok(()));
    }
}
