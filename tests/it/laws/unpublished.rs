//! A crash between commit and publish heals, for each verb of the tables that tells something.
//!
//! A node that has never reached NATS carries all of them out: each event is committed and none is published. Then it dies, and two nodes
//! that reach NATS start on its database. A stream that is opened there with the cursor of before brings what was told live, in the same
//! order and each event once, although the sweep publishes all of it meanwhile, so that it comes over NATS to the node that does not
//! sweep. In the end every event is marked as published.
//!
//! What is told, and what follows from it for a client, is no matter of this file (`walk`).

use super::judged::Aside;
use super::line::Line;
use super::scene::{Scene, Standing};
use super::walk::Walk;
use super::{of_channel, of_community, of_person};
use crate::support::cluster::base;
use crate::support::{World, db, everything_is_published, serve, stack};

/// Nothing listens there.
const NO_NATS: &str = "nats://127.0.0.1:1";

/// The ways to carry verbs out that tell something.
fn telling() -> Vec<Line> {
    let lines = [
        of_community::lines(),
        of_community::variants(),
        of_channel::lines(),
        of_person::lines(),
        of_person::variants(),
        of_person::foundings(),
    ];
    lines.concat().into_iter().filter(|line| !line.tells.is_empty()).collect()
}

#[tokio::test]
async fn what_a_dead_node_did_not_publish_is_told_once_and_in_order() {
    let world = World::with(|config| config.nats.url = NO_NATS.into()).await;
    let cast = [("bob", Standing::Member), ("dave", Standing::Foreign)];
    let scene = Scene::of(&world, &cast).await;
    let mut walk = Walk::begin(&world, vec![world.base()], &scene).await;
    let watches = walk.watches(0).await;
    for line in &telling() {
        walk.carry_out_once(line).await;
    }
    walk.check("the end".into(), Aside::Nothing).await;
    let live = walk.told(&world, watches).await;
    assert!(nothing_is_published(&world).await, "the node has reached NATS");
    let world = world.crashed(|config| config.nats.url = stack().nats.url()).await;
    let second = serve(&world.config).await;
    walk.move_to(vec![world.base(), base(&second)]).await;
    let watches = [walk.watches(0).await, walk.watches(1).await];
    everything_is_published(&world).await;
    for watches in watches {
        let replayed = walk.told(&world, watches).await;
        walk.judge_replay(&world, &live, &replayed).await;
    }
    assert!(walk.broken.is_empty(), "\n{}", walk.broken.join("\n"));
    // While both nodes run: what one has published and not marked yet is left to a sweep when it stops.
    everything_is_published(&world).await;
    second.stop().await;
    world.end().await;
}

/// Whether no event of the log is marked as published.
async fn nothing_is_published(world: &World) -> bool {
    let none = "select not exists (select 1 from events e join outbox o on o.stream = e.stream
                where e.seq <= o.published)";
    sqlx::query_scalar(none).fetch_one(&mut db(world).await).await.expect("asks")
}
