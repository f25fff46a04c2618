//! People who change, and who are deactivated, on several nodes.

use ajet_protocol::{Code, Event, TokenScope, UpdateMe};
use futures::future::join_all;

use crate::support::bots::signed_in;
use crate::support::cluster::Cluster;
use crate::support::{DEADLINE, created, id_of, next, next_event, text};

/// What a node remembers of a session is out of date when the change is answered.
#[tokio::test]
async fn a_new_name_is_shown_by_every_node_at_once() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (third, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let (bobs, thirds) = (cluster.everywhere(&world.bob), cluster.everywhere(&third));
    for client in bobs.iter().chain(&thirds) {
        assert_eq!(client.me().await.expect("known, and cached").user.display_name, "bob");
    }
    let mut anns = join_all(
        cluster.everywhere(&world.ann).iter().map(|ann| async { ann.live(None).await.expect("opens") }),
    )
    .await;
    for live in &mut anns {
        assert_eq!(next(live).await.name, "ready");
    }
    let update = UpdateMe { display_name: Some("Robert".into()), ..UpdateMe::default() };
    let me = bobs[0].update_me(&update).await.expect("changes");
    for (n, client) in thirds.iter().enumerate() {
        let posted = client.post(world.general.id, &text(&format!("after {n}"))).await.expect("posts");
        assert_eq!(posted.author, me.user, "node {n}");
    }
    for live in &mut anns {
        let Some(Event::UserUpdated(told)) = next_event(live, "user.updated").await else {
            panic!("another payload")
        };
        assert_eq!(told.user, me.user);
    }
    cluster.end().await;
}

/// I14.
#[tokio::test]
async fn a_deactivated_person_is_out_of_every_node_when_it_is_answered() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut sessions = cluster.everywhere(&world.bob);
    sessions.extend(cluster.everywhere(&second));
    let mut streams =
        join_all(sessions.iter().map(|bob| async { bob.live(None).await.expect("opens") })).await;
    for (client, live) in sessions.iter().zip(&mut streams) {
        client.me().await.expect("known, and cached");
        assert_eq!(next(live).await.name, "ready");
    }
    world.ann.deactivate(id_of(&world.bob).await).await.expect("deactivates");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    for (client, live) in sessions.iter().zip(&mut streams) {
        let refused = client.me().await.expect_err("the token is worth nothing");
        assert_eq!(refused.code(), Some(Code::Unauthenticated));
        while let Some(event) = live.next().await {
            assert_eq!(created(&event), None, "no event after the answer");
        }
    }
    cluster.end().await;
}

/// I14. Its tokens are good again afterwards, on every node.
#[tokio::test]
async fn a_deactivated_bot_is_out_of_every_node_and_comes_back_on_every_node() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let (bot, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    let robos = cluster.everywhere(&robo);
    let mut streams =
        join_all(robos.iter().map(|robo| async { robo.live(None).await.expect("opens") })).await;
    for (client, live) in robos.iter().zip(&mut streams) {
        client.channels(world.community.id).await.expect("known, and cached");
        assert_eq!(next(live).await.name, "ready");
    }
    world.ann.deactivate(bot.user_id).await.expect("deactivates");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    for (client, live) in robos.iter().zip(&mut streams) {
        let refused = client.channels(world.community.id).await.expect_err("the token is refused");
        assert_eq!(refused.code(), Some(Code::Unauthenticated));
        let ended = async {
            while let Some(event) = live.next().await {
                assert_eq!(created(&event), None, "no event after the answer");
            }
        };
        tokio::time::timeout(DEADLINE, ended).await.expect("the stream ends");
    }
    world.ann.reactivate(bot.user_id).await.expect("takes back");
    for client in &robos {
        client.channels(world.community.id).await.expect("the token is good again");
        let mut live = client.live(None).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
    }
    cluster.end().await;
}
