//! In which channel people arrive: the one that the community names by its id, whatever that is called.

use ajet_client::Client;
use ajet_protocol::{Channel, Code, Permission, SetOverwrite, UpdateChannel, Visibility};

use crate::support::{World, code, db, next, read_until, sql, text};

fn name(name: &str) -> UpdateChannel {
    UpdateChannel { name: Some(name.into()), ..UpdateChannel::default() }
}

fn shown(visibility: Visibility) -> UpdateChannel {
    UpdateChannel { visibility: Some(visibility), ..UpdateChannel::default() }
}

/// Whether a newcomer has joined a channel: only then may they post.
async fn is_in(newcomer: &Client, channel: &Channel) -> bool {
    match newcomer.post(channel.id, &text("hello")).await {
        Ok(_) => true,
        Err(error) => {
            assert!(matches!(error.code(), Some(Code::Forbidden | Code::NotFound)), "{error}");
            false
        }
    }
}

#[tokio::test]
async fn people_arrive_in_the_first_channel_whatever_it_is_called() {
    let world = World::new().await;
    let lobby = world.ann.update_channel(world.general.id, &name("lobby")).await.expect("renames");
    let other = world.channel("general", Visibility::Public).await;
    let carol = world.join("carol").await;
    assert!(is_in(&carol, &lobby).await, "arrived there");
    assert!(!is_in(&carol, &other).await, "the name does not matter");
    world.end().await;
}

#[tokio::test]
async fn people_arrive_in_no_private_channel() {
    let world = World::new().await;
    let other = world.channel("other", Visibility::Public).await;
    world.ann.update_channel(world.general.id, &shown(Visibility::Private)).await.expect("hides");
    let carol = world.join("carol").await;
    assert_eq!(code(carol.post(world.general.id, &text("hello")).await), Code::NotFound);
    assert!(!is_in(&carol, &other).await, "nor in another one instead");
    assert_eq!(
        carol.channels(world.community.id).await.expect("lists").items.len(),
        1,
        "is in the community"
    );
    world.ann.update_channel(world.general.id, &shown(Visibility::Public)).await.expect("shows");
    let dave = world.join("dave").await;
    assert!(is_in(&dave, &world.general).await, "it is the one again");
    assert!(!is_in(&carol, &world.general).await, "those who came meanwhile join it by themselves");
    world.end().await;
}

/// What a channel denies counts for whom it denies it.
#[tokio::test]
async fn people_arrive_where_others_may_not_look() {
    let world = World::new().await;
    let (general, bob) = (world.general.id, world.bob.me().await.expect("me").user.id);
    let hidden = SetOverwrite { allow: None, deny: Some(vec![Permission::ViewChannel]) };
    world.ann.set_overwrite(general, bob, &hidden).await.expect("hides it from bob");
    let carol = world.join("carol").await;
    assert!(is_in(&carol, &world.general).await, "nothing is denied to carol");
    world.ann.set_overwrite(general, world.community.id, &hidden).await.expect("hides it from everybody");
    let dave = world.join("dave").await;
    assert_eq!(code(dave.post(general, &text("hello")).await), Code::NotFound);
    world.end().await;
}

/// The community's row says which one it is; a founding writes it.
#[tokio::test]
async fn the_channel_of_arrival_is_stored_by_its_id() {
    let world = World::new().await;
    let of_arrival: Option<uuid::Uuid> = sqlx::query_scalar("select default_channel_id from communities")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("reads");
    assert_eq!(of_arrival, Some(world.general.id.0));
    let other = world.channel("other", Visibility::Public).await;
    let moved = "update communities c set default_channel_id = ch.id from channels ch
                 where ch.community_id = c.id and ch.name = 'other'";
    assert_eq!(sql(&world, moved).await, 1);
    let carol = world.join("carol").await;
    assert!(is_in(&carol, &other).await, "arrived there");
    assert!(!is_in(&carol, &world.general).await, "an older one is one of many");
    world.end().await;
}

/// What is said there reaches a newcomer whose stream is open.
#[tokio::test]
async fn a_newcomer_hears_what_is_said_where_they_arrive() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let mut live = carol.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let lobby = world.ann.update_channel(world.general.id, &name("lobby")).await.expect("renames");
    world.join("carol").await;
    world.ann.post(lobby.id, &text("welcome")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome").await, ["welcome"]);
    world.end().await;
}
