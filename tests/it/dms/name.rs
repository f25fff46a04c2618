//! `PATCH /api/channels/{id}` of a direct message: a group has a name, and nothing else can be set.

use ajet_protocol::{Channel, Code, Event, UpdateChannel, Visibility};
use reqwest::Method;
use serde_json::json;

use super::open::ids_of;
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, code, next, next_event};

fn named(name: &str) -> UpdateChannel {
    UpdateChannel { name: Some(name.into()), ..UpdateChannel::default() }
}

#[tokio::test]
async fn any_of_its_people_names_a_group_and_all_hear_of_it() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let dave = world.join("dave").await;
    let group = world.ann.open_dm(&ids_of(&[&world.bob, &carol]).await).await.expect("opens").id;
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for (by, name) in [(&world.bob, "Trip"), (&carol, "Trip to the sea")] {
        let renamed = by.update_channel(group, &named(name)).await.expect("renames");
        assert_eq!((renamed.name.as_str(), renamed.members.len()), (name, 3));
        let Some(Event::ChannelUpdated(told)) = next_event(&mut live, "channel.updated").await else {
            panic!("they hear of it")
        };
        assert_eq!((told.channel.name.as_str(), told.channel.members.len()), (name, 3));
    }
    let again = world.ann.update_channel(group, &named("Trip to the sea")).await.expect("is as it was");
    assert_eq!(again.name, "Trip to the sea");
    let shown: Channel = world.ann.get(&format!("/api/channels/{group}")).await.expect("is there");
    assert_eq!(shown.name, "Trip to the sea");
    assert_eq!(code(dave.update_channel(group, &named("Mine")).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn nothing_else_of_a_direct_message_can_be_set() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let group = world.ann.open_dm(&ids_of(&[&world.bob, &carol]).await).await.expect("opens").id;
    for (channel, body, field) in [
        (dm, json!({"name": "Us"}), "name"),
        (group, json!({"topic": "Sea"}), "topic"),
        (group, json!({"visibility": "public"}), "visibility"),
        (group, json!({"category_id": group}), "category_id"),
        (dm, json!({"category_id": null}), "category_id"),
        (dm, json!({"position": 3}), "position"),
    ] {
        let request = ann(&world, Method::PATCH, &format!("/api/channels/{channel}")).json(&body);
        let (status, told) = problem(request).await;
        assert_eq!((status, fields(&told)), (422, vec![(field, "not_here")]), "{body}");
    }
    let unchanged = world.ann.update_channel(dm, &UpdateChannel::default()).await.expect("changes nothing");
    assert_eq!((unchanged.id, unchanged.visibility), (dm, Visibility::Private));
    assert_eq!(code(world.bob.join(dm).await), Code::NotFound, "one does not come to it by oneself");
    assert_eq!(code(world.bob.leave(group).await), Code::NotFound, "and its people stay");
    world.end().await;
}
