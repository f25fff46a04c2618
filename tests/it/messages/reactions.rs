//! `PUT|DELETE /api/messages/{id}/reactions/{emoji}`: who may, and what is read and heard of it. What an emoji is, is in `emoji`.

use std::collections::HashSet;

use ajet_client::{Client, Live};
use ajet_protocol::{Code, Event, Message, MessageId, MuteMember, PageQuery, Reason, Visibility};
use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::emoji::animals;
use crate::support::cluster::{Cluster, base};
use crate::support::requests::{ann, status};
use crate::support::{
    World, code, created, eventually, everything_before_now, frames_past, next, serve, sql, text,
};

/// People, or requests of one person, at the same time.
const AT_ONCE: usize = 20;

/// What a reader sees under a message: each emoji, how many chose it, and whether the reader did. The page of the channel says
/// the same as the message alone.
pub async fn under(reader: &Client, message: &Message) -> Vec<(String, i64, bool)> {
    let alone = reader.message(message.id).await.expect("reads").reactions;
    let page = reader.messages(message.channel_id, &PageQuery::default()).await.expect("reads");
    let listed = page.items.into_iter().find(|one| one.id == message.id).expect("stands in the page");
    assert_eq!(alone, listed.reactions, "the page says the same");
    alone.into_iter().map(|one| (one.emoji, one.count, one.reacted_by_me)).collect()
}

/// One emoji, as [`under`] tells of it.
pub fn seen(emoji: &str, count: i64, by_me: bool) -> (String, i64, bool) {
    (emoji.to_owned(), count, by_me)
}

/// The next event about a reaction: its type, its number, and its payload as it is written.
async fn next_reaction(live: &mut Live) -> (String, Option<u64>, Value) {
    loop {
        let frame = next(live).await;
        if frame.name.starts_with("reaction.") {
            let envelope = frame.envelope().expect("an envelope");
            let payload = serde_json::from_str(envelope.payload.get()).expect("JSON");
            return (frame.name, envelope.seq, payload);
        }
    }
}

/// How many reactions were added, and how many taken back, by what the log says.
pub async fn logged(world: &World) -> (u64, u64) {
    let added = sql(world, "select 1 from events where type = 'reaction.added'").await;
    (added, sql(world, "select 1 from events where type = 'reaction.removed'").await)
}

/// Those who joined the channel hear of each change once, and others of none; to say the same again is no change.
#[tokio::test]
async fn a_reaction_is_put_and_taken_back_and_the_joined_hear_of_it() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    let carol = world.join("carol").await;
    let bob = world.bob.me().await.expect("me").user.id;
    let mut anns = world.ann.live(None).await.expect("opens");
    let mut carols = carol.live(None).await.expect("opens");
    for live in [&mut anns, &mut carols] {
        assert_eq!(next(live).await.name, "ready");
    }
    let posted = world.ann.post(room.id, &text("like it?")).await.expect("posts");
    world.bob.react(posted.id, "👍").await.expect("reacts");
    world.bob.react(posted.id, "👍").await.expect("again changes nothing");
    world.bob.unreact(posted.id, "👍").await.expect("takes it back");
    world.bob.unreact(posted.id, "👍").await.expect("again changes nothing");
    world.bob.react(posted.id, "🎉").await.expect("reacts");
    let changes = [("reaction.added", "👍"), ("reaction.removed", "👍"), ("reaction.added", "🎉")];
    for ((name, emoji), seq) in changes.into_iter().zip(posted.seq + 1..) {
        let payload = json!({"message_id": posted.id, "user_id": bob, "emoji": emoji});
        assert_eq!(next_reaction(&mut anns).await, (name.to_owned(), Some(seq), payload));
    }
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut carols, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name.starts_with("reaction.")), "{heard:?}");
    assert_eq!(logged(&world).await, (2, 1));
    world.end().await;
}

#[tokio::test]
async fn both_are_answered_without_content() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let path = format!("/api/messages/{}/reactions/%F0%9F%91%8D", posted.id);
    for method in [Method::PUT, Method::PUT, Method::DELETE, Method::DELETE] {
        assert_eq!(status(ann(&world, method.clone(), &path)).await, 204, "{method}");
    }
    world.end().await;
}

#[tokio::test]
async fn each_reader_sees_the_counts_and_their_own() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let other = world.ann.post(world.general.id, &text("two")).await.expect("posts");
    for emoji in ["🎉", "👍", "❤️"] {
        world.bob.react(posted.id, emoji).await.expect("reacts");
    }
    world.ann.react(posted.id, "👍").await.expect("reacts");
    // All of it may have happened within one millisecond.
    let apart = "update reactions set created_at = created_at + case emoji
                   when '🎉' then interval '1 hour' when '👍' then interval '2 hours' else interval '3 hours' end";
    assert_eq!(sql(&world, apart).await, 4);
    assert_eq!(
        under(&world.ann, &posted).await,
        [seen("🎉", 1, false), seen("👍", 2, true), seen("❤️", 1, false)],
        "in the order in which they came"
    );
    assert_eq!(
        under(&world.bob, &posted).await,
        [seen("🎉", 1, true), seen("👍", 2, true), seen("❤️", 1, true)]
    );
    let carol = world.join("carol").await;
    assert!(under(&carol, &posted).await.iter().all(|(_, _, by_me)| !by_me));
    assert!(under(&world.ann, &other).await.is_empty(), "under another message there is nothing");
    world.bob.unreact(posted.id, "🎉").await.expect("takes it back");
    world.bob.unreact(posted.id, "👍").await.expect("takes it back");
    assert_eq!(under(&world.bob, &posted).await, [seen("👍", 1, false), seen("❤️", 1, true)]);
    world.end().await;
}

/// An edit leaves them, and its answer shows them.
#[tokio::test]
async fn an_edited_message_keeps_its_reactions() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    world.ann.react(posted.id, "👍").await.expect("reacts");
    let edited = world.ann.edit(posted.id, "other words").await.expect("edits");
    let shown: Vec<_> =
        edited.reactions.into_iter().map(|one| (one.emoji, one.count, one.reacted_by_me)).collect();
    assert_eq!(shown, [seen("👍", 1, true)]);
    assert_eq!(under(&world.ann, &posted).await, [seen("👍", 1, true)]);
    world.end().await;
}

/// I6: reacting takes what posting takes, and who may not know of a message is told nothing of it.
#[tokio::test]
async fn who_may_react() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let open = world.channel("open", Visibility::Public).await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let bob = world.bob.me().await.expect("me").user.id;
    let post = async |channel| world.ann.post(channel, &text("x")).await.expect("posts").id;
    let (hidden, there, here) = (post(secret.id).await, post(open.id).await, post(world.general.id).await);
    let hidden_from = async |person: &Client, message: MessageId| {
        assert_eq!(code(person.react(message, "👍").await), Code::NotFound, "{message}");
        assert_eq!(code(person.unreact(message, "👍").await), Code::NotFound, "{message}");
    };
    hidden_from(&world.bob, MessageId(Uuid::from_u128(1))).await;
    hidden_from(&world.bob, hidden).await;
    hidden_from(&stranger, here).await;
    assert_eq!(code(world.nobody.react(here, "👍").await), Code::Unauthenticated);
    assert_eq!(code(world.bob.react(there, "👍").await), Code::Forbidden, "has not joined");
    world.bob.join(open.id).await.expect("joins");
    world.bob.react(there, "👍").await.expect("has joined");
    world.bob.leave(open.id).await.expect("leaves");
    assert_eq!(code(world.bob.react(there, "🎉").await), Code::Forbidden, "has left");
    world.bob.react(here, "👍").await.expect("reacts");
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(code(world.bob.react(here, "🎉").await), Code::Muted);
    // As with messages: what is one's own is taken back as long as one sees it.
    for message in [there, here] {
        world.bob.unreact(message, "👍").await.expect("takes it back");
        assert!(world.ann.message(message).await.expect("reads").reactions.is_empty());
    }
    world.ann.unmute(world.community.id, bob, &Reason::default()).await.expect("lifts");
    world.bob.react(here, "👍").await.expect("may again");
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("removes");
    hidden_from(&world.bob, here).await;
    world.end().await;
}

/// I19: with the text of a message its reactions are gone, from what is read and from the table.
#[tokio::test]
async fn a_deleted_message_has_no_reactions_and_takes_none() {
    let world = World::new().await;
    let [posted, other] = ["one", "two"].map(text);
    let posted = world.ann.post(world.general.id, &posted).await.expect("posts");
    let other = world.ann.post(world.general.id, &other).await.expect("posts");
    for message in [&posted, &other] {
        world.ann.react(message.id, "👍").await.expect("reacts");
        world.bob.react(message.id, "🎉").await.expect("reacts");
    }
    world.ann.delete(posted.id).await.expect("deletes");
    assert!(under(&world.bob, &posted).await.is_empty());
    assert_eq!(sql(&world, "select 1 from reactions").await, 2, "those of the other message");
    assert_eq!(code(world.bob.react(posted.id, "👍").await), Code::NotFound);
    world.bob.unreact(posted.id, "🎉").await.expect("changes nothing");
    assert_eq!(logged(&world).await, (4, 0), "and is no event");
    assert_eq!(under(&world.bob, &other).await.len(), 2);
    world.end().await;
}

/// I7: a deletion among reactions leaves none of them, whichever came first.
#[tokio::test]
async fn a_deletion_among_reactions_leaves_none() {
    let world = World::new().await;
    for round in 0..5 {
        let posted = world.ann.post(world.general.id, &text(&format!("{round}"))).await.expect("posts");
        let emoji = animals(0..10);
        let reacting = join_all(emoji.iter().map(|emoji| world.bob.react(posted.id, emoji)));
        let (answers, deleted) = join(reacting, world.ann.delete(posted.id)).await;
        deleted.expect("deletes");
        for refused in answers.into_iter().filter(Result::is_err) {
            assert_eq!(code(refused), Code::NotFound);
        }
        assert_eq!(sql(&world, "select 1 from reactions").await, 0);
        assert!(under(&world.bob, &posted).await.is_empty());
    }
    world.end().await;
}

/// I2.
#[tokio::test]
async fn those_who_react_at_once_are_counted_once_each() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let joining = (0..AT_ONCE).map(|n| {
        let world = &world;
        async move { world.join(&format!("p{n}")).await }
    });
    let people = join_all(joining).await;
    let answers = join_all(people.iter().map(|person| person.react(posted.id, "👍"))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(under(&people[0], &posted).await, [seen("👍", 20, true)]);
    assert_eq!(under(&world.ann, &posted).await, [seen("👍", 20, false)]);
    assert_eq!(logged(&world).await, (20, 0));
    let answers = join_all((0..AT_ONCE).map(|_| world.bob.react(posted.id, "🎉"))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert!(under(&world.bob, &posted).await.contains(&seen("🎉", 1, true)));
    assert_eq!(logged(&world).await, (21, 0), "one event for one person");
    let answers = join_all((0..AT_ONCE).map(|_| world.bob.unreact(posted.id, "🎉"))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(logged(&world).await, (21, 1));
    world.end().await;
}

/// I7: who adds up what a stream tells ends with what is stored.
#[tokio::test]
async fn what_is_heard_adds_up_to_what_is_read() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let (people, id) = ([&world.ann, &world.bob, &carol], posted.id);
    let changing = people.iter().enumerate().map(|(at, person)| async move {
        for n in 0..30 {
            let emoji = ["👍", "🎉", "❤️"][(n * (at + 1) + n / 4) % 3];
            let change =
                if n % 2 == 0 { person.react(id, emoji).await } else { person.unreact(id, emoji).await };
            change.expect("changes");
        }
    });
    join_all(changing).await;
    world.ann.post(world.general.id, &text("end")).await.expect("posts");
    let mut chosen = HashSet::new();
    loop {
        let frame = next(&mut live).await;
        if created(&frame).as_deref() == Some("end") {
            break;
        }
        match frame.envelope().and_then(|envelope| envelope.event().expect("its payload")) {
            Some(Event::ReactionAdded(one)) => {
                assert!(chosen.insert((one.user_id, one.emoji)), "was there already");
            }
            Some(Event::ReactionRemoved(one)) => {
                assert!(chosen.remove(&(one.user_id, one.emoji)), "was not there");
            }
            _ => {}
        }
    }
    for (person, read) in
        [(&world.bob, under(&world.bob, &posted).await), (&carol, under(&carol, &posted).await)]
    {
        let id = person.me().await.expect("me").user.id;
        let total: i64 = read.iter().map(|(_, count, _)| count).sum();
        assert_eq!(usize::try_from(total).expect("a count"), chosen.len());
        for (emoji, count, by_me) in read {
            let of_it = chosen.iter().filter(|(_, one)| *one == emoji).count();
            assert_eq!(usize::try_from(count).expect("a count"), of_it, "{emoji}");
            assert_eq!(by_me, chosen.contains(&(id, emoji.clone())), "{emoji}");
        }
    }
    world.end().await;
}

/// I4: a reader that comes back has them, out of the node's window and from the log.
#[tokio::test]
async fn reactions_that_were_missed_are_replayed() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let cursor = next(&mut live).await.cursor;
    drop(live);
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    world.ann.react(posted.id, "👍").await.expect("reacts");
    world.ann.unreact(posted.id, "👍").await.expect("takes it back");
    world.ann.react(posted.id, "🎉").await.expect("reacts");
    let other = serve(&world.config).await;
    for node in [&world.server, &other] {
        let mut live = world.bob.at(&base(node)).live(Some(&cursor)).await.expect("opens");
        for (name, emoji) in [("reaction.added", "👍"), ("reaction.removed", "👍"), ("reaction.added", "🎉")]
        {
            let (heard, _, payload) = next_reaction(&mut live).await;
            assert_eq!((heard.as_str(), payload["emoji"].as_str()), (name, Some(emoji)));
        }
    }
    world.end().await;
    other.stop().await;
}

/// I5.
#[tokio::test]
async fn any_node_takes_a_reaction_and_shows_it() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bobs = cluster.everywhere(&world.bob);
    for n in 0..8 {
        let room = world.channel(&format!("c{n}"), Visibility::Public).await;
        bobs[n % 2].join(room.id).await.expect("joins");
        let posted = world.ann.post(room.id, &text("one")).await.expect("posts");
        bobs[n % 2].react(posted.id, "👍").await.expect("reacts");
        bobs[(n + 1) % 2].react(posted.id, "🎉").await.expect("reacts");
        for bob in &bobs {
            assert_eq!(under(bob, &posted).await.len(), 2);
        }
        bobs[n % 2].unreact(posted.id, "🎉").await.expect("takes it back");
        for bob in &bobs {
            assert_eq!(under(bob, &posted).await, [seen("👍", 1, true)]);
        }
    }
    cluster.end().await;
}

/// I1: what was answered is there after the channel's activation has died, and only once.
#[tokio::test]
async fn reactions_survive_their_channels_activation() {
    let world = World::new().await;
    world.expects_crashes();
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    for (emoji, panics) in [("👍", false), ("🎉", true)] {
        world.ann.react(posted.id, emoji).await.expect("reacts");
        let killed = async || world.server.app().node.channels.kill(world.general.id, panics);
        eventually("there is an activation to kill", killed).await;
        world.ann.react(posted.id, emoji).await.expect("again changes nothing");
    }
    assert_eq!(under(&world.ann, &posted).await.len(), 2);
    assert_eq!(logged(&world).await, (2, 0));
    world.end().await;
}
