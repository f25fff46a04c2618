//! Bans that a node hears of while it can't read its database: what it knows of rights is of before, and so is what waits there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use ajet_client::{Client, Live};
use ajet_protocol::Reason;
use sqlx::Connection;

use super::bans::{elsewhere, post_much};
use crate::support::cluster::{Cluster, base};
use crate::support::proxy::{self, Rules};
use crate::support::requests::bearer;
use crate::support::{
    DEADLINE, Raw, connect, created, eventually, id_of, keyed, next, post_in_the_end, read_until, stack, text,
};

/// Two nodes, of which the second has a database that can be silenced.
async fn cluster() -> (Cluster, Arc<Rules>) {
    let mut cluster = Cluster::of(1).await;
    let (addr, rules) = proxy::start(SocketAddr::from(([127, 0, 0, 1], stack().postgres.port()))).await;
    let mut config = cluster.world.config.clone();
    config.db.port = addr.port();
    cluster.join_as(&config).await;
    (cluster, rules)
}

fn silence(rules: &Rules) {
    rules.hold_requests.store(true, Ordering::SeqCst);
}

fn heal(rules: &Rules) {
    rules.hold_requests.store(false, Ordering::SeqCst);
    rules.release.notify_waiters();
}

/// A stream that goes on after a cursor, as soon as there is one.
async fn opened(client: &Client, cursor: &str) -> Live {
    loop {
        match client.live(Some(cursor)).await {
            Ok(live) => return live,
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// Reads a stream up to the message with this text; the cursor that comes with it.
async fn cursor_of(live: &mut Live, wanted: &str) -> String {
    loop {
        let event = next(live).await;
        if created(&event).as_deref() == Some(wanted) {
            return event.cursor;
        }
    }
}

/// The messages that a stream is sent, and those with which its client comes back where it ends, up to one with this text.
async fn heard_until(mut live: Live, there: &Client, mut cursor: String, last: &str) -> Vec<String> {
    let mut heard = Vec::new();
    loop {
        while let Some(event) = live.next().await {
            if !event.cursor.is_empty() {
                cursor.clone_from(&event.cursor);
            }
            let Some(body) = created(&event) else { continue };
            heard.push(body);
            if heard.last().is_some_and(|body| body == last) {
                return heard;
            }
        }
        live = opened(there, &cursor).await;
    }
}

/// I14: a node that cannot read its database and emits nothing any more hears of messages, and of a ban, by NATS alone. When its
/// database is back it emits nothing before it knows whose rights changed: what waited for the banned person is not sent.
#[tokio::test]
async fn a_node_that_stopped_emitting_goes_on_by_the_rights_of_now() {
    let (cluster, rules) = cluster().await;
    let world = &cluster.world;
    let (community, general) = (world.community.id, &world.general);
    let elsewhere = elsewhere(world, [&world.bob]).await;
    let bob = id_of(&world.bob).await;
    let cut_off = &cluster.others[0];
    let there = world.bob.at(&base(cut_off));
    let mut live = there.live(None).await.expect("opens");
    world.ann.post(general.id, &text("before")).await.expect("posts");
    let cursor = cursor_of(&mut live, "before").await;

    silence(&rules);
    let app = cut_off.app();
    eventually("the node emits nothing", async || !app.revocation.is_fresh()).await;
    // The channel may have lived on the node that is cut off.
    post_in_the_end(&world.ann, general, &keyed("meanwhile", "meanwhile")).await;
    let listening = tokio::spawn({
        let there = there.clone();
        async move { heard_until(live, &there, cursor, "somewhere else").await }
    });
    world.ann.ban(community, bob, &Reason::default()).await.expect("bans");

    let mut rights = connect(&world.config).await;
    let mut locked = rights.begin().await.expect("begins");
    sqlx::query("lock table acl in access exclusive mode").execute(&mut *locked).await.expect("locks");
    heal(&rules);
    let mut db = connect(&world.config).await;
    let asks = "select exists (select from pg_stat_activity where wait_event_type = 'Lock'
                  and datname = current_database() and query like '%select scope, version from acl%')";
    let deadline = Instant::now() + DEADLINE;
    while !sqlx::query_scalar::<_, bool>(asks).fetch_one(&mut db).await.expect("asks") {
        assert!(!app.revocation.is_fresh(), "it emits, and does not know whose rights changed");
        assert!(Instant::now() < deadline, "it does not ask whose rights changed");
        tokio::task::yield_now().await;
    }
    assert!(!app.revocation.is_fresh(), "it emits, and does not know whose rights changed");
    locked.rollback().await.expect("ends");

    eventually("the node emits again", async || app.revocation.is_fresh()).await;
    world.ann.post(elsewhere, &text("somewhere else")).await.expect("posts");
    assert_eq!(listening.await.expect("listens"), ["somewhere else"]);
    cluster.end().await;
}

/// I14: a node that hears of a ban and can't find out what is under way to the person ends their sessions. With no database they do not come
/// back there; when they do, by the rights of then, what had waited for them is not sent.
#[tokio::test]
async fn a_banned_person_does_not_come_back_by_the_rights_that_a_cut_off_node_remembers() {
    let (cluster, rules) = cluster().await;
    let world = &cluster.world;
    let (community, general) = (world.community.id, world.general.id);
    let elsewhere = elsewhere(world, [&world.bob]).await;
    let bob = id_of(&world.bob).await;
    let node = &cluster.others[0];
    let there = world.bob.at(&base(node));
    let mut stream = Raw::to(node.addr()).await;
    stream.send(&bearer(world.bob.token().expect("a token"), "GET /api/events HTTP/1.0")).await;
    stream.read_until("event: ready").await;
    post_much(world).await;
    world.ann.post(general, &text("the last one before")).await.expect("posts");
    silence(&rules);
    world.ann.ban(community, bob, &Reason::default()).await.expect("bans");
    let said = stream.rest().await;
    assert_eq!(node.app().node.sessions.count_of(bob), 0, "the stream is ended");
    let whole = said.rfind("\n\n").map_or("", |end| &said[..end]);
    let cursor = whole.lines().rev().find_map(|line| line.strip_prefix("id: ")).expect("a cursor");
    assert!(!said.contains("the last one before"), "it was on its way");
    // While the node still may emit: it looked for ended sessions just before.
    let early = there.live(Some(cursor)).await;
    heal(&rules);
    let mut again = match early {
        Ok(live) => live,
        Err(_) => opened(&there, cursor).await,
    };
    world.ann.post(elsewhere, &text("somewhere else")).await.expect("posts");
    let heard = read_until(&mut again, "somewhere else").await;
    assert_eq!(heard, ["somewhere else"]);
    cluster.end().await;
}
