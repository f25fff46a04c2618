//! Blocks: of two people neither writes to the other, and what they once wrote stays.

use ajet_client::Client;
use ajet_protocol::{Code, PageQuery, UserId};
use reqwest::Method;

use super::open::{ids_of, listed};
use crate::support::{World, code, text};

async fn set_block(by: &Client, method: Method, of: UserId) {
    by.send_empty(method, &format!("/api/users/{of}/block")).await.expect("sets it");
}

/// I6: from the answer on, and by a block of either of them.
#[tokio::test]
async fn of_two_people_neither_writes_from_the_block_on() {
    let world = World::new().await;
    let [ann_id, bob]: [UserId; 2] = ids_of(&[&world.ann, &world.bob]).await.try_into().expect("two");
    let dm = world.ann.open_dm(&[bob]).await.expect("opens").id;
    let bobs = world.bob.post(dm, &text("before")).await.expect("posts").id;
    world.ann.react(bobs, "👍").await.expect("reacts");
    let said = async |person: &Client| {
        person.messages(dm, &PageQuery::default()).await.expect("what was said stays").items.len()
    };
    for (round, (by, of)) in (1..).zip([(&world.bob, ann_id), (&world.ann, bob)]) {
        set_block(by, Method::PUT, of).await;
        for (person, other) in [(&world.ann, bob), (&world.bob, ann_id)] {
            assert_eq!(code(person.post(dm, &text("more")).await), Code::Blocked);
            assert_eq!(code(person.open_dm(&[other]).await), Code::Blocked);
            assert_eq!((listed(person).await, said(person).await), (vec![dm], round));
        }
        assert_eq!(code(world.bob.edit(bobs, "an edit reaches the other, too").await), Code::Blocked);
        assert_eq!(code(world.ann.react(bobs, "🎉").await), Code::Blocked);
        world.ann.unreact(bobs, "👍").await.expect("what is there can be taken back");
        set_block(by, Method::DELETE, of).await;
        world.ann.post(dm, &text("again")).await.expect("posts");
    }
    world.end().await;
}

#[tokio::test]
async fn no_one_begins_to_write_past_a_block_and_groups_are_not_affected() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let [ann_id, bob, carol_id]: [UserId; 3] =
        ids_of(&[&world.ann, &world.bob, &carol]).await.try_into().expect("three");
    set_block(&world.bob, Method::PUT, ann_id).await;
    assert_eq!(code(world.ann.open_dm(&[bob]).await), Code::Blocked);
    assert_eq!(code(world.bob.open_dm(&[ann_id]).await), Code::Blocked);
    assert!(listed(&world.ann).await.is_empty());
    let group = world.ann.open_dm(&[bob, carol_id]).await.expect("opens").id;
    world.ann.post(group, &text("to both")).await.expect("posts");
    world.bob.post(group, &text("to all")).await.expect("posts");
    world.ann.open_dm(&[carol_id]).await.expect("with others all is as before");
    world.end().await;
}
