//! Stops and starvations, on a clock that is turned by hand.

use std::sync::atomic::AtomicUsize;

use tokio::time::{advance, sleep};

use super::*;

/// How often each check began.
#[derive(Debug, Default)]
struct Checks {
    verified: AtomicUsize,
    rechecked: AtomicUsize,
}

impl Checks {
    fn counts(&self) -> (usize, usize) {
        (self.verified.load(Ordering::SeqCst), self.rechecked.load(Ordering::SeqCst))
    }
}

/// A guard that is watched; nothing ticks yet.
async fn watched(check_takes: Duration) -> (Arc<Guard>, Arc<Checks>) {
    let (guard, checks) = (Arc::new(Guard::default()), Arc::new(Checks::default()));
    let (watching, counting) = (Arc::clone(&guard), Arc::clone(&checks));
    tokio::spawn(async move {
        let count = |which: &AtomicUsize| {
            which.fetch_add(1, Ordering::SeqCst);
            sleep(check_takes)
        };
        watching.watch(|| count(&counting.verified), || count(&counting.rechecked)).await;
    });
    tokio::task::yield_now().await;
    (guard, checks)
}

/// Ticks as the thread does, until dropped.
fn ticking(guard: &Arc<Guard>) -> tokio::task::JoinHandle<()> {
    let guard = Arc::clone(guard);
    tokio::spawn(async move {
        loop {
            guard.tick();
            sleep(TICK).await;
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_noticed_whatever_wakes_first() {
    let guard = Guard::default();
    advance(STALL).await;
    assert!(guard.is_entitled(), "not yet a stop");
    advance(TICK).await;
    assert!(!guard.is_entitled(), "before the thread has run");
    guard.tick();
    assert!(!guard.is_entitled(), "and after: its tick does not hide the stop");
    guard.tick();
    assert!(!guard.is_entitled(), "nor does the next one");
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_nothing_goes_on_before_it_is_verified() {
    let takes = Duration::from_millis(700);
    let (guard, checks) = watched(takes).await;
    let thread = ticking(&guard);
    sleep(STALL * 2).await;
    assert_eq!((guard.is_entitled(), checks.counts()), (true, (0, 0)), "nothing has happened");
    advance(STALL * 2).await;
    let woke = Instant::now();
    assert!(!guard.is_entitled());
    guard.entitled().await;
    assert!(woke.elapsed() >= takes, "the verification is over: {:?}", woke.elapsed());
    assert_eq!(checks.counts(), (1, 0));
    sleep(STALL * 2).await;
    assert_eq!((guard.is_entitled(), checks.counts()), (true, (1, 0)), "once is enough");
    thread.abort();
}

#[tokio::test(start_paused = true)]
async fn a_long_verification_is_no_stop() {
    let (guard, checks) = watched(STALL * 3).await;
    let thread = ticking(&guard);
    sleep(TICK).await;
    advance(STALL * 2).await;
    guard.entitled().await;
    assert_eq!(checks.counts(), (1, 0));
    thread.abort();
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_verification_is_noticed_again() {
    let (guard, checks) = watched(Duration::from_millis(500)).await;
    let thread = ticking(&guard);
    sleep(TICK).await;
    advance(STALL * 2).await;
    sleep(TICK * 3).await;
    assert_eq!(checks.counts(), (1, 0), "the first one is under way");
    advance(STALL * 2).await;
    assert!(!guard.is_entitled());
    guard.entitled().await;
    assert_eq!(checks.counts(), (2, 0), "what it found out may be out of date");
    thread.abort();
}

#[tokio::test(start_paused = true)]
async fn who_comes_back_to_a_mark_learns_of_stops_since_whatever_wakes_first() {
    let (guard, _) = watched(Duration::ZERO).await;
    let before = guard.stops();
    advance(STALL).await;
    assert!(!guard.has_stopped_since(before), "not yet a stop");
    advance(TICK).await;
    assert!(guard.has_stopped_since(before), "before the thread has run");
    guard.stopped_since(before).await;
    let thread = ticking(&guard);
    let all = guard.all_stops().await;
    assert_eq!(all, before + 1);
    guard.entitled().await;
    assert!(guard.has_stopped_since(before), "also once it is verified");
    assert!(!guard.has_stopped_since(all));
    let waiting = tokio::time::timeout(STALL * 2, guard.stopped_since(all)).await;
    assert!(waiting.is_err(), "nothing has happened since");
    thread.abort();
}

#[tokio::test(start_paused = true)]
async fn starvation_of_the_runtime_is_no_stop() {
    let (guard, checks) = watched(Duration::from_millis(500)).await;
    let now = Instant::now();
    // The thread ticks while no task of the runtime runs.
    for n in 1..=20 {
        guard.tick_at(now + TICK * n);
    }
    advance(TICK * 20).await;
    let thread = ticking(&guard);
    assert!(guard.is_entitled(), "it goes on serving");
    sleep(TICK).await;
    assert_eq!(checks.counts(), (0, 1), "and checks");
    assert!(guard.is_entitled(), "while it is checked as well");
    sleep(STALL * 2).await;
    assert_eq!(checks.counts(), (0, 1), "once");
    thread.abort();
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_a_recheck_is_verified() {
    let (guard, checks) = watched(STALL * 10).await;
    let now = Instant::now();
    (1..=20).for_each(|n| guard.tick_at(now + TICK * n));
    advance(TICK * 20).await;
    let thread = ticking(&guard);
    sleep(TICK).await;
    assert_eq!(checks.counts(), (0, 1));
    advance(STALL * 2).await;
    sleep(TICK * 3).await;
    assert_eq!((guard.is_entitled(), checks.counts()), (false, (1, 1)), "it does not wait for the re-check");
    thread.abort();
}

#[test]
fn the_thread_ticks_and_ends_with_its_guard() {
    let guard = Arc::new(Guard::default());
    let before = guard.ticked.load(Ordering::SeqCst);
    guard.start_ticking();
    let began = std::time::Instant::now();
    while guard.ticked.load(Ordering::SeqCst) < before + 150 {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not tick");
        std::thread::park_timeout(TICK);
    }
    assert!(guard.is_entitled());
    let watched = Arc::downgrade(&guard);
    drop(guard);
    while watched.upgrade().is_some() {
        assert!(began.elapsed() < Duration::from_secs(20), "the thread keeps it");
        std::thread::park_timeout(TICK);
    }
}
