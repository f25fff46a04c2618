//! H4: a database that takes what it is sent and answers nothing, as over a cut that closes no connection.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ajet_chatd::store::{Store, StoreError};

use crate::proxy::{self, Rules};
use crate::world::{World, eventually, keyed, next, read_until, serve, stack, text};

fn hold(rules: &Rules) {
    rules.hold_requests.store(true, Ordering::SeqCst);
}

fn release(rules: &Rules) {
    rules.hold_requests.store(false, Ordering::SeqCst);
    rules.release.notify_waiters();
}

/// Every wait ends on our side, and a connection whose wait was cut short is not used again.
#[tokio::test]
async fn no_query_waits_for_ever_and_no_dead_connection_is_kept() {
    let world = World::new().await;
    let (addr, rules) = proxy::start(SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()))).await;
    let mut config = world.config.clone();
    config.db.port = addr.port();
    let store = Store::new(&config.db);
    // Every pool has connections that look alive.
    let ask_all = async || {
        let ann = world.ann.me().await.expect("me").user.id;
        tokio::join!(
            store.log_identity(),
            store.may_read(world.general.id, ann),
            store.sight(world.general.id.into(), 0),
            store.published(world.general.id.into()),
            store.hold_lease(uuid::Uuid::nil()),
        )
    };
    let (a, b, c, d, e) = ask_all().await;
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok() && e.is_ok());
    hold(&rules);
    let held = Instant::now();
    let (a, b, c, d, e) = ask_all().await;
    for error in [a.err(), b.err(), c.err(), d.err(), e.err()] {
        assert!(matches!(error, Some(StoreError::Away(_))), "{error:?}");
    }
    assert!(held.elapsed() < Duration::from_secs(20), "{:?}", held.elapsed());
    release(&rules);
    let healed = Instant::now();
    eventually("all pools answer again", async || {
        let (a, b, c, d, e) = ask_all().await;
        a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok() && e.is_ok()
    })
    .await;
    assert!(healed.elapsed() < Duration::from_secs(10), "dead connections were kept: {:?}", healed.elapsed());
}

/// A node whose database goes silent answers 503 in time, and is back by itself.
#[tokio::test]
async fn a_node_is_back_after_its_database_was_silent() {
    let world = World::new().await;
    let (addr, rules) = proxy::start(SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()))).await;
    let mut config = world.config.clone();
    config.db.port = addr.port();
    world.server.stop().await;
    let server = serve(&config).await;
    let (ann, bob) = (
        world.ann.at(&format!("http://{}", server.addr())),
        world.bob.at(&format!("http://{}", server.addr())),
    );
    let mut live = bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    ann.post(world.general.id, &text("before")).await.expect("posts");
    read_until(&mut live, "before").await;
    hold(&rules);
    let request = keyed("meanwhile", "meanwhile");
    let refused = ann.post(world.general.id, &request).await;
    assert!(refused.is_err(), "nothing is acknowledged that is not committed");
    release(&rules);
    eventually("writes are accepted again", async || ann.post(world.general.id, &request).await.is_ok())
        .await;
    assert!(
        read_until(&mut live, "meanwhile").await.ends_with(&["meanwhile".to_owned()]),
        "on the stream that was open"
    );
    server.stop().await;
}
