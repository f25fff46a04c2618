//! How pools connect. The server here is not PostgreSQL: it counts connections and closes each.

use std::sync::atomic::AtomicUsize;

use futures::future::join_all;
use tokio::net::TcpListener;

use super::*;

const TURNS: usize = 2;
const EACH: u32 = 20;
/// How many attempts to make one connection there may be at a time.
const ATTEMPTS: usize = 1 + (CONNECT_WITHIN.as_millis() / CONNECT_AGAIN.as_millis()) as usize;

/// Takes connections, each for a moment, and counts how many there were at a time at most.
async fn counting(listener: TcpListener, most: Arc<AtomicUsize>) {
    let open = Arc::new(AtomicUsize::new(0));
    while let Ok((connection, _)) = listener.accept().await {
        let now = open.fetch_add(1, Ordering::SeqCst) + 1;
        most.fetch_max(now, Ordering::SeqCst);
        let open = Arc::clone(&open);
        tokio::spawn(async move {
            sleep(Duration::from_millis(20)).await;
            open.fetch_sub(1, Ordering::SeqCst);
            drop(connection);
        });
    }
}

#[tokio::test]
async fn pools_that_want_all_their_connections_at_once_make_few_at_a_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    let most = Arc::new(AtomicUsize::new(0));
    tokio::spawn(counting(listener, Arc::clone(&most)));
    let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port);
    let turns = Arc::new(Semaphore::new(TURNS));
    let bounds = Bounds { size: EACH, wait: CONNECT_WITHIN, limit: CONNECT_WITHIN };
    let pool = || Pool::new(bounds, options.clone(), Line::default(), Arc::clone(&turns));
    let pools = [pool(), pool()];
    let leased = join_all(pools.iter().flat_map(|pool| (0..EACH).map(move |_| pool.lease()))).await;
    assert!(leased.iter().all(Result::is_err), "nobody is let in");
    let most = most.load(Ordering::SeqCst);
    assert!((1..=TURNS * ATTEMPTS).contains(&most), "{most} at a time");
}
