//! Sessions and their streams on several nodes.

use ajet_protocol::Code;
use futures::future::join_all;

use crate::support::cluster::Cluster;
use crate::support::{created, next, read_until, text};

/// I14.
#[tokio::test]
async fn a_session_ends_on_every_node() {
    let cluster = Cluster::of(3).await;
    let (ann, bob) = (&cluster.world.ann, cluster.everywhere(&cluster.world.bob));
    let mut streams = join_all(bob.iter().map(|bob| async { bob.live(None).await.expect("opens") })).await;
    for (client, live) in bob.iter().zip(&mut streams) {
        client.me().await.expect("known, and cached");
        assert_eq!(next(live).await.name, "ready");
    }
    bob[0].sign_out().await.expect("signs out");
    ann.post(cluster.world.general.id, &text("after")).await.expect("posts");
    for (client, live) in bob.iter().zip(&mut streams) {
        let refused = client.me().await.expect_err("the token is worth nothing");
        assert_eq!(refused.code(), Some(Code::Unauthenticated));
        while let Some(event) = live.next().await {
            assert_eq!(created(&event), None, "no event after the sign-out");
        }
    }
    cluster.end().await;
}

#[tokio::test]
async fn joining_reaches_an_open_stream_on_another_node() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let carol = cluster.everywhere(&carol);
    let mut streams =
        join_all(carol.iter().map(|carol| async { carol.live(None).await.expect("opens") })).await;
    let invite = world.ann.create_invite(world.community.id, &Default::default()).await.expect("invites");
    carol[0].accept_invite(&invite.code).await.expect("joins");
    world.ann.post(world.general.id, &text("welcome")).await.expect("posts");
    for live in &mut streams {
        read_until(live, "welcome").await;
    }
    cluster.end().await;
}
