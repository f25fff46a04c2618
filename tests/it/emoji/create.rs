//! `POST /api/communities/{id}/emoji`.

use ajet_protocol::{Code, EmojiPayload, Event};
use reqwest::Method;

use crate::support::forms::{PNG, form};
use crate::support::requests::{ann, fields, problem, status};
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn an_emoji_is_made_once_and_every_member_hears_of_it() {
    let world = World::new().await;
    let community = world.community.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let made = world.ann.add_emoji(community, "crab_dance", PNG, Some("e")).await.expect("adds");
    assert_eq!(made.name, "crab_dance");
    assert!(made.url.starts_with(world.server.public_url()), "{}", made.url);
    let told = next_event(&mut bobs, "emoji.created").await;
    assert_eq!(told, Some(Event::EmojiCreated(EmojiPayload { emoji: made.clone() })));
    let again = world.ann.add_emoji(community, "crab_dance", PNG, Some("e")).await.expect("the same again");
    assert_eq!(again, made, "one key makes one emoji");
    let other = world.ann.add_emoji(community, "crab_rave", PNG, Some("e")).await;
    assert_eq!(code(other), Code::Conflict);
    let taken = world.ann.add_emoji(community, "crab_dance", PNG, None).await;
    assert_eq!(code(taken), Code::Conflict, "the name is taken");
    assert_eq!(sql(&world, "select 1 from emoji where created_by is not null").await, 1);
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'emoji.create'").await, 1);
    let start = world.bob.sync().await.expect("is told");
    assert_eq!(start.communities[0].emoji, [made]);
    world.end().await;
}

#[tokio::test]
async fn who_may_make_emoji_and_of_what() {
    let world = World::new().await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for (person, refusal) in
        [(&world.bob, Code::Forbidden), (&stranger, Code::NotFound), (&world.nobody, Code::Unauthenticated)]
    {
        assert_eq!(code(person.add_emoji(world.community.id, "crab", PNG, None).await), refusal);
    }
    let path = format!("/api/communities/{}/emoji", world.community.id);
    let request = || ann(&world, Method::POST, &path);
    for (given, file, wrong) in [
        (vec![], Some(PNG), ("name", "required")),
        (vec![("name", "crab_dance")], None, ("file", "required")),
        (vec![("name", "x")], Some(PNG), ("name", "bad_format")),
        (vec![("name", "Crab")], Some(PNG), ("name", "bad_format")),
        (vec![("name", "crab_dance"), ("colour", "red")], Some(PNG), ("colour", "unknown_field")),
        (vec![("name", "tada")], Some(PNG), ("name", "reserved")),
        (vec![("name", "crab_dance")], Some(b"<svg/>".as_slice()), ("file", "not_an_image")),
        (vec![("name", "crab_dance")], Some(&PNG[..40]), ("file", "unreadable")),
    ] {
        let (status, problem) = problem(form(request(), &given, file)).await;
        assert_eq!((status, fields(&problem)), (422, vec![wrong]), "{given:?}");
    }
    assert_eq!(status(request().json(&serde_json::json!({ "name": "crab_dance" }))).await, 415);
    assert_eq!(sql(&world, "select 1 from emoji").await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_community_has_two_hundred_emoji_at_most() {
    let world = World::new().await;
    sql(
        &world,
        "insert into emoji (id, community_id, name, url, created_at)
         select gen_random_uuid(), c.id, 'e' || n, 'https://e', now() from communities c, generate_series(10, 208) n",
    )
    .await;
    let community = world.community.id;
    world.ann.add_emoji(community, "last_one", PNG, Some("l")).await.expect("is the last");
    assert_eq!(code(world.ann.add_emoji(community, "over", PNG, None).await), Code::Limit);
    world.end().await;
}
