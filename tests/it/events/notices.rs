//! How a stream that is open learns of a community that its reader has joined.

use std::time::Duration;

use ajet_chatd::bus::{EncodedEvent, Use};
use ajet_protocol::subjects::Subject;
use ajet_protocol::{EventType, StreamId};

use crate::support::{
    DEADLINE, World, everything_is_published, joins_unannounced, next, read_until, serve, sql, start_stack,
    text,
};

#[tokio::test]
async fn joining_a_community_reaches_a_stream_that_is_open() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol.accept_invite(&invite.code).await.expect("joins");
    assert_eq!(next(&mut live).await.name, "member.joined");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    world.end().await;
}

/// M2: a session learns of a community although its notice was lost, and its clients refetch.
#[tokio::test]
async fn a_notice_that_got_lost_is_made_up_for() {
    let mut stack = start_stack("lost-notice").await;
    let world = World::on(&stack, |_| {}).await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    // Each time NATS is back all sessions are looked up, since notices may have got lost with the connection.
    stack.nats.pause().await;
    stack.nats.resume().await.expect("starts again");
    assert_eq!(next(&mut live).await.name, "resync");
    let mut live = carol.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    read_until(&mut live, "welcome").await;
    world.end().await;
    stack.stop().await;
}

/// M3: after joining, a stream that can't be given everything starts over instead of leaving something out.
#[tokio::test]
async fn joining_while_much_was_said_is_a_resync_not_a_hole() {
    let world = World::new().await;
    let (carol, of_carol) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    for n in 0..520 {
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    everything_is_published(&world).await;
    // The notice of the joining comes only now, from another node.
    let other = serve(&world.config).await;
    let app = other.app();
    let community = StreamId::from(world.community.id);
    let said = app.store.events_from(community, 1, world.community.id, 500).await.expect("reads");
    let joined =
        said.iter().find(|event| event.kind == EventType::MemberJoined.as_str()).expect("somebody did");
    let notice = EncodedEvent::of(joined);
    let to_carol = Subject::Notifications(of_carol.id).to_string();
    app.bus.send(Use::Event, &to_carol, notice.json.clone()).await.expect("is sent");
    assert_eq!(next(&mut live).await.name, "resync");
    world.end().await;
    other.stop().await;
}

/// C-M3: where the log can't be read after a join, the stream starts over instead of leaving something out.
#[tokio::test]
async fn joining_while_the_log_cannot_be_read_is_a_resync() {
    let world = World::new().await;
    world.expects_errors(&["can't read a gap"]);
    let (carol, of_carol) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    everything_is_published(&world).await;
    // The notice comes from another node. A session only looks which community it names, so any member's joining will do.
    let other = serve(&world.config).await;
    let (app, community) = (other.app(), StreamId::from(world.community.id));
    let said = app.store.events_from(community, 1, world.community.id, 500).await.expect("reads");
    let joined = said.iter().find(|event| event.kind == EventType::MemberJoined.as_str()).expect("is there");
    let notice = EncodedEvent::of(joined).json;
    let to_carol = Subject::Notifications(of_carol.id).to_string();
    sql(&world, "alter table events rename to events_away").await;
    let heard = tokio::time::timeout(DEADLINE, async {
        loop {
            // Again and again: the session may not have subscribed yet.
            app.bus.send(Use::Event, &to_carol, notice.clone()).await.expect("is sent");
            if let Ok(frame) = tokio::time::timeout(Duration::from_millis(500), live.next()).await {
                return frame.expect("an open stream").name;
            }
        }
    });
    assert_eq!(heard.await.expect("a frame in time"), "resync");
    sql(&world, "alter table events_away rename to events").await;
    let mut live = carol.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    world.end().await;
    other.stop().await;
}
