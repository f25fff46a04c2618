//! Coming back to the same node: out of its window, exactly where the reader was; and what crashes have to do with it.

use ajet_chatd::actors::feed::FeedKey;
use ajet_client::Client;
use ajet_protocol::events::RightsChanged;
use ajet_protocol::{CreateCommunity, Topic, Visibility};
use futures::future::join_all;

use crate::support::{World, created, db, eventually, next, read_to, read_until, sql, text};

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

/// I4: the window lacks what no one here was to hear, and so has not everything for who came to be held after it.
#[tokio::test]
async fn who_came_to_belong_to_more_while_away_goes_on_from_the_log() {
    let world = World::new().await;
    let (bob, carol) = (world.bob.me().await.expect("me").user.id, world.join("carol").await);
    let request = CreateCommunity { name: "Else".into(), slug: "else".into(), client_mutation_id: None };
    let other = world.ann.create_community(&request).await.expect("founds");
    let channel = world.ann.channels(other.id).await.expect("lists").items.remove(0);
    let invite = world.ann.create_invite(other.id, &Default::default()).await.expect("invites");
    // Carol listens to the community all the time, and is not in its channel.
    carol.accept_invite(&invite.code).await.expect("joins");
    carol.leave(channel.id).await.expect("leaves");
    let mut carols = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut carols).await.name, "ready");
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let last = read_to(&mut live, "seen").await;
    drop(live);
    world.ann.post(channel.id, &text("missed")).await.expect("posts");
    world.bob.accept_invite(&invite.code).await.expect("joins");
    let sessions = &world.server.app().node.sessions;
    eventually("his session knows of it", async || !sessions.lack(bob, Topic::Community(other.id))).await;
    let mut live = world.bob.live(Some(&last.cursor)).await.expect("opens");
    let heard = read_until(&mut live, "missed").await;
    assert!(heard.iter().all(|text| text == "missed" || text == "seen"), "{heard:?}");
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

/// I12: of many who come back at once a few read at a time, so that nothing is read in vain; and who is here does not wait for them.
#[tokio::test]
async fn a_few_come_back_at_a_time_and_who_is_here_goes_on_meanwhile() {
    const AT_A_TIME: usize = 8;
    let world = World::new().await;
    let sessions = &world.server.app().node.sessions;
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("seen")).await.expect("posts");
    let last = read_to(&mut live, "seen").await;
    let mut crowd = Vec::new();
    for n in 0..2 * AT_A_TIME {
        crowd.push(world.nobody.sign_in(&format!("guest-{n}")).await.expect("signs in").0);
    }
    let mut writing = db(&world).await;
    sqlx::raw_sql("begin; lock table community_members in access exclusive mode")
        .execute(&mut writing)
        .await
        .expect("locks");
    let cursor = last.cursor.clone();
    let comes_back = |guest: Client| {
        let cursor = cursor.clone();
        async move { guest.live(Some(&cursor)).await }
    };
    let coming = tokio::spawn(join_all(crowd.into_iter().map(comes_back).collect::<Vec<_>>()));
    eventually("as many come back as may", async || sessions.open() == 1 + AT_A_TIME).await;
    let mut again = world.bob.live(Some(&last.cursor)).await.expect("opens");
    assert_eq!(next(&mut again).await.name, "ready");
    assert_eq!(sessions.open(), 1 + AT_A_TIME, "the others wait");
    sqlx::raw_sql("commit").execute(&mut writing).await.expect("commits");
    for guest in coming.await.expect("all are answered") {
        assert_eq!(next(&mut guest.expect("opens")).await.name, "ready");
    }
    world.end().await;
}

/// I8: a feed that comes back goes on where it was, not where the log is: what was committed meanwhile is not passed over.
#[tokio::test]
async fn a_feed_that_comes_back_reads_what_it_missed() {
    let world = World::new().await;
    world.leaves_outbox("an event is written that no node announces");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let mut writing = db(&world).await;
    // A feed reads where streams stand before it begins: this one gets to it after the commit.
    sqlx::raw_sql("begin; lock table streams in access exclusive mode")
        .execute(&mut writing)
        .await
        .expect("locks");
    assert!(world.server.app().node.feeds().kill(FeedKey::Community(world.community.id)));
    let write = "with moved as (update streams set head = head + 1 where id = $1 returning id, head)
                 insert into events (stream, seq, id, type, ts, community_id, acl_version, payload)
                 select id, head, gen_random_uuid(), 'community.updated', now(), id, 1, '{}' from moved";
    sqlx::query(write).bind(world.community.id.0).execute(&mut writing).await.expect("writes");
    sqlx::raw_sql("commit").execute(&mut writing).await.expect("commits");
    assert_eq!(next(&mut live).await.name, "community.updated");
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

/// I19: a text that was edited or deleted is in no replay, also out of the window.
#[tokio::test]
async fn a_text_that_is_gone_is_gone_from_the_window() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    world.ann.post(world.general.id, &text("first")).await.expect("posts");
    let last = read_to(&mut live, "first").await;
    drop(live);
    let edited = world.ann.post(world.general.id, &text("secret of before")).await.expect("posts");
    let deleted = world.ann.post(world.general.id, &text("secret that goes")).await.expect("posts");
    world.ann.edit(edited.id, "what it says now").await.expect("edits");
    world.ann.delete(deleted.id).await.expect("deletes");
    world.ann.post(world.general.id, &text("end")).await.expect("posts");
    let mut live = world.bob.live(Some(&last.cursor)).await.expect("opens");
    let mut heard = Vec::new();
    while heard.last().and_then(created).as_deref() != Some("end") {
        heard.push(next(&mut live).await);
    }
    assert!(!heard.iter().any(|frame| frame.data.contains("secret")), "{heard:?}");
    let names: Vec<&str> = heard.iter().map(|frame| frame.name.as_str()).collect();
    let made = "message.created";
    assert_eq!(names, ["ready", made, made, "message.edited", "message.deleted", made], "none is left out");
    assert_eq!(created(&heard[1]).as_deref(), Some("what it says now"));
    world.end().await;
}
