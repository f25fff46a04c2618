//! What wakes a task that waits for a change of the roster.

use uuid::Uuid;

use super::*;
use crate::Peer;

fn router() -> Router {
    let me = Peer {
        id: NodeId(Uuid::from_u128(1)),
        database: Uuid::nil(),
        name: "node-1".into(),
        addr: "127.0.0.1:1".into(),
        pid: 1,
        version: "0".into(),
        wire: 1,
        started_at_ms: 0,
        joined: 1,
        wires: vec![],
    };
    Router::new(Arc::new(RwLock::new(View::new(me))))
}

#[tokio::test(start_paused = true)]
async fn a_fresh_list_is_not_waited_for_once_it_was_read_even_if_nothing_changed() {
    let router = router();
    let asked = Instant::now();
    let read = async {
        router.stale().await;
        router.refreshed();
    };
    tokio::join!(router.refresh(), read);
    assert_eq!(asked.elapsed(), Duration::ZERO);
    router.refresh().await;
    assert!(asked.elapsed() >= READING_WITHIN, "if it can't be read there is a limit");
}

#[test]
fn only_what_changes_who_may_own_something_is_told() {
    let router = router();
    let changes = router.changes();
    assert!(!router.update(|_| false));
    router.refreshed();
    assert!(!changes.has_changed().expect("the router is there"));
    assert!(router.update(|_| true));
    assert!(changes.has_changed().expect("the router is there"));
}
