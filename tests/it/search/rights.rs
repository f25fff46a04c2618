//! Only what the reader may see is found, by the rights of now, on any node (I6).

use ajet_protocol::{Reason, SearchQuery, SearchType, Visibility};

use super::{asked, asked_for, found, page, said};
use crate::support::{World, text};

#[tokio::test]
async fn private_channels_are_searched_by_those_who_are_in_them() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let bob = world.bob.me().await.expect("me").user.id;
    world.ann.post(secret.id, &text("needle")).await.expect("posts");
    let reads = |client: ajet_client::Client| async move {
        let mut all = found(&client, "needle").await.len() + found(&client, "needle in:secret").await.len();
        all +=
            page(&client, &SearchQuery { channel_id: Some(secret.id), ..asked("needle") }).await.items.len();
        all += page(&client, &asked_for(SearchType::Channels, "secret")).await.items.len();
        all
    };
    assert_eq!((reads(world.ann.clone()).await, reads(world.bob.clone()).await), (4, 0));
    world.ann.add_to_channel(secret.id, bob).await.expect("adds");
    assert_eq!(reads(world.bob.clone()).await, 4, "from the answer on");
    world.bob.leave(secret.id).await.expect("leaves");
    assert_eq!(reads(world.bob.clone()).await, 0);
    world.end().await;
}

#[tokio::test]
async fn who_is_put_out_finds_nothing_and_who_never_was_in_as_well() {
    let world = World::new().await;
    said(&world, &["needle"]).await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let bob = world.bob.me().await.expect("me").user.id;
    assert_eq!((found(&world.bob, "needle").await.len(), found(&stranger, "needle").await.len()), (1, 0));
    let there = SearchQuery { community_id: Some(world.community.id), ..asked("needle") };
    assert!(page(&stranger, &there).await.items.is_empty());
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("kicks");
    assert!(found(&world.bob, "needle").await.is_empty());
    for kind in [SearchType::Channels, SearchType::Users] {
        let words = if kind == SearchType::Channels { "general" } else { "ann" };
        assert!(page(&world.bob, &asked_for(kind, words)).await.items.is_empty(), "{kind:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn direct_messages_are_found_by_those_who_take_part() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let bob = world.bob.me().await.expect("me").user.id;
    let dm = world.ann.open_dm(&[bob]).await.expect("opens");
    world.ann.post(dm.id, &text("needle")).await.expect("posts");
    for (reader, times) in [(&world.ann, 1), (&world.bob, 1), (&carol, 0)] {
        assert_eq!(found(reader, "needle").await.len(), times);
        let there = SearchQuery { channel_id: Some(dm.id), ..asked("needle") };
        assert_eq!(page(reader, &there).await.items.len(), times);
    }
    let elsewhere = SearchQuery { community_id: Some(world.community.id), ..asked("needle") };
    assert!(page(&world.ann, &elsewhere).await.items.is_empty(), "it is in no community");
    world.end().await;
}

#[tokio::test]
async fn a_public_channel_is_searched_by_all_members_until_it_is_made_private() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await;
    world.ann.post(room.id, &text("needle")).await.expect("posts");
    assert_eq!(found(&world.bob, "needle").await.len(), 1, "though he has not joined it");
    let private = serde_json::json!({ "visibility": "private" });
    let path = format!("/api/channels/{}", room.id);
    let _: serde_json::Value =
        world.ann.send(reqwest::Method::PATCH, &path, Some(&private), true).await.expect("changes");
    assert!(found(&world.bob, "needle").await.is_empty());
    world.end().await;
}
