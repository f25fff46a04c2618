//! `PUT /api/channels/{id}/unread`: what was read is unread again, from a message on, on all sessions of the person.

use ajet_client::{Client, Live};
use ajet_protocol::events::ReadPayload;
use ajet_protocol::{ChannelId, Code, Event, Message, MessageId, PostMessage, Unread, Visibility};
use uuid::Uuid;

use crate::support::{World, code, eventually, next, next_event, sql, text};

/// What the list says of a channel, and how far its reader has read.
async fn listed(reader: &Client, channel: ChannelId) -> (i64, i64, Option<MessageId>) {
    let listed = reader.unread().await.expect("lists").items;
    let found = listed.into_iter().find(|one| one.channel_id == channel);
    found.map_or((0, 0, None), |one| (one.count, one.mentions, one.last_read_id))
}

async fn said(by: &Client, channel: ChannelId, times: usize) -> Vec<Message> {
    let mut all = Vec::with_capacity(times);
    for n in 0..times {
        all.push(by.post(channel, &text(&format!("{n}"))).await.expect("posts"));
    }
    all
}

async fn next_read(live: &mut Live) -> ReadPayload {
    match next_event(live, "read.updated").await {
        Some(Event::ReadUpdated(read)) => read,
        other => panic!("another event: {other:?}"),
    }
}

#[tokio::test]
async fn everything_from_a_message_on_is_unread_again_until_it_is_read() {
    let world = World::new().await;
    let general = world.general.id;
    let bob = world.bob.me().await.expect("me").user.id;
    let first = said(&world.ann, general, 2).await;
    let called = world.ann.post(general, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    let last = said(&world.ann, general, 1).await.remove(0);
    world.bob.mark_read(general, last.id).await.expect("marks");
    let (other, _) = world.nobody.sign_in("bob").await.expect("signs in");
    let mut live = other.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for (from, before, count, mentions) in
        [(last.id, Some(called.id), 1, 0), (first[1].id, Some(first[0].id), 3, 1), (first[0].id, None, 4, 1)]
    {
        for _ in 0..2 {
            world.bob.mark_unread(general, from).await.expect("marks");
        }
        let unread = Unread { count, mentions };
        let expected = ReadPayload { channel_id: general, message_id: before, unread };
        assert_eq!(next_read(&mut live).await, expected, "once");
        assert_eq!(listed(&other, general).await, (count, mentions, before));
        let synced = other.sync().await.expect("syncs").channels;
        let place = synced.into_iter().find(|one| one.channel.id == general).expect("is there");
        assert_eq!((place.channel.unread, place.last_read_id), (unread, before));
    }
    world.bob.mark_unread(general, last.id).await.expect("is unread already");
    assert_eq!(listed(&other, general).await, (4, 1, None), "not read by that");
    world.bob.mark_read(general, first[1].id).await.expect("marks");
    assert_eq!(next_read(&mut live).await.message_id, Some(first[1].id), "and goes on again");
    assert_eq!(listed(&other, general).await, (2, 1, Some(first[1].id)));
    world.end().await;
}

/// What one had before one joined stays read.
#[tokio::test]
async fn nothing_is_unread_from_before_one_joined() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await.id;
    let before = said(&world.ann, room, 3).await;
    world.bob.join(room).await.expect("joins");
    world.bob.mark_unread(room, before[0].id).await.expect("marks");
    assert_eq!(listed(&world.bob, room).await.0, 0);
    let after = said(&world.ann, room, 2).await;
    world.bob.mark_read(room, after[1].id).await.expect("marks");
    world.bob.mark_unread(room, before[1].id).await.expect("marks");
    assert_eq!(listed(&world.bob, room).await, (2, 0, Some(before[2].id)), "up to where they joined");
    world.bob.leave(room).await.expect("leaves");
    world.bob.join(room).await.expect("joins");
    world.bob.mark_unread(room, after[0].id).await.expect("marks");
    assert_eq!(listed(&world.bob, room).await.0, 0, "joined again after it");
    world.end().await;
}

/// That one reads it again later is no news.
#[tokio::test]
async fn notifications_of_what_is_unread_again_stay_read() {
    let world = World::new().await;
    let general = world.general.id;
    let bob = world.bob.me().await.expect("me").user.id;
    let called = world.ann.post(general, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    let unread = async || world.bob.sync().await.expect("syncs").notifications.unread;
    eventually("bob is told", async || unread().await == 1).await;
    world.bob.mark_read(general, called.id).await.expect("marks");
    assert_eq!(unread().await, 0);
    world.bob.mark_unread(general, called.id).await.expect("marks");
    assert_eq!((listed(&world.bob, general).await.1, unread().await), (1, 0));
    world.end().await;
}

/// I6.
#[tokio::test]
async fn only_messages_of_ones_own_channels_are_marked_as_unread() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let open = world.channel("open", Visibility::Public).await.id;
    let post = async |channel| said(&world.ann, channel, 1).await.remove(0).id;
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
        assert_eq!(code(reader.mark_unread(channel, message).await), refusal, "{channel} {message}");
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'read.updated'").await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_message_of_a_direct_message_is_unread_again() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let dm = world.ann.open_dm(&[bob]).await.expect("opens").id;
    let all = said(&world.ann, dm, 2).await;
    world.bob.mark_read(dm, all[1].id).await.expect("marks");
    world.bob.mark_unread(dm, all[0].id).await.expect("marks");
    assert_eq!(listed(&world.bob, dm).await, (2, 0, None));
    world.end().await;
}

/// Replies in a thread alone count for those who follow it: set so, or by a part in it; mentions count for whom they mention.
#[tokio::test]
async fn replies_count_where_the_thread_is_followed() {
    let world = World::new().await;
    let general = world.general.id;
    let carol = world.join("carol").await;
    let bob = world.bob.me().await.expect("me").user.id;
    let parent = said(&world.ann, general, 1).await.remove(0).id;
    for reader in [&world.bob, &carol] {
        reader.mark_read(general, parent).await.expect("marks");
    }
    let reply = async |by: &Client, body: &str, also_to_channel: bool| {
        let request = PostMessage { parent_id: Some(parent), also_to_channel, ..text(body) };
        by.post(general, &request).await.expect("replies")
    };
    let of_bob = async || {
        let (count, mentions, _) = listed(&world.bob, general).await;
        (count, mentions)
    };
    reply(&carol, "in the thread alone", false).await;
    assert_eq!((of_bob().await, listed(&world.ann, general).await.0), ((0, 0), 1), "ann began it");
    reply(&carol, "for all", true).await;
    assert_eq!(of_bob().await, (1, 0));
    reply(&world.ann, &format!("@<user:{bob}> look"), false).await;
    assert_eq!((of_bob().await, listed(&carol, general).await.0), ((2, 1), 1), "carol has a part in it");
    world.bob.follow(parent).await.expect("follows");
    assert_eq!(of_bob().await, (3, 1));
    world.bob.unfollow(parent).await.expect("unfollows");
    assert_eq!(of_bob().await, (2, 1));
    carol.unfollow(parent).await.expect("unfollows");
    assert_eq!(listed(&carol, general).await.0, 0, "whatever part one has");
    let own = reply(&world.bob, "me too", false).await;
    assert_eq!(of_bob().await, (2, 1), "it is set that bob does not follow");
    world.bob.delete(own.id).await.expect("deletes");
    world.end().await;
}
