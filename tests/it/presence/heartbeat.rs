//! `POST /api/heartbeat`

use ajet_protocol::{Code, OnlinePeople};
use reqwest::Method;
use serde_json::{Value, json};

use super::pace::{fast, two};
use crate::support::requests::{ann, answer};
use crate::support::{World, code, eventually, id_of};

/// Two minutes for people; two seconds here.
#[tokio::test]
async fn a_heartbeat_makes_one_online_on_every_node_for_a_while() {
    let cluster = two(fast).await;
    let world = &cluster.world;
    let bob = id_of(&world.bob).await;
    world.bob.heartbeat().await.expect("beats");
    for ann in cluster.everywhere(&world.ann) {
        eventually("bob is online", async || {
            world.bob.heartbeat().await.expect("beats");
            ann.online(world.community.id).await.expect("lists").online.contains(&bob)
        })
        .await;
    }
    for ann in cluster.everywhere(&world.ann) {
        let gone = async || !ann.online(world.community.id).await.expect("lists").online.contains(&bob);
        eventually("bob is offline", gone).await;
    }
    cluster.end().await;
}

#[tokio::test]
async fn a_heartbeat_takes_no_body_and_is_answered_by_an_object() {
    let world = World::new().await;
    let beat = answer(ann(&world, Method::POST, "/api/heartbeat")).await;
    assert_eq!(beat.status(), 200);
    assert_eq!(beat.json::<Value>().await.expect("JSON"), json!({}));
    assert_eq!(code(world.nobody.heartbeat().await), Code::Unauthenticated);
    let me = id_of(&world.ann).await;
    let online = world.ann.online(world.community.id).await.expect("lists");
    assert_eq!(online, OnlinePeople { online: vec![me] }, "at once, where it was said");
    world.end().await;
}
