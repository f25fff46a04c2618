//! `PATCH /api/communities/{id}`.

use ajet_protocol::{ChannelId, Code, Community, CreateCommunity, Event, UpdateCommunity, Visibility};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::requests::{ann, fields, problem};
use crate::support::{World, audit, code, next, next_event};

fn named(name: &str) -> UpdateCommunity {
    UpdateCommunity { name: Some(name.into()), ..UpdateCommunity::default() }
}

fn at(slug: &str) -> UpdateCommunity {
    UpdateCommunity { slug: Some(slug.into()), ..UpdateCommunity::default() }
}

fn arriving(channel: ChannelId) -> UpdateCommunity {
    UpdateCommunity { default_channel_id: Some(channel), ..UpdateCommunity::default() }
}

#[tokio::test]
async fn a_community_is_changed_and_members_hear_of_it() {
    let world = World::new().await;
    let id = world.community.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let both = UpdateCommunity { slug: Some("crabs".into()), ..named(" Crabs ") };
    let changed = world.ann.update_community(id, &both).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.slug.as_str()), ("Crabs", "crabs"));
    assert_eq!(changed, world.ann.community(id).await.expect("is so"));
    let Some(Event::CommunityUpdated(told)) = next_event(&mut bobs, "community.updated").await else {
        panic!("the community")
    };
    assert_eq!((told.community.id, told.community.name.as_str()), (id, "Crabs"));
    // What is so already makes no event, and is not noted.
    for same in [UpdateCommunity::default(), named("Crabs"), at("crabs")] {
        assert_eq!(world.ann.update_community(id, &same).await.expect("changes nothing"), changed);
    }
    let noted = audit(&world).await.into_iter().filter(|(action, _)| action == "community.update").count();
    assert_eq!(noted, 1);
    world.end().await;
}

#[tokio::test]
async fn slugs_stay_apart_and_an_old_one_is_free_again() {
    let world = World::new().await;
    let id = world.community.id;
    let founding =
        |slug: &str| CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
    world.ann.create_community(&founding("second")).await.expect("founds");
    assert_eq!(code(world.ann.update_community(id, &at("second")).await), Code::Conflict);
    world.ann.update_community(id, &at("third")).await.expect("changes");
    world.ann.create_community(&founding("ferris")).await.expect("is free");
    world.end().await;
}

#[tokio::test]
async fn who_may_change_a_community() {
    let world = World::new().await;
    let id = world.community.id;
    let (stranger, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.update_community(id, &named("Bobs")).await), Code::Forbidden);
    assert_eq!(code(stranger.update_community(id, &named("Carols")).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn people_arrive_in_the_channel_that_was_chosen() {
    let world = World::new().await;
    let id = world.community.id;
    let welcome = world.channel("welcome", Visibility::Public).await;
    let secret = world.channel("secret", Visibility::Private).await;
    for closed in [secret.id, ChannelId(Uuid::nil())] {
        assert_eq!(code(world.ann.update_community(id, &arriving(closed)).await), Code::Invalid);
    }
    assert_eq!(world.community.default_channel_id, Some(world.general.id));
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let moved = world.ann.update_community(id, &arriving(welcome.id)).await.expect("changes");
    assert_eq!(moved.default_channel_id, Some(welcome.id));
    let Some(Event::CommunityUpdated(told)) = next_event(&mut bobs, "community.updated").await else {
        panic!("the community")
    };
    assert_eq!(told.community.default_channel_id, Some(welcome.id));
    let carol = world.join("carol").await;
    carol.post(welcome.id, &crate::support::text("hello")).await.expect("is in it");
    assert_eq!(code(carol.post(world.general.id, &crate::support::text("x")).await), Code::Forbidden);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_change_of_a_community_is_refused() {
    let world = World::new().await;
    let path = format!("/api/communities/{}", world.community.id);
    for (body, field) in [
        (json!({ "owner": "bob" }), "owner"),
        (json!({ "name": " " }), "name"),
        (json!({ "slug": "No slug" }), "slug"),
        (json!({ "slug": "x" }), "slug"),
        (json!({ "default_channel_id": "general" }), "default_channel_id"),
    ] {
        let (status, problem): (u16, Value) = problem(ann(&world, Method::PATCH, &path).json(&body)).await;
        assert_eq!((status, fields(&problem)[0].0), (422, field), "{body}");
    }
    let unchanged: Community = world.ann.get(&path).await.expect("is there");
    assert_eq!(unchanged, world.community);
    world.end().await;
}
