//! What every test is held to at its end: no activation crashed, no task of a server panicked, every committed event was
//! published, and no server logged an ERROR, unless the test announced it. And whatever it announced: no secret is in a log line, a span
//! or a metric (I17; [`leaks`] says what counts as one).
//!
//! Tests run in parallel in one process, which has one log. A line belongs to the test on whose tokio runtime it was written:
//! each test has a runtime of its own, all of its servers run there with every task and blocking thread that they start, and
//! both nodes of a cluster are the same test's. The node's name would not do: most lines are written outside of any span that
//! has it. Only lines of our own crates count: a library's tells how a connection fared, and what the server makes of that is a
//! line of the server's.
//!
//! A panic belongs to a test as a line does. The test's own panics fail it anyway, and are told apart by their place: they are
//! in code under `tests`, or in no task that was spawned.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{Debug, Write};
use std::panic::PanicHookInfo;
use std::sync::{LazyLock, Once, OnceLock};
use std::time::Duration;

use ajet_chatd::actors::Node;
use ajet_chatd::app::Server;
use ajet_chatd::config::Config;
use parking_lot::Mutex;
use tokio::runtime::{Handle, Id};
use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::database::connect;
use super::leaks::{self, Leaks};
use super::wait::{DEADLINE, POLL};

/// What the servers of each running test have done, by the runtime of the test.
static TESTS: LazyLock<Mutex<HashMap<Id, Ledger>>> = LazyLock::new(Mutex::default);
/// How our crates are called in the log.
const OURS: &str = "ajet_";
/// What a host logs of each crash.
const CRASHED: &str = "activation crashed";
/// Where the code of the tests is, as a panic names its place.
const TESTS_CODE: &str = "tests/";
/// How long a server may take to stop at the end of a test, which may have left broken what the server waits for.
const STOP_WITHIN: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Ledger {
    /// Worlds that have not ended; the last one takes the ledger with it.
    worlds: usize,
    nodes: Vec<Node>,
    errors: Vec<String>,
    panics: Vec<String>,
    leaks: Vec<String>,
    /// Words of the log that may be codes of invites.
    words: BTreeSet<String>,
    expects_crashes: bool,
    expected_errors: Vec<&'static str>,
}

/// The law over one world. The test ends it, or fails.
pub struct Law {
    test: Id,
    config: Config,
    /// Why events may stay unpublished.
    leaves_outbox: OnceLock<&'static str>,
    ended: bool,
}

impl Law {
    /// From now on it is noted what the servers of this test do.
    pub fn begin(config: &Config) -> Self {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(|| {
            let errors = Errors.with_filter(LevelFilter::ERROR);
            let listening = registry().with(errors).with(Leaks.with_filter(leaks::watched()));
            tracing::subscriber::set_global_default(listening).expect("the only log of this process");
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                note_panic(panic);
                before(panic);
            }));
        });
        let test = Handle::current().id();
        TESTS.lock().entry(test).or_default().worlds += 1;
        Self { test, config: config.clone(), leaves_outbox: OnceLock::new(), ended: false }
    }

    /// The test makes activations crash, which is by a panic.
    pub fn expects_crashes(&self) {
        self.note(|ledger| ledger.expects_crashes = true);
    }

    /// The test makes servers log errors that hold one of these texts.
    pub fn expects_errors(&self, texts: &[&'static str]) {
        self.note(|ledger| ledger.expected_errors.extend(texts));
    }

    /// The test leaves events unpublished, for this reason.
    pub fn leaves_outbox(&self, reason: &'static str) {
        self.leaves_outbox.set(reason).expect("is said once");
    }

    fn note(&self, note: impl FnOnce(&mut Ledger)) {
        if let Some(ledger) = TESTS.lock().get_mut(&self.test) {
            note(ledger);
        }
    }

    /// Waits until every committed event is marked as published. What was left behind is found by a sweep, some ten seconds
    /// later.
    pub async fn outbox_drains(&self) {
        let unpublished = self.unpublished().await;
        assert!(unpublished == 0, "{unpublished} events stayed unpublished");
    }

    /// How many events are unpublished still when none should be any more.
    async fn unpublished(&self) -> i64 {
        let deadline = Instant::now() + DEADLINE;
        let mut database = connect(&self.config).await;
        loop {
            let unpublished: i64 = sqlx::query_scalar(
                "select count(*) from events e left join outbox o on o.stream = e.stream
                 where e.seq > coalesce(o.published, 0)",
            )
            .fetch_one(&mut database)
            .await
            .expect("counts");
            if unpublished == 0 || Instant::now() >= deadline {
                return unpublished;
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// How many events are unpublished that the test does not leave so.
    async fn left_behind(&self) -> i64 {
        if self.leaves_outbox.get().is_some() { 0 } else { self.unpublished().await }
    }

    /// Notes the codes of invites that the log gave away.
    async fn look_for_invites(&self) {
        let words = TESTS.lock().get(&self.test).map(|ledger| ledger.words.iter().cloned().collect());
        let words: Vec<String> = words.unwrap_or_default();
        if words.is_empty() {
            return;
        }
        let codes = sqlx::query_scalar("select code from invites where code = any($1)").bind(words);
        let codes: Vec<String> = codes.fetch_all(&mut connect(&self.config).await).await.expect("looks");
        for code in codes {
            note_leak(format!("the log gives the code of an invite away: {code}"));
        }
    }

    /// Holds the test to it.
    pub async fn end(self) {
        let unpublished = self.left_behind().await;
        self.look_for_invites().await;
        self.judge(unpublished);
    }

    /// Stops the server, and holds the test to it; what goes wrong while it stops counts as well.
    pub async fn end_with(self, server: Server) {
        // While it runs: what it has published and not marked yet is left to a sweep when it stops.
        let unpublished = self.left_behind().await;
        self.look_for_invites().await;
        // Too slow a stop is no breach: that is for tests of stopping.
        let _ = tokio::time::timeout(STOP_WITHIN, server.stop()).await;
        self.judge(unpublished);
    }

    fn judge(mut self, unpublished: i64) {
        self.ended = true;
        let judged = |ledger: &Ledger| ledger.broken(ledger.crashes(), unpublished);
        let mut broken = TESTS.lock().get(&self.test).map(judged).unwrap_or_default();
        broken.extend(leaks::in_metrics());
        assert!(
            broken.is_empty(),
            "the servers of this test did what it did not announce:\n{}",
            broken.join("\n")
        );
    }
}

impl Drop for Law {
    fn drop(&mut self) {
        let mut tests = TESTS.lock();
        let is_last = tests.get_mut(&self.test).is_some_and(|ledger| {
            ledger.worlds -= 1;
            ledger.worlds == 0
        });
        let over = if is_last { tests.remove(&self.test) } else { None };
        drop(tests);
        drop(over);
        assert!(self.ended || std::thread::panicking(), "the test does not say world.end().await");
    }
}

impl Ledger {
    /// How many activations of the servers crashed.
    fn crashes(&self) -> u64 {
        self.nodes.iter().map(|node| node.channels.crashes() + node.communities.crashes()).sum()
    }

    /// What happened unannounced, given how many activations crashed and how many events stayed unpublished.
    fn broken(&self, crashes: u64, unpublished: i64) -> Vec<String> {
        let announced = |line: &str| {
            self.expected_errors.iter().any(|text| line.contains(text))
                || self.expects_crashes && line.contains(CRASHED)
        };
        let mut broken: Vec<_> = self.errors.iter().filter(|line| !announced(line)).cloned().collect();
        if !self.expects_crashes {
            broken.extend(self.panics.iter().cloned());
            if crashes > 0 {
                broken.push(format!("{crashes} activations crashed"));
            }
        }
        broken.extend(self.leaks.iter().cloned());
        if unpublished > 0 {
            broken.push(format!("{unpublished} events stayed unpublished"));
        }
        broken
    }
}

/// Notes a server of this test.
pub fn watch(server: &Server) {
    if let Some(ledger) = TESTS.lock().get_mut(&Handle::current().id()) {
        ledger.nodes.push(server.app().node.clone());
    }
}

/// Notes what was given away, in the ledger of the test on whose runtime it was.
pub fn note_leak(leak: String) {
    let Ok(runtime) = Handle::try_current() else { return };
    if let Some(ledger) = TESTS.lock().get_mut(&runtime.id()) {
        ledger.leaks.push(leak);
    }
}

/// Notes a word of the log that may be the code of an invite.
pub fn note_word(word: &str) {
    let Ok(runtime) = Handle::try_current() else { return };
    if let Some(ledger) = TESTS.lock().get_mut(&runtime.id()) {
        ledger.words.insert(word.to_owned());
    }
}

/// Notes a panic in a task of a server, in the ledger of its test.
fn note_panic(panic: &PanicHookInfo<'_>) {
    // What the test itself waits for runs in no task that was spawned.
    let is_the_tests = tokio::task::try_id().is_none()
        || panic.location().is_some_and(|place| place.file().starts_with(TESTS_CODE));
    if is_the_tests {
        return;
    }
    let Ok(runtime) = Handle::try_current() else { return };
    if let Some(ledger) = TESTS.lock().get_mut(&runtime.id()) {
        ledger.panics.push(panic.to_string());
    }
}

/// The log's layer: each error goes to the ledger of its test.
struct Errors;

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let target = event.metadata().target();
        let Ok(runtime) = Handle::try_current() else { return };
        if !target.starts_with(OURS) {
            return;
        }
        let mut line = Line(target.to_owned());
        event.record(&mut line);
        if let Some(ledger) = TESTS.lock().get_mut(&runtime.id()) {
            ledger.errors.push(line.0);
        }
    }
}

/// An event as a line of text.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a string can't fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

#[cfg(test)]
#[path = "law_tests.rs"]
mod tests;
