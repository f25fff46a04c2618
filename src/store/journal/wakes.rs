//! Who is woken after a commit that leaves something to be done. Of several commits each may be woken once; what is committed without an
//! answer they find by their own looks.

use std::sync::Arc;

use ajet_domain::Change;
use ajet_domain::journal::{Append, Outcome};
use tokio::sync::Notify;

use super::WaitingWords;
use super::tables::{asks_for_a_job, bytes_of_new_words, leaves_due};

/// Those who wait for work, each one waiter.
#[derive(Debug, Clone, Default)]
pub struct Wakes {
    /// Messages that people are to be told of.
    pub due: Arc<Notify>,
    /// Jobs that are asked for.
    pub jobs: Arc<Notify>,
    /// Words that are to be moved into their index.
    pub words: Arc<WaitingWords>,
}

impl Wakes {
    /// Wakes those to whom these commits left something.
    pub(super) fn after(&self, appends: &[&Append<Change>], outcomes: &[Outcome]) {
        if left(leaves_due, appends, outcomes) {
            self.due.notify_one();
        }
        if left(asks_for_a_job, appends, outcomes) {
            self.jobs.notify_one();
        }
        self.words.add(committed(appends, outcomes).map(bytes_of_new_words).sum());
    }
}

/// Whether a change of such a kind was committed.
pub(super) fn left(kind: fn(&Change) -> bool, appends: &[&Append<Change>], outcomes: &[Outcome]) -> bool {
    committed(appends, outcomes).any(kind)
}

/// The changes that were committed.
fn committed<'a>(
    appends: &'a [&Append<Change>],
    outcomes: &'a [Outcome],
) -> impl Iterator<Item = &'a Change> {
    let done = appends.iter().zip(outcomes).filter(|(_, one)| matches!(one, Outcome::Committed { .. }));
    done.flat_map(|(append, _)| &append.changes)
}
