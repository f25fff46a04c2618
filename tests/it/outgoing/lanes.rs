//! Which lanes a node takes.

use ajet_protocol::{CommunityId, CreateCommunity, EventType};

use super::rows::request;
use crate::support::{World, sql};

const POSTS: [EventType; 1] = [EventType::MessageCreated];

async fn webhook(world: &World, community: CommunityId) {
    let request = request("https://ci.example/", &POSTS);
    world.ann.create_outgoing_webhook(community, &request).await.expect("makes");
}

/// Else a community with slow addresses would fill the places of a node.
#[tokio::test]
async fn a_node_has_a_few_lanes_of_one_community() {
    let world = World::with(|config| config.node.roles = vec!["web".into()]).await;
    let request = CreateCommunity { name: "Second".into(), slug: "second".into(), client_mutation_id: None };
    let (first, second) =
        (world.community.id, world.ann.create_community(&request).await.expect("founds").id);
    for _ in 0..6 {
        webhook(&world, first).await;
    }
    webhook(&world, second).await;
    sql(
        &world,
        "insert into deliveries (id, webhook_id, event_id, stream, seq, event)
         select gen_random_uuid(), id, gen_random_uuid(), gen_random_uuid(), 1, 'message.created' from outgoing_webhooks",
    )
    .await;
    let take = async |limit: i64, held: usize| -> Vec<CommunityId> {
        let held = vec![first; held];
        let taken = world.server.app().store.take_lanes(limit, &held, 4).await.expect("takes");
        let mut of: Vec<CommunityId> = taken.into_iter().map(|lane| lane.community).collect();
        of.sort_by_key(|one| *one == second);
        of
    };
    assert_eq!(take(32, 4).await, [second], "it has four of the first one already");
    assert_eq!(take(32, 3).await, [first]);
    assert_eq!(take(2, 0).await, [first; 2]);
    assert_eq!(take(32, 0).await, [first; 3], "a lane that is taken is not taken again");
    assert!(take(32, 0).await.is_empty());
    world.end().await;
}
