//! Nodes that die between any two steps: nothing is lost, and nothing has two rows.

use ajet_protocol::{EventType, Visibility};

use super::rows::{deliveries, hurry, tell};
use crate::support::cluster::Cluster;
use crate::support::{Target, World, db, eventually, sql, text};

const POSTS: [EventType; 1] = [EventType::MessageCreated];

async fn post(world: &World, from: usize, to: usize) {
    for n in from..to {
        world.ann.post(world.general.id, &text(&format!("message {n}"))).await.expect("posts");
    }
}

/// The texts that a target was told, each once, in the order of their ids.
fn texts(target: &Target) -> Vec<String> {
    let heard = target.heard();
    let mut all: Vec<String> = heard
        .iter()
        .filter_map(|one| one.json()["payload"]["message"]["body_md"].as_str().map(str::to_owned))
        .collect();
    all.sort();
    all.dedup();
    all
}

fn expected(count: usize) -> Vec<String> {
    let mut all: Vec<String> = (0..count).map(|n| format!("message {n}")).collect();
    all.sort();
    all
}

/// The first node has committed, and perhaps looked or sent, when it is gone.
#[tokio::test]
async fn what_a_dead_node_had_not_sent_is_sent_by_the_next() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    post(&world, 0, 4).await;
    let world = world.crashed(|_| {}).await;
    post(&world, 4, 8).await;
    // A lane that the dead node had is taken for a minute.
    sql(&world, "update outgoing_webhooks set busy_until = now()").await;
    eventually("all is sent", async || texts(&target) == expected(8)).await;
    assert_eq!(
        (target.ids().len(), deliveries(&world, hook.id).await.len()),
        (8, 8),
        "one id for each event"
    );
    world.end().await;
}

/// A step that is done again, as after a node died before the mark moved, makes nothing a second time.
#[tokio::test]
async fn a_step_that_is_done_again_makes_no_second_row() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    let mark = "select spread_to::text from spreading";
    let before: String = sqlx::query_scalar(mark).fetch_one(&mut db(&world).await).await.expect("reads");
    post(&world, 0, 3).await;
    target.hears(3).await;
    sqlx::query("update spreading set spread_to = $1::text::xid8")
        .bind(&before)
        .execute(&mut db(&world).await)
        .await
        .expect("goes back");
    post(&world, 3, 4).await;
    target.hears(4).await;
    hurry(&world).await;
    assert_eq!((target.heard().len(), target.ids().len()), (4, 4));
    assert_eq!(deliveries(&world, hook.id).await.len(), 4);
    world.end().await;
}

/// More events than a step looks at: all of them are chosen from, and what comes after them is, too.
#[tokio::test]
async fn a_large_commit_is_looked_at_whole_and_passed() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &[EventType::ChannelCreated, EventType::MessageEdited]).await;
    world.leaves_outbox("events are written that no node announces");
    // Of one commit, and in no stream that anybody reads.
    let made = sql(
        &world,
        "insert into events (stream, seq, id, type, ts, community_id, payload)
         select s.stream, n, gen_random_uuid(), 'message.edited', now(), w.community_id, '{}'
         from outgoing_webhooks w cross join (select gen_random_uuid() as stream) s cross join generate_series(1, 1001) n",
    )
    .await;
    assert_eq!(made, 1001);
    world.channel("annexe", Visibility::Public).await;
    let chosen = async |event: &str| -> i64 {
        sqlx::query_scalar("select count(*) from deliveries where webhook_id = $1 and event = $2")
            .bind(hook.id.0)
            .bind(event)
            .fetch_one(&mut db(&world).await)
            .await
            .expect("counts")
    };
    eventually("what came after it is chosen", async || chosen("channel.created").await == 1).await;
    assert_eq!(chosen("message.edited").await, 1001);
    world.end().await;
}

#[tokio::test]
async fn of_several_nodes_one_sends() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let target = Target::answering(200).await;
    let hook = tell(world, &target, &POSTS).await;
    let anns = cluster.everywhere(&world.ann);
    for n in 0..24 {
        let posted = anns[n % anns.len()].post(world.general.id, &text(&format!("message {n}"))).await;
        posted.expect("posts");
    }
    target.hears(24).await;
    assert_eq!((target.heard().len(), texts(&target)), (24, expected(24)));
    let page = ajet_protocol::PageQuery { limit: Some(200), ..Default::default() };
    assert_eq!(world.ann.deliveries(hook.id, None, &page).await.expect("lists").items.len(), 24);
    cluster.end().await;
}
