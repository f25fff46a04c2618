//! Coming back to the same node: out of its window, exactly where the reader was; and what crashes have to do with it.

use ajet_chatd::actors::feed::FeedKey;
use ajet_client::{Live, LiveEvent};
use ajet_protocol::Visibility;
use ajet_protocol::events::RightsChanged;

use crate::support::{World, created, eventually, next, read_until, sql, text};

/// Reads up to a message; the last frame.
async fn read_to(live: &mut Live, last: &str) -> LiveEvent {
    loop {
        let event = next(live).await;
        if created(&event).as_deref() == Some(last) {
            return event;
        }
    }
}

/// I4: within the node's window nothing is missing, nothing comes twice, and the log is not read.
#[tokio::test]
async fn a_reader_goes_on_out_of_the_window_without_a_repetition() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    for n in 0..5 {
        world.ann.post(world.general.id, &text(&format!("seen {n}"))).await.expect("posts");
    }
    let last = read_to(&mut live, "seen 4").await;
    drop(live);
    let mut carol = world.join("carol").await.live(None).await.expect("opens");
    for n in 0..5 {
        world.ann.post(world.general.id, &text(&format!("missed {n}"))).await.expect("posts");
    }
    read_to(&mut carol, "missed 4").await;
    // What needs the log fails now.
    sql(&world, "alter table events rename to events_away").await;
    for _ in 0..3 {
        let mut live = world.bob.live(Some(&last.cursor)).await.expect("opens");
        let ready = next(&mut live).await;
        assert_eq!((ready.name.as_str(), &ready.cursor), ("ready", &last.cursor));
        let missed: Vec<_> = read_until(&mut live, "missed 4").await;
        assert_eq!(missed, (0..5).map(|n| format!("missed {n}")).collect::<Vec<_>>());
    }
    sql(&world, "alter table events_away rename to events").await;
    world.end().await;
}

/// I4: a session's actor that crashes ends its streams, and the log has what they missed.
#[tokio::test]
async fn a_crashed_session_costs_its_readers_nothing() {
    let world = World::new().await;
    world.expects_crashes();
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let last = read_to(&mut live, "seen").await;
    let (_, bob) = world.nobody.sign_in("bob").await.expect("signs in");
    assert!(world.server.app().node.sessions.kill(bob.id));
    while live.next().await.is_some() {}
    world.ann.post(world.general.id, &text("missed")).await.expect("posts");
    let mut live = world.bob.live(Some(&last.cursor)).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    // What the cursor's snapshot had not seen yet comes again.
    let heard = read_until(&mut live, "missed").await;
    assert!(heard.iter().all(|text| text == "missed" || text == "seen"), "{heard:?}");
    world.end().await;
}

/// I8: a feed that crashes is started again where it was: its streams go on, and miss nothing.
#[tokio::test]
async fn a_crashed_feed_is_not_noticed() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let feeds = world.server.app().node.feeds().clone();
    for n in 0..40 {
        if n % 10 == 5 {
            assert!(feeds.kill(FeedKey::Community(world.community.id)));
        }
        world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts");
    }
    assert_eq!(read_until(&mut live, "39").await, (0..40).map(|n| n.to_string()).collect::<Vec<_>>());
    world.end().await;
}

/// What was taken away while a reader was away is said first: events that are not theirs any more can't tell.
#[tokio::test]
async fn who_comes_back_is_told_where_their_rights_have_changed() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(room.id, &text("seen")).await.expect("posts");
    let last = read_to(&mut live, "seen").await;
    drop(live);
    let came_back = async || {
        let mut live = world.bob.live(Some(&last.cursor)).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        (next(&mut live).await, live)
    };
    world.ann.post(room.id, &text("unchanged")).await.expect("posts");
    assert_eq!(came_back().await.0.name, "message.created", "nothing has changed yet");
    world.bob.leave(room.id).await.expect("leaves");
    world.ann.post(room.id, &text("not for bob")).await.expect("posts");
    world.ann.post(world.general.id, &text("for all")).await.expect("posts");
    // Out of the window, and then from the log.
    for _ in 0..2 {
        let (rights, mut live) = came_back().await;
        assert_eq!(rights.name, "rights");
        let changed: RightsChanged = serde_json::from_str(&rights.data).expect("its data");
        assert_eq!(changed.communities, [world.community.id]);
        assert_eq!(read_until(&mut live, "for all").await, ["for all"]);
        drop(live);
        let (_, bob) = world.nobody.sign_in("bob").await.expect("signs in");
        world.expects_crashes();
        world.server.app().node.sessions.kill(bob.id);
        let sessions = &world.server.app().node.sessions;
        eventually("the session is forgotten", async || sessions.open() == 0).await;
    }
    world.end().await;
}
