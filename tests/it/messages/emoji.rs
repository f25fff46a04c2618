//! What is one emoji, and how many different ones a message may have.

use std::collections::HashSet;

use ajet_client::Error;
use ajet_protocol::events::ReactionPayload;
use ajet_protocol::{Code, CreateCommunity, Event, PageQuery};
use futures::future::join_all;

use super::reactions::{logged, seen, under};
use crate::support::forms::PNG;
use crate::support::{World, code, id_of, next, next_event, text};

/// Different emoji that a message may have.
const DIFFERENT: u32 = 50;

/// Different emoji, in the order of their code points.
pub fn animals(range: std::ops::Range<u32>) -> Vec<String> {
    // From the rat on there are 63 animals.
    range.map(|n| char::from_u32(0x1F400 + n).expect("a character").to_string()).collect()
}

/// A variation selector does not make another emoji; a skin tone does.
#[tokio::test]
async fn one_emoji_in_two_spellings_is_one_reaction() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let (as_text, as_picture) = ("\u{2764}", "\u{2764}\u{fe0f}");
    world.ann.react(posted.id, as_text).await.expect("reacts");
    world.ann.react(posted.id, as_picture).await.expect("again changes nothing");
    world.bob.react(posted.id, as_picture).await.expect("reacts");
    let both = under(&world.ann, &posted).await;
    assert!(matches!(&both[..], [(emoji, 2, true)] if emoji.starts_with(as_text)), "{both:?}");
    assert_eq!(logged(&world).await, (2, 0));
    for person in [&world.ann, &world.bob] {
        person.unreact(posted.id, as_text).await.expect("takes it back");
    }
    assert!(under(&world.ann, &posted).await.is_empty());
    for tone in ["👍", "👍🏽", "👍🏿"] {
        world.ann.react(posted.id, tone).await.expect("reacts");
    }
    assert_eq!(under(&world.ann, &posted).await.len(), 3);
    world.end().await;
}

#[tokio::test]
async fn sequences_are_one_emoji() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let all = [
        "👋🏼",
        "🇩🇪",
        "1️⃣",
        "#️⃣",
        "👨‍👩‍👧‍👦",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "❤️‍🔥",
        "🧑🏽‍🚀",
        "🏳️‍🌈",
        "☺️",
    ];
    for emoji in all {
        world.ann.react(posted.id, emoji).await.unwrap_or_else(|error| panic!("{emoji}: {error}"));
    }
    let shown: HashSet<_> = under(&world.bob, &posted).await.into_iter().map(|(emoji, ..)| emoji).collect();
    assert_eq!(shown, HashSet::from(all.map(str::to_owned)), "each as it was sent");
    for emoji in all {
        world.ann.unreact(posted.id, emoji).await.unwrap_or_else(|error| panic!("{emoji}: {error}"));
    }
    assert!(under(&world.bob, &posted).await.is_empty());
    world.end().await;
}

#[tokio::test]
async fn what_is_not_exactly_one_emoji_is_refused() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let long = "👍".repeat(300);
    let wrong = [
        "👍👍",
        "👍🎉",
        "👍 ",
        "👍a",
        "a",
        "ok",
        "é",
        "1",
        "#",
        " ",
        "\u{200d}",
        "\u{fe0f}",
        ":Smile:",
        "<b>",
        "a/b",
        long.as_str(),
    ];
    for wrong in wrong {
        for answer in [world.ann.react(posted.id, wrong).await, world.ann.unreact(posted.id, wrong).await] {
            let Err(Error::Problem(problem)) = answer else { panic!("{wrong:?} is no emoji: {answer:?}") };
            assert_eq!((problem.status, problem.code), (422, Code::Invalid), "{wrong:?}");
            let fields: Vec<_> = problem.errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields, ["emoji"], "{wrong:?}");
        }
    }
    world.ann.react(posted.id, "").await.expect_err("names none");
    assert!(under(&world.ann, &posted).await.is_empty());
    assert_eq!(logged(&world).await, (0, 0));
    world.end().await;
}

/// A custom emoji is known in its community alone. One that was deleted there can be taken back, and is not added any more.
#[tokio::test]
async fn a_custom_emoji_is_a_reaction_in_its_community() {
    let world = World::new().await;
    let (party, [ann, bob]) = (":party:", [&world.ann, &world.bob]);
    let (ann_id, bob_id) = (id_of(ann).await, id_of(bob).await);
    let posted = ann.post(world.general.id, &text("one")).await.expect("posts");
    assert_eq!(code(ann.react(posted.id, party).await), Code::Invalid, "no one has made it");
    let made = ann.add_emoji(world.community.id, "party", PNG, None).await.expect("adds");
    let mut bobs = bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    ann.react(posted.id, party).await.expect("reacts");
    let payload = ReactionPayload { message_id: posted.id, user_id: ann_id, emoji: party.into() };
    let told = next_event(&mut bobs, "reaction.added").await;
    assert_eq!(told, Some(Event::ReactionAdded(payload.clone())));
    for _ in 0..2 {
        bob.react(posted.id, party).await.expect("reacts, and again changes nothing");
    }
    assert_eq!(under(bob, &posted).await, [seen(party, 2, true)]);
    let who = ann.who_reacted(posted.id, party, &PageQuery::default()).await.expect("lists");
    let who: HashSet<_> = who.items.iter().map(|one| one.id).collect();
    assert_eq!(who, HashSet::from([ann_id, bob_id]));
    let request = CreateCommunity { name: "Others".into(), slug: "others".into(), client_mutation_id: None };
    let others = ann.create_community(&request).await.expect("founds");
    let elsewhere = others.default_channel_id.expect("has a channel");
    let dm = ann.open_dm(&[bob_id]).await.expect("opens").id;
    for place in [elsewhere, dm] {
        let there = ann.post(place, &text("there")).await.expect("posts");
        assert_eq!(code(ann.react(there.id, party).await), Code::Invalid, "it is not of this place");
        assert!(under(ann, &there).await.is_empty());
    }
    ann.delete_emoji(made.id).await.expect("deletes");
    let carol = world.join("carol").await;
    assert_eq!(code(carol.react(posted.id, party).await), Code::Invalid, "it is gone");
    ann.unreact(posted.id, party).await.expect("takes it back");
    assert_eq!(next_event(&mut bobs, "reaction.removed").await, Some(Event::ReactionRemoved(payload)));
    assert_eq!(under(bob, &posted).await, [seen(party, 1, true)]);
    assert_eq!(code(ann.react(posted.id, party).await), Code::Invalid);
    bob.unreact(posted.id, party).await.expect("takes it back");
    assert!(under(bob, &posted).await.is_empty());
    assert_eq!(logged(&world).await, (2, 2));
    world.end().await;
}

#[tokio::test]
async fn the_fifty_first_emoji_is_over_the_limit() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    for emoji in animals(0..DIFFERENT) {
        world.ann.react(posted.id, &emoji).await.expect("reacts");
    }
    let [first, more] = [0, DIFFERENT].map(|n| animals(n..n + 1).remove(0));
    let Err(Error::Problem(problem)) = world.bob.react(posted.id, &more).await else {
        panic!("one too many")
    };
    assert_eq!((problem.status, problem.code), (409, Code::Limit));
    world.bob.react(posted.id, &first).await.expect("is there already");
    world.bob.unreact(posted.id, &more).await.expect("takes nothing back");
    let other = world.ann.post(world.general.id, &text("two")).await.expect("posts");
    world.bob.react(other.id, &more).await.expect("each message has its own");
    // As another owner of the channel knows it.
    world.server.app().node.channels.kill(world.general.id, false);
    assert_eq!(code(world.bob.react(posted.id, &more).await), Code::Limit);
    world.ann.unreact(posted.id, &first).await.expect("takes it back");
    assert_eq!(code(world.bob.react(posted.id, &more).await), Code::Limit, "bob's is there still");
    world.bob.unreact(posted.id, &first).await.expect("takes it back");
    world.bob.react(posted.id, &more).await.expect("there is room again");
    assert_eq!(under(&world.ann, &posted).await.len(), 50);
    world.end().await;
}

/// Commands that are decided together count each other.
#[tokio::test]
async fn the_limit_holds_for_those_at_once() {
    let world = World::new().await;
    let posted = world.ann.post(world.general.id, &text("one")).await.expect("posts");
    let room = 8;
    for emoji in animals(0..DIFFERENT - room) {
        world.ann.react(posted.id, &emoji).await.expect("reacts");
    }
    let more = animals(DIFFERENT - room..DIFFERENT + room);
    let answers = join_all(more.iter().map(|emoji| world.bob.react(posted.id, emoji))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 8);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::Limit);
    }
    assert_eq!(under(&world.ann, &posted).await.len(), 50);
    world.end().await;
}
