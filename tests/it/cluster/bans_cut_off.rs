//! Bans that a node hears of while it can't read its database: what it knows of rights is of before, and so is what waits there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use ajet_client::{Client, Live};
use ajet_protocol::Topic;
use sqlx::Connection;

use super::bans::elsewhere;
use crate::support::cluster::{Cluster, base};
use crate::support::proxy::{self, Rules};
use crate::support::{
    DEADLINE, POLL, World, connect, created, eventually, id_of, keyed, next, post_in_the_end, read_until,
    stack, text,
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

/// A stream that goes on after a cursor, as soon as there is one.
async fn opened(client: &Client, cursor: &str) -> Live {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match client.live(Some(cursor)).await {
            Ok(live) => return live,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        tokio::time::sleep(POLL).await;
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
        while let Some(event) = tokio::time::timeout(DEADLINE, live.next()).await.expect("a frame in time") {
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

/// I14: a node that could not read its database, was told of no ban, and is back emits nothing before it knows whose rights changed. Where it
/// can't find that out in time the sessions concerned end, so that people come back by what the database says: the one who is out is
/// not sent what waits there, and others lose nothing.
#[tokio::test]
async fn a_node_that_stopped_emitting_goes_on_by_the_rights_of_now() {
    let (cluster, rules) = cluster().await;
    let (world, cut_off) = (&cluster.world, &cluster.others[0]);
    let (app, general) = (cut_off.app(), &world.general);
    let carol = world.join("carol").await;
    let elsewhere = elsewhere(world, [&world.bob, &carol]).await;
    let [bob, carol] = [&world.bob, &carol].map(|person| person.at(&base(cut_off)));
    let (mut bobs, mut carols) =
        (bob.live(None).await.expect("opens"), carol.live(None).await.expect("opens"));
    world.ann.post(general.id, &text("before")).await.expect("posts");
    let (cursor, carols_cursor) =
        (cursor_of(&mut bobs, "before").await, cursor_of(&mut carols, "before").await);

    rules.hold();
    eventually("the node emits nothing", async || !app.revocation.is_fresh()).await;
    // The channel may have lived on the node that is cut off.
    let posted = post_in_the_end(&world.ann, general, &keyed("meanwhile", "meanwhile")).await;
    let topic = Topic::Community(world.community.id);
    let is_there = async || app.node.feeds().has_delivered(topic, general.id.into(), posted.seq);
    eventually("the node has it by NATS", is_there).await;
    leaves_unannounced(world, "bob").await;
    let mut db = connect(&world.config).await;
    let mut locked = db.begin().await.expect("begins");
    // Which versions there are can be read, and not what changed.
    sqlx::query("lock table acl_changes in access exclusive mode")
        .execute(&mut *locked)
        .await
        .expect("locks");
    let listening = tokio::spawn({
        let carol = carol.clone();
        async move { heard_until(carols, &carol, carols_cursor, "somewhere else").await }
    });
    rules.let_go();
    eventually("the node emits again", async || app.revocation.is_fresh()).await;
    // Open until here, since a session without a stream is forgotten after a while.
    drop(bobs);
    let early = bob.live(Some(&cursor)).await;
    locked.rollback().await.expect("ends");

    let mut again = match early {
        Ok(live) => live,
        Err(_) => opened(&bob, &cursor).await,
    };
    post_in_the_end(&world.ann, &elsewhere, &keyed("somewhere else", "elsewhere")).await;
    assert_eq!(read_until(&mut again, "somewhere else").await, ["somewhere else"]);
    // A replay may repeat what came with the cursor.
    let heard = listening.await.expect("listens");
    assert!(heard.ends_with(&["meanwhile".to_owned(), "somewhere else".to_owned()]), "{heard:?}");
    cluster.end().await;
}

/// I14: a node that is told to purge a person's streams and can't find out in time what their rights are ends their sessions, so that they
/// come back by what the database says, and not by what the node remembers: what waits there for them is not sent.
#[tokio::test]
async fn a_banned_person_does_not_come_back_by_the_rights_that_a_cut_off_node_remembers() {
    let world = World::new().await;
    let elsewhere = elsewhere(&world, [&world.bob]).await;
    let bob = id_of(&world.bob).await;
    let (mut anns, mut live) =
        (world.ann.live(None).await.expect("opens"), world.bob.live(None).await.expect("opens"));
    world.ann.post(world.general.id, &text("before")).await.expect("posts");
    let cursor = cursor_of(&mut live, "before").await;
    drop(live);
    world.ann.post(world.general.id, &text("meanwhile")).await.expect("posts");
    read_until(&mut anns, "meanwhile").await;

    leaves_unannounced(&world, "bob").await;
    let mut rights = connect(&world.config).await;
    let mut locked = rights.begin().await.expect("begins");
    sqlx::query("lock table acl in access exclusive mode").execute(&mut *locked).await.expect("locks");
    world.server.app().node.sessions.purge(world.community.id, bob).await;
    let early = world.bob.live(Some(&cursor)).await;
    assert!(early.is_err(), "they are back while their rights can't be read");
    locked.rollback().await.expect("ends");

    let mut again = opened(&world.bob, &cursor).await;
    world.ann.post(elsewhere.id, &text("somewhere else")).await.expect("posts");
    assert_eq!(read_until(&mut again, "somewhere else").await, ["somewhere else"]);
    world.end().await;
}

/// Puts somebody out of the first community, without an event.
async fn leaves_unannounced(world: &World, username: &str) {
    let mut db = connect(&world.config).await;
    for statement in [
        "delete from channel_members m using channels c, users u
           where c.id = m.channel_id and c.community_id = $2 and u.id = m.user_id and u.username = $1",
        "delete from community_members m using users u
           where m.community_id = $2 and u.id = m.user_id and u.username = $1",
        "with raised as (update acl set version = version + 1 where scope = $2 returning scope, version),
              kept as (update communities c set acl_version = r.version from raised r where c.id = r.scope)
         insert into acl_changes (scope, version, affects, id)
           select r.scope, r.version, 3, u.id from raised r, users u where u.username = $1",
    ] {
        let community = world.community.id.0;
        sqlx::query(statement).bind(username).bind(community).execute(&mut db).await.expect("leaves");
    }
}
