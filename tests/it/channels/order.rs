//! `PUT /api/communities/{id}/channels/order`, and the places that channels are given one by one.

use ajet_client::Error;
use ajet_protocol::{
    CategoryId, Channel, ChannelId, ChannelPlace, Code, CreateCategory, Event, UpdateChannel, Visibility,
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{World, code, next, next_event, sql};

fn place(id: ChannelId, category_id: Option<Option<CategoryId>>, position: i64) -> ChannelPlace {
    ChannelPlace { id, category_id, position }
}

/// Where all channels stand, by their ids.
async fn places(world: &World) -> Vec<(ChannelId, Option<CategoryId>, i32)> {
    let listed = world.ann.channels(world.community.id).await.expect("lists").items;
    listed.into_iter().map(|one| (one.id, one.category_id, one.position)).collect()
}

async fn category(world: &World) -> CategoryId {
    let request = CreateCategory { name: "Teams".into(), position: None, client_mutation_id: None };
    world.ann.create_category(world.community.id, &request).await.expect("creates").id
}

/// I6: who does not see a channel does not count it by the places of others.
#[tokio::test]
async fn the_place_of_a_new_channel_tells_of_no_hidden_one() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let denied = world.channel("denied", Visibility::Public).await;
    let path = format!("/api/channels/{}/overwrites/{}", denied.id, world.community.id);
    let change = json!({ "allow": [], "deny": ["view_channel"] });
    world.ann.tell(Method::PUT, &path, &change).await.expect("sets");
    let open = world.channel("open", Visibility::Public).await;
    assert_eq!((secret.position, denied.position, open.position), (1, 1, 1), "behind what everybody sees");
    assert_eq!(world.channel("last", Visibility::Public).await.position, 2);
    world.end().await;
}

#[tokio::test]
async fn channels_are_put_in_order_and_into_categories_at_once() {
    let world = World::new().await;
    let general = world.general.id;
    let (one, other) =
        (world.channel("one", Visibility::Public).await, world.channel("other", Visibility::Public).await);
    assert_eq!((world.general.position, one.position, other.position), (0, 1, 2), "each behind the others");
    let teams = category(&world).await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let order =
        vec![place(other.id, Some(Some(teams)), 0), place(one.id, Some(None), 1), place(general, None, 5)];
    world.ann.order_channels(world.community.id, order.clone()).await.expect("orders");
    assert_eq!(places(&world).await, [(general, None, 5), (one.id, None, 1), (other.id, Some(teams), 0)]);
    for (id, position) in [(other.id, 0), (general, 5)] {
        let Some(Event::ChannelUpdated(told)) = next_event(&mut bobs, "channel.updated").await else {
            panic!("each that moved")
        };
        assert_eq!((told.channel.id, told.channel.position), (id, position));
    }
    world.ann.order_channels(world.community.id, order).await.expect("again changes nothing");
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.updated'").await, 2);
    let stays = vec![place(other.id, None, 9)];
    world.ann.order_channels(world.community.id, stays).await.expect("orders");
    assert_eq!(
        places(&world).await[2],
        (other.id, Some(teams), 9),
        "where none is said it keeps its category"
    );
    assert_eq!(code(world.bob.order_channels(world.community.id, vec![]).await), Code::Forbidden);
    world.end().await;
}

/// I6: a private channel is not there for those outside of it, owners included.
#[tokio::test]
async fn what_is_no_channel_or_category_is_named_and_nothing_is_moved() {
    let world = World::new().await;
    let general = world.general.id;
    let carol = world.join("carol").await;
    sql(&world, "update community_members set role = 'admin' where role = 'member'").await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let twin = world.channel("twin", Visibility::Public).await.id;
    let (no_channel, no_category) = (ChannelId(Uuid::from_u128(1)), CategoryId(Uuid::from_u128(2)));
    let order = vec![
        place(general, None, 3),
        place(secret, None, 4),
        place(no_channel, None, 5),
        place(twin, Some(Some(no_category)), 6),
    ];
    let problem = match carol.order_channels(world.community.id, order).await {
        Err(Error::Problem(problem)) => problem,
        other => panic!("{other:?}"),
    };
    let named: Vec<_> = problem.errors.iter().map(|one| (one.field.as_str(), one.code.as_str())).collect();
    let expected = ["channels[1].id", "channels[2].id", "channels[3].category_id"];
    assert_eq!(named, expected.map(|field| (field, "not_found")));
    assert_eq!(places(&world).await[0], (general, None, 0), "all of it or nothing");
    world.end().await;
}

#[tokio::test]
async fn orders_of_a_wrong_form_are_refused() {
    let world = World::new().await;
    let (path, id) = (format!("/api/communities/{}/channels/order", world.community.id), world.general.id);
    let many: Vec<_> = (0..501).map(|n| json!({ "id": Uuid::from_u128(n), "position": n })).collect();
    for body in [
        json!({}),
        json!({ "channels": [{ "id": id }] }),
        json!({ "channels": [{ "id": id, "position": -1 }] }),
        json!({ "channels": [{ "id": id, "position": 1, "name": "x" }] }),
        json!({ "channels": [{ "id": id, "position": 1 }, { "id": id, "position": 2 }] }),
        json!({ "channels": many }),
    ] {
        let answer = world.ann.send::<Value>(Method::PUT, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid);
    }
    world.end().await;
}

#[tokio::test]
async fn a_channel_is_moved_by_a_change_of_its_own() {
    let world = World::new().await;
    let (general, teams) = (world.general.id, category(&world).await);
    let path = format!("/api/channels/{general}");
    let patch = async |body: Value| -> Channel {
        world.ann.send(Method::PATCH, &path, Some(&body), false).await.expect("changes")
    };
    let moved =
        patch(json!({ "name": "lobby", "topic": "Hello", "category_id": teams, "position": 4 })).await;
    assert_eq!((moved.name.as_str(), moved.topic.as_deref()), ("lobby", Some("Hello")));
    assert_eq!((moved.category_id, moved.position), (Some(teams), 4));
    let stays = patch(json!({ "position": 2 })).await;
    assert_eq!((stays.topic.as_deref(), stays.category_id, stays.position), (Some("Hello"), Some(teams), 2));
    assert_eq!(patch(json!({ "category_id": null })).await.category_id, None);
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.updated'").await, 3, "one for each");
    let by_bob = UpdateChannel { position: Some(1), ..UpdateChannel::default() };
    assert_eq!(code(world.bob.update_channel(general, &by_bob).await), Code::Forbidden);
    let unknown =
        UpdateChannel { category_id: Some(Some(CategoryId(Uuid::from_u128(1)))), ..UpdateChannel::default() };
    assert_eq!(code(world.ann.update_channel(general, &unknown).await), Code::Invalid);
    world.end().await;
}
