//! `Mirror`: a model that is kept up to date.

use ajet_client::Mirror;
use ajet_protocol::{Code, PostMessage, Reason, Visibility};

use crate::dms::open::ids_of;
use crate::laws::{Aside, differences};
use crate::support::{DEADLINE, World, eventually, text};

/// Waits until a mirror shows what the server says.
async fn agrees(world: &World, mirror: &Mirror) {
    eventually("the mirror shows what is so", || async {
        let fresh = world.bob.sync().await.expect("is told");
        let shown = mirror.now().state().clone();
        differences(&shown, &fresh, Aside::Nothing).is_empty()
    })
    .await;
}

#[tokio::test]
async fn a_mirror_shows_what_is_so() {
    let world = World::new().await;
    let mirror = Mirror::start(&world.bob).await.expect("starts");
    let room = world.channel("room", Visibility::Public).await;
    world.bob.join(room.id).await.expect("joins");
    let said = world.ann.post(room.id, &text("hello")).await.expect("posts");
    let unread = mirror.until(|state| {
        let mut rooms = state.channels.iter().filter(|one| one.channel.id == room.id);
        rooms.any(|one| one.channel.unread.count == 1)
    });
    tokio::time::timeout(DEADLINE, unread).await.expect("in time").expect("goes on");
    world.bob.mark_read(room.id, said.id).await.expect("reads");
    agrees(&world, &mirror).await;
    world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens");
    agrees(&world, &mirror).await;
    let bob = mirror.now().state().user.user.id;
    world.ann.remove_member(world.community.id, bob, &Reason::default()).await.expect("removes");
    let gone = mirror.until(|state| state.communities.is_empty());
    tokio::time::timeout(DEADLINE, gone).await.expect("in time").expect("goes on");
    agrees(&world, &mirror).await;
    world.end().await;
}

/// Which replies count goes by what one follows, and that by what one has set, or else by what one wrote.
#[tokio::test]
async fn a_mirror_counts_replies_where_their_thread_is_followed() {
    let world = World::new().await;
    let general = world.general.id;
    let mirror = Mirror::start(&world.bob).await.expect("starts");
    let parent = world.ann.post(general, &text("news")).await.expect("posts").id;
    let reply = PostMessage { parent_id: Some(parent), ..text("more") };
    world.ann.post(general, &reply).await.expect("replies");
    let shows = async |count: i64| {
        let unread = mirror.until(|state| state.channels[0].channel.unread.count == count);
        tokio::time::timeout(DEADLINE, unread).await.expect("in time").expect("goes on");
        agrees(&world, &mirror).await;
    };
    shows(1).await;
    world.bob.follow(parent).await.expect("follows");
    shows(2).await;
    world.bob.unfollow(parent).await.expect("unfollows");
    shows(1).await;
    let other = world.ann.post(general, &text("other news")).await.expect("posts").id;
    let reply = PostMessage { parent_id: Some(other), ..text("well") };
    let own = world.bob.post(general, &reply).await.expect("replies").id;
    world.bob.mark_read(general, own).await.expect("reads");
    shows(0).await;
    world.ann.post(general, &reply).await.expect("replies");
    shows(1).await;
    world.bob.delete(own).await.expect("deletes");
    shows(0).await;
    world.end().await;
}

#[tokio::test]
async fn a_mirror_ends_with_its_session() {
    let world = World::new().await;
    let mirror = Mirror::start(&world.bob).await.expect("starts");
    world.bob.sign_out().await.expect("signs out");
    let error = tokio::time::timeout(DEADLINE, mirror.ended()).await.expect("in time").expect("says why");
    assert_eq!(error.code(), Some(Code::Unauthenticated));
    world.end().await;
}
