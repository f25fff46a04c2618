//! `PUT /api/channels/{id}/read` and `GET /api/unread`: how far somebody has read, who hears of it, and what is left to read.

use std::time::Duration;

use ajet_client::{Client, Live};
use ajet_protocol::events::ReadPayload;
use ajet_protocol::{
    Channel, ChannelId, Code, Envelope, Event, Message, MessageId, StreamId, Unread, UpdateChannel,
    Visibility,
};
use bytes::Bytes;
use futures::future::join_all;
use futures::stream::{BoxStream, StreamExt};
use reqwest::Method;
use uuid::Uuid;

use crate::support::cluster::{Cluster, base};
use crate::support::{
    OPS, World, code, db, eventually, everything_before_now, frames_past, joins_unannounced, next, serve,
    sql, text,
};

/// Marks at the same time.
const BURST: usize = 50;

/// The next event about a read marker, with its envelope.
async fn next_read(live: &mut Live) -> (Envelope, ReadPayload) {
    loop {
        let frame = next(live).await;
        if frame.name == "read.updated" {
            let envelope = frame.envelope().expect("an envelope");
            match envelope.event().expect("its payload") {
                Some(Event::ReadUpdated(read)) => return (envelope, read),
                other => panic!("not a read marker: {other:?}"),
            }
        }
    }
}

fn unread(count: i64, mentions: i64) -> Unread {
    Unread { count, mentions }
}

/// What the list says of a channel: what is unread, and how far its reader has read. `None` where nothing is unread.
async fn listed(reader: &Client, channel: ChannelId) -> Option<(Unread, Option<MessageId>)> {
    let listed = reader.unread().await.expect("lists").items;
    let found = listed.into_iter().find(|one| one.channel_id == channel);
    found.map(|one| (unread(one.count, one.mentions), one.last_read_id))
}

/// What somebody has not read in a channel, as the list and the channel itself say.
async fn unread_in(reader: &Client, channel: ChannelId) -> Unread {
    let count = listed(reader, channel).await.map_or(Unread::default(), |(count, _)| count);
    let shown: Channel = reader.get(&format!("/api/channels/{channel}")).await.expect("reads");
    assert_eq!(count, shown.unread, "the channel says the same");
    count
}

/// Ann says something in `general`, so many times.
async fn said(world: &World, times: usize) -> Vec<Message> {
    let mut all = Vec::with_capacity(times);
    for n in 0..times {
        all.push(world.ann.post(world.general.id, &text(&format!("{n}"))).await.expect("posts"));
    }
    all
}

/// A live stream at a node, narrowed to a community.
async fn narrowed(
    (client, node): (&Client, &str),
    community: Uuid,
    cursor: Option<&str>,
) -> BoxStream<'static, reqwest::Result<Bytes>> {
    let path = format!("{node}/api/events?community_id={community}");
    let mut opening = reqwest::Client::new().get(path).bearer_auth(client.token().expect("a token"));
    if let Some(cursor) = cursor {
        opening = opening.header("last-event-id", cursor);
    }
    opening.send().await.expect("opens").bytes_stream().boxed()
}

/// What a narrowed stream says, until it says `last`.
async fn says(stream: &mut BoxStream<'static, reqwest::Result<Bytes>>, last: &str) -> String {
    let mut said = String::new();
    while !said.contains(last) {
        let more = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
        let more = more.unwrap_or_else(|_| panic!("{last} is not said: {said}"));
        said.push_str(&String::from_utf8_lossy(&more.expect("open").expect("reads")));
    }
    said
}

async fn stream_of(client: &Client) -> StreamId {
    StreamId(client.me().await.expect("me").user.id.0)
}

/// All sessions of the person hear of it, wherever they are, and no one else does.
#[tokio::test]
async fn a_mark_reaches_all_sessions_of_the_person_and_no_one_else() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (general, me) = (world.general.id, stream_of(&world.bob).await);
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let elsewhere = second.at(&base(&cluster.others[0]));
    let mut bobs = [world.bob.live(None).await.expect("opens"), elsewhere.live(None).await.expect("opens")];
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in bobs.iter_mut().chain([&mut anns]) {
        assert_eq!(next(live).await.name, "ready");
    }
    let posted = said(world, 2).await;
    world.ann.post(general, &text(&format!("@<user:{}>", me.0))).await.expect("posts");
    assert_eq!(unread_in(&world.bob, general).await, unread(3, 1));
    world.bob.mark_read(general, posted[0].id).await.expect("marks");
    for live in &mut bobs {
        let (envelope, read) = next_read(live).await;
        assert_eq!((envelope.community_id, envelope.channel_id), (None, None), "it is of the person alone");
        assert_eq!(envelope.stream, me);
        let expected =
            ReadPayload { channel_id: general, message_id: Some(posted[0].id), unread: unread(2, 1) };
        assert_eq!(read, expected);
    }
    for node in cluster.everywhere(&world.bob) {
        assert_eq!(unread_in(&node, general).await, unread(2, 1), "I5: any node says so");
    }
    assert_eq!(unread_in(&world.ann, general).await, unread(0, 0));
    let barrier = everything_before_now(world).await;
    let heard = frames_past(&mut anns, world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "read.updated"), "{heard:?}");
    cluster.end().await;
}

/// I7: a marker moves forward only; what does not move it is no event.
#[tokio::test]
async fn a_marker_never_moves_back() {
    let world = World::new().await;
    let general = world.general.id;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = said(&world, 4).await;
    for (marked, left) in [(1, 2), (0, 2), (1, 2), (3, 0), (2, 0)] {
        world.bob.mark_read(general, posted[marked].id).await.expect("marks");
        assert_eq!(unread_in(&world.bob, general).await, unread(left, 0), "after {marked}");
    }
    let (first, read) = next_read(&mut live).await;
    assert_eq!((read.message_id, read.unread), (Some(posted[1].id), unread(2, 0)));
    let (second, read) = next_read(&mut live).await;
    assert_eq!((read.message_id, read.unread), (Some(posted[3].id), unread(0, 0)));
    assert_eq!(second.seq, first.seq.map(|seq| seq + 1), "and no event between them");
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut live, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "read.updated"), "{heard:?}");
    world.end().await;
}

/// I18: marks that wait together are decided together, and the furthest alone is told.
#[tokio::test]
async fn many_marks_at_once_are_few_events() {
    let world = World::new().await;
    let general = world.general.id;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = said(&world, BURST).await;
    let marks = join_all(posted.iter().map(|message| world.bob.mark_read(general, message.id))).await;
    assert!(marks.iter().all(Result::is_ok), "{marks:?}");
    let newest = posted.last().expect("some").id;
    let mut told = Vec::new();
    while told.last() != Some(&newest) {
        told.extend(next_read(&mut live).await.1.message_id);
    }
    assert!(told.is_sorted(), "{told:?}");
    assert!(told.len() <= BURST / 2, "{} events for {BURST} marks", told.len());
    let logged = sql(&world, "select 1 from events where type = 'read.updated'").await;
    assert_eq!(logged, told.len() as u64, "the last one says how far it is");
    assert_eq!(unread_in(&world.bob, general).await, unread(0, 0));
    world.end().await;
}

/// I7: the same at two nodes.
#[tokio::test]
async fn marks_at_two_nodes_end_with_the_furthest() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (general, bobs) = (world.general.id, cluster.everywhere(&world.bob));
    let posted = said(world, 10).await;
    let marks =
        posted.iter().rev().enumerate().map(|(n, message)| bobs[n % 2].mark_read(general, message.id));
    for mark in join_all(marks).await {
        mark.expect("marks");
    }
    for bob in &bobs {
        assert_eq!(unread_in(bob, general).await, unread(0, 0));
    }
    world.ann.post(general, &text("more")).await.expect("posts");
    for bob in &bobs {
        assert_eq!(listed(bob, general).await, Some((unread(1, 0), Some(posted[9].id))));
    }
    cluster.end().await;
}

#[tokio::test]
async fn what_is_unread_is_of_others_and_there() {
    let world = World::new().await;
    let (general, me) = (world.general.id, stream_of(&world.bob).await);
    let first = world.ann.post(general, &text("one")).await.expect("posts");
    world.bob.mark_read(general, first.id).await.expect("marks");
    assert_eq!(listed(&world.bob, general).await, None, "nothing is unread");
    let mention = text(&format!("@<user:{}> look", me.0));
    let called = world.ann.post(general, &mention).await.expect("posts");
    let gone = world.ann.post(general, &mention).await.expect("posts");
    world.bob.post(general, &text("my own")).await.expect("posts");
    assert_eq!(listed(&world.bob, general).await, Some((unread(2, 2), Some(first.id))));
    world.ann.delete(gone.id).await.expect("deletes");
    assert_eq!(unread_in(&world.bob, general).await, unread(1, 1), "a deleted one is not there to be read");
    // Channels that one has not joined are not in the list.
    let other = world.channel("other", Visibility::Public).await;
    world.ann.post(other.id, &text("elsewhere")).await.expect("posts");
    assert_eq!(listed(&world.bob, other.id).await, None);
    world.bob.mark_read(general, called.id).await.expect("marks");
    assert_eq!(unread_in(&world.bob, general).await, unread(0, 0));
    assert!(world.bob.unread().await.expect("lists").items.is_empty(), "all is read");
    world.end().await;
}

/// A marker of before says nothing of a second time: all that was there when one joined counts as read.
#[tokio::test]
async fn after_a_return_old_messages_are_not_unread() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await.id;
    world.bob.join(room).await.expect("joins");
    let post = async |body: &str| world.ann.post(room, &text(body)).await.expect("posts");
    let first = post("one").await;
    post("two").await;
    world.bob.mark_read(room, first.id).await.expect("marks");
    assert_eq!(unread_in(&world.bob, room).await, unread(1, 0));
    world.bob.leave(room).await.expect("leaves");
    assert_eq!(listed(&world.bob, room).await, None);
    let last = post("three").await;
    world.bob.join(room).await.expect("comes back");
    assert_eq!(unread_in(&world.bob, room).await, unread(0, 0));
    world.bob.mark_read(room, first.id).await.expect("is behind that");
    assert_eq!(unread_in(&world.bob, room).await, unread(0, 0));
    let fourth = post("four").await;
    assert_eq!(listed(&world.bob, room).await, Some((unread(1, 0), Some(last.id))));
    world.bob.mark_read(room, fourth.id).await.expect("marks");
    assert_eq!(unread_in(&world.bob, room).await, unread(0, 0));
    world.end().await;
}

/// C-M10: unread messages are counted up to a thousand, in the list and in events as well.
#[tokio::test]
async fn counts_stop_at_a_thousand() {
    let world = World::new().await;
    let general = world.general.id;
    sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, mentions, seq, client_mutation_id, fingerprint, created_at)
         select ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, a.id, 'x', 'x',
                jsonb_build_array(jsonb_build_object('type', 'user', 'target_id', b.id)), n + 10, 'k' || n, 1, now()
         from generate_series(1, 1500) n, users a, users b where a.username = 'ann' and b.username = 'bob'",
    )
    .bind(general.0)
    .execute(&mut db(&world).await)
    .await
    .expect("fills");
    let numbered = |n: u128| MessageId(Uuid::from_u128(0xffff_ffff_0000_7000_8000_0000_0000_0000 + n));
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    assert_eq!(unread_in(&world.bob, general).await, unread(1000, 1000));
    for (n, left) in [(100, 1000), (1400, 100), (1500, 0)] {
        world.bob.mark_read(general, numbered(n)).await.expect("marks");
        assert_eq!(unread_in(&world.bob, general).await, unread(left, left));
        let (_, read) = next_read(&mut live).await;
        assert_eq!((read.message_id, read.unread), (Some(numbered(n)), unread(left, left)));
    }
    world.end().await;
}

/// I18: a count looks at four thousand messages, by any author and with any mention. Here all but three are the reader's own.
#[tokio::test]
async fn counts_look_at_four_thousand_messages() {
    let world = World::new().await;
    let general = world.general.id;
    sqlx::query(
        "insert into messages (id, channel_id, author_id, body_md, body_html, mentions, seq, client_mutation_id, fingerprint, created_at)
         select ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, author.id, 'x', 'x',
                jsonb_build_array(jsonb_build_object('type', 'user', 'target_id', called.id)), n + 10, 'k' || n, 1, now()
         from generate_series(1, 4500) n
         join users author on author.username = case when n in (1, 4400, 4500) then 'ann' else 'bob' end
         join users called on called.username = case when n in (1, 4400, 4500) then 'bob' else 'ann' end",
    )
    .bind(general.0)
    .execute(&mut db(&world).await)
    .await
    .expect("fills");
    let numbered = |n: u128| MessageId(Uuid::from_u128(0xffff_ffff_0000_7000_8000_0000_0000_0000 + n));
    assert_eq!(unread_in(&world.bob, general).await, unread(1, 1), "1 to 4000");
    for (n, left) in [(100, 0), (450, 1), (600, 2)] {
        world.bob.mark_read(general, numbered(n)).await.expect("marks");
        assert_eq!(unread_in(&world.bob, general).await, unread(left, left), "{} to {}", n + 1, n + 4000);
    }
    world.end().await;
}

/// I6: what one may not know of, and what one has not joined, can't be marked.
#[tokio::test]
async fn only_messages_of_ones_own_channels_are_marked() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let open = world.channel("open", Visibility::Public).await.id;
    let post = async |channel| world.ann.post(channel, &text("x")).await.expect("posts").id;
    let (hidden, there, here) = (post(secret).await, post(open).await, post(general).await);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for (reader, channel, message, refusal) in [
        (&world.bob, secret, hidden, Code::NotFound),
        (&world.bob, open, there, Code::Forbidden),
        (&world.bob, general, there, Code::Invalid),
        (&world.bob, general, MessageId(Uuid::nil()), Code::Invalid),
        (&stranger, general, here, Code::NotFound),
        (&world.nobody, general, here, Code::Unauthenticated),
    ] {
        assert_eq!(code(reader.mark_read(channel, message).await), refusal, "{channel} {message}");
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'read.updated'").await, 0);
    assert_eq!(sql(&world, "select 1 from read_markers").await, 0);
    world.end().await;
}

/// I1: what was answered is there after the person's activation has died, and its stream goes on without a hole.
#[tokio::test]
async fn a_mark_survives_the_persons_activation() {
    let world = World::with(|config| config.chaos.enabled = true).await;
    world.expects_crashes();
    let (general, me) = (world.general.id, stream_of(&world.bob).await);
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = said(&world, 3).await;
    let ops = world.nobody.with_token(OPS);
    let mut seqs = Vec::new();
    for (n, mode) in ["stop", "panic", "stop"].into_iter().enumerate() {
        world.bob.mark_read(general, posted[n].id).await.expect("marks");
        seqs.extend(next_read(&mut live).await.0.seq);
        let death = format!("/ops/entities/person/{}?mode={mode}", me.0);
        let killed = async || ops.send_empty(Method::DELETE, &death).await.is_ok();
        eventually("there is an activation to kill", killed).await;
        let left = i64::try_from(posted.len() - n - 1).expect("fits");
        assert_eq!(unread_in(&world.bob, general).await, unread(left, 0));
    }
    assert_eq!(seqs, [1, 2, 3], "I3");
    world.bob.mark_read(general, posted[2].id).await.expect("again changes nothing");
    assert_eq!(sql(&world, "select 1 from events where type = 'read.updated'").await, 3);
    world.end().await;
}

/// I4: a session that comes back learns how far another one has read, out of the node's window and from the log.
#[tokio::test]
async fn marks_that_were_missed_are_replayed() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let posted = said(&world, 2).await;
    for message in &posted {
        world.bob.mark_read(world.general.id, message.id).await.expect("marks");
    }
    let other = serve(&world.config).await;
    for node in [&world.server, &other] {
        let mut live = world.bob.at(&base(node)).live(Some(&cursor)).await.expect("opens");
        for (message, left) in posted.iter().zip([1, 0]) {
            let (_, read) = next_read(&mut live).await;
            assert_eq!((read.message_id, read.unread), (Some(message.id), unread(left, 0)));
        }
    }
    let mut anns = world.ann.at(&base(&other)).live(Some(&cursor)).await.expect("opens");
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "read.updated"), "I6: with any cursor: {heard:?}");
    world.end().await;
    other.stop().await;
}

/// I6: a mark in a channel that the person does not see any more is not replayed to them, out of the window or from the log.
#[tokio::test]
async fn marks_in_a_channel_that_was_lost_are_not_replayed() {
    let world = World::new().await;
    let (general, room) = (world.general.id, world.channel("room", Visibility::Public).await.id);
    world.bob.join(room).await.expect("joins");
    let there = world.ann.post(room, &text("there")).await.expect("posts");
    let here = world.ann.post(general, &text("here")).await.expect("posts");
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    world.bob.mark_read(room, there.id).await.expect("marks");
    assert_eq!(next_read(&mut live).await.1.channel_id, room, "as long as they see it");
    drop(live);
    world.bob.mark_read(general, here.id).await.expect("marks");
    let hidden = UpdateChannel { visibility: Some(Visibility::Private), ..UpdateChannel::default() };
    world.ann.update_channel(room, &hidden).await.expect("hides it");
    world.bob.leave(room).await.expect("leaves");
    assert_eq!(code(world.bob.mark_read(room, there.id).await), Code::NotFound, "this node knows");
    let other = serve(&world.config).await;
    for node in [&world.server, &other] {
        let mut live = world.bob.at(&base(node)).live(Some(&cursor)).await.expect("opens");
        let (envelope, read) = next_read(&mut live).await;
        assert_eq!((envelope.seq, read.channel_id), (Some(2), general), "the first one is withheld");
    }
    world.end().await;
    other.stop().await;
}

/// I6: nor to a stream that is narrowed to another community, whose node does not follow the rights of this one.
#[tokio::test]
async fn marks_in_a_channel_that_was_lost_are_not_replayed_to_a_narrowed_stream() {
    let world = World::new().await;
    let (general, room) = (world.general.id, world.channel("room", Visibility::Public).await.id);
    world.bob.join(room).await.expect("joins");
    let there = world.ann.post(room, &text("there")).await.expect("posts");
    let here = world.ann.post(general, &text("here")).await.expect("posts");
    let (other, elsewhere) = (serve(&world.config).await, Uuid::from_u128(7));
    let address = base(&other);
    let open = async |cursor: Option<&str>| narrowed((&world.bob, &address), elsewhere, cursor).await;
    let mut live = open(None).await;
    let ready = says(&mut live, "server_time").await;
    let window = ready.lines().find_map(|line| line.strip_prefix("id: ")).expect("a cursor").to_owned();
    let log = next(&mut world.bob.live(None).await.expect("opens")).await.cursor;
    world.bob.mark_read(room, there.id).await.expect("marks");
    says(&mut live, &there.id.to_string()).await;
    drop(live);
    let hidden = UpdateChannel { visibility: Some(Visibility::Private), ..UpdateChannel::default() };
    world.ann.update_channel(room, &hidden).await.expect("hides it");
    world.bob.leave(room).await.expect("leaves");
    world.bob.mark_read(general, here.id).await.expect("marks");
    for cursor in [&window, &log] {
        let mut live = open(Some(cursor.as_str())).await;
        let heard = says(&mut live, &here.id.to_string()).await;
        assert!(!heard.contains(&there.id.to_string()), "it is withheld: {heard}");
    }
    world.end().await;
    other.stop().await;
}

/// I4: a mark in a community that a session does not listen to yet is told when it does.
#[tokio::test]
async fn a_mark_right_after_an_arrival_is_told() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    joins_unannounced(&world, "carol").await;
    let posted = said(&world, 1).await.remove(0);
    carol.mark_read(world.general.id, posted.id).await.expect("marks");
    assert_eq!(next_read(&mut live).await.1.message_id, Some(posted.id));
    world.end().await;
}

/// I4: also on a stream that is narrowed to another community, on which what is the person's own stays.
#[tokio::test]
async fn a_narrowed_stream_is_told_of_a_mark_right_after_an_arrival() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = narrowed((&carol, &world.base()), Uuid::from_u128(7), None).await;
    says(&mut live, "event: ready").await;
    joins_unannounced(&world, "carol").await;
    let posted = said(&world, 1).await.remove(0);
    carol.mark_read(world.general.id, posted.id).await.expect("marks");
    let heard = says(&mut live, &posted.id.to_string()).await;
    assert!(!heard.contains("message.created"), "nothing else of that community: {heard}");
    world.end().await;
}
