//! H4: a database that takes what it is sent and answers nothing, as over a cut that closes no connection.

use std::net::SocketAddr;

use ajet_chatd::store::{Store, StoreError};
use ajet_protocol::PageQuery;

use crate::support::proxy;
use crate::support::{DEADLINE, World, eventually, keyed, next, read_until, stack, text};

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
        let (ann, first) = (world.ann.me().await.expect("me").user.id, PageQuery::default());
        tokio::join!(
            store.log_identity(),
            store.communities_of(ann, &first),
            store.sight(world.general.id.into(), 0),
            store.published(world.general.id.into()),
            store.hold_lease(uuid::Uuid::nil()),
        )
    };
    let (a, b, c, d, e) = ask_all().await;
    assert!(a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok() && e.is_ok());
    rules.hold();
    let (a, b, c, d, e) = tokio::time::timeout(DEADLINE, ask_all()).await.expect("no wait is for ever");
    for error in [a.err(), b.err(), c.err(), d.err(), e.err()] {
        assert!(matches!(error, Some(StoreError::Away(_))), "{error:?}");
    }
    rules.let_go();
    eventually("all pools answer again, and no dead connection is kept", async || {
        let (a, b, c, d, e) = ask_all().await;
        a.is_ok() && b.is_ok() && c.is_ok() && d.is_ok() && e.is_ok()
    })
    .await;
    world.end().await;
}

/// A node whose database goes silent answers 503 in time, and is back by itself.
#[tokio::test]
async fn a_node_is_back_after_its_database_was_silent() {
    let world = World::new().await;
    let (addr, rules) = proxy::start(SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()))).await;
    let world = world.restarted(|config| config.db.port = addr.port()).await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    read_until(&mut live, "before").await;
    rules.hold();
    let request = keyed("meanwhile", "meanwhile");
    let refused = world.ann.post(world.general.id, &request).await;
    assert!(refused.is_err(), "nothing is acknowledged that is not committed");
    rules.let_go();
    eventually("writes are accepted again", async || {
        world.ann.post(world.general.id, &request).await.is_ok()
    })
    .await;
    assert!(
        read_until(&mut live, "meanwhile").await.ends_with(&["meanwhile".to_owned()]),
        "on the stream that was open"
    );
    world.end().await;
}
