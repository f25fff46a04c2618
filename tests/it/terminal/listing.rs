//! The order of lists.

use ajet_protocol::{ChannelId, ChannelPlace, CreateCategory, Visibility};

use super::ran::ran;
use crate::support::World;

#[tokio::test]
async fn channels_are_listed_as_they_stand_and_all_of_them() {
    let world = World::new().await;
    let work = CreateCategory { name: "Work".into(), position: None, client_mutation_id: None };
    let work = world.ann.create_category(world.community.id, &work).await.expect("creates").id;
    let mut ids: Vec<ChannelId> = vec![world.general.id];
    // More than a page without a limit holds.
    for number in 1..60 {
        ids.push(world.channel(&format!("room-{number}"), Visibility::Public).await.id);
    }
    let place =
        |number: usize, category_id, position| ChannelPlace { id: ids[number], category_id, position };
    let order = vec![place(0, Some(Some(work)), 1), place(1, Some(Some(work)), 0), place(59, None, 0)];
    world.ann.order_channels(world.community.id, order).await.expect("orders");
    let listed = ran(&world, &world.ann, &["channels", "list", "--template", "{{.name}}"]).await.done();
    let names: Vec<&str> = listed.lines().collect();
    assert_eq!(names.len(), 60, "{listed}");
    assert_eq!(names[0], "room-59", "{listed}");
    assert_eq!(names[58..], ["room-1", "general"], "{listed}");
    world.end().await;
}
