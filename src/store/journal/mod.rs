//! The journal: commits state change and event together, many streams at a time, behind a fence. Whatever an entity decides is
//! written here.
//!
//! ```text
//!   entities ──submit──▶ queue ──▶ lane 1 ─┐  one statement each, one round trip:
//!                            └──▶ lane 2 ─┴▶ fence · rights · rows · events · heads
//! ```
//!
//! A lane takes everything that waits, up to a limit, and commits it in ONE statement: while it is out, the next
//! appends gather. A stream that is fenced or stale, or has a key that is spent, is left out and its neighbours go through; a statement that
//! fails as a whole is tried again in halves, so that one bad row can't fail the others.
//! Each lane owns its connection: no pool, no open transaction, nothing held while waiting for anything else.
//!
//! The text of the statement (`statement.rs`) is joined from the pieces of the tables that a batch touches (`tables/`), and taken
//! out of a closed list (`shapes.rs`).

mod batch;
mod commit;
mod events;
mod lane;
mod shapes;
mod single;
mod statement;
mod table;
mod tables;
mod waiting_words;
mod wakes;

use std::sync::Arc;

use ajet_domain::Change;
use ajet_domain::journal::{Append, Outcome};
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Notify, mpsc};

use super::Line;
pub use waiting_words::WaitingWords;
use wakes::Wakes;

pub use shapes::every_statement;

/// Passes an outcome to the caller that waits for it, without a task in between.
pub type Tell = Box<dyn FnOnce(Outcome) + Send + Sync>;

/// An append and where its outcome goes.
struct Submission {
    append: Append<Change>,
    outcome: Tell,
}

impl Submission {
    /// Drops the append first: then only the writer holds its events, and writes the ACL version into them without a copy.
    fn tell(self, outcome: Outcome) {
        let Self { append, outcome: tell } = self;
        drop(append);
        tell(outcome);
    }
}

/// The committer of a node; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: async_queue::Sender,
    wakes: Wakes,
}

mod async_queue {
    //! One queue that several lanes take from.
    use std::sync::Arc;

    use tokio::sync::Mutex;

    use super::{Submission, mpsc};

    /// Appends that may wait; an entity has at most one under way, so this bounds active entities, not messages.
    const WAITING: usize = 65_536;

    pub(super) type Sender = mpsc::Sender<Submission>;
    pub(super) type Receiver = Arc<Mutex<mpsc::Receiver<Submission>>>;

    pub(super) fn new() -> (Sender, Receiver) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (sender, Arc::new(Mutex::new(receiver)))
    }
}

impl std::fmt::Debug for Submission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Submission").field("stream", &self.append.stream).finish_non_exhaustive()
    }
}

impl Journal {
    /// Starts `lanes` committers; they connect when they first have work, and again after a loss.
    #[must_use]
    pub fn start(options: &PgConnectOptions, line: &Line, lanes: usize) -> Self {
        let (sender, receiver) = async_queue::new();
        let wakes = Wakes::default();
        for number in 0..lanes.max(1) {
            let (queue, wakes) = (receiver.clone(), wakes.clone());
            tokio::spawn(lane::run(number, options.clone(), line.clone(), queue, wakes));
        }
        Self { queue: sender, wakes }
    }

    /// Wakes one who waits for messages that people are to be told of, after a commit of this node that wrote some. Of several commits
    /// it may wake once.
    #[must_use]
    pub fn due(&self) -> Arc<Notify> {
        self.wakes.due.clone()
    }

    /// The same for jobs that a commit of this node asked for.
    #[must_use]
    pub fn jobs(&self) -> Arc<Notify> {
        self.wakes.jobs.clone()
    }

    /// What waits to be moved into the index of words, by the commits of this node.
    #[must_use]
    pub fn words(&self) -> Arc<WaitingWords> {
        self.wakes.words.clone()
    }

    /// Commits an append together with whatever else waits, then tells the outcome.
    pub fn append(&self, append: Append<Change>, outcome: Tell) {
        if let Err(refused) = self.queue.try_send(Submission { append, outcome }) {
            let submission = match refused {
                mpsc::error::TrySendError::Full(one) | mpsc::error::TrySendError::Closed(one) => one,
            };
            submission.tell(Outcome::Unknown);
        }
    }
}
