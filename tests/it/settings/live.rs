//! Settings hold on all nodes within a second, without a restart.

use std::time::{Duration, Instant};

use ajet_protocol::{Code, CreateCommunities, CreateCommunity, UpdateSettings};

use crate::support::cluster::Cluster;
use crate::support::{code, eventually, text};

/// How soon a change holds everywhere: a second, and another one for the requests that find it out.
const WITHIN: Duration = Duration::from_secs(2);

#[tokio::test]
async fn everybody_founds_where_the_settings_say_so() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bobs = cluster.everywhere(&world.bob);
    let founding =
        |slug: &str| CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
    for bob in &bobs {
        assert_eq!(code(bob.create_community(&founding("bobs")).await), Code::Forbidden);
    }
    let update = UpdateSettings {
        create_communities: Some(CreateCommunities::Everybody),
        ..UpdateSettings::default()
    };
    world.ann.update_settings(&update).await.expect("changes");
    let changed = Instant::now();
    bobs[0].create_community(&founding("bobs")).await.expect("the node that was asked goes by it at once");
    eventually("the other one does", async || bobs[1].create_community(&founding("more")).await.is_ok())
        .await;
    assert!(changed.elapsed() < WITHIN, "after {:?}", changed.elapsed());
    cluster.end().await;
}

#[tokio::test]
async fn messages_are_edited_as_long_as_the_settings_say() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let bobs = cluster.everywhere(&world.bob);
    let posted = world.bob.post(world.general.id, &text("hello")).await.expect("posts");
    for bob in &bobs {
        bob.edit(posted.id, "hello again").await.expect("within the hour");
    }
    let closed = UpdateSettings { edit_window_s: Some(0), ..UpdateSettings::default() };
    world.ann.update_settings(&closed).await.expect("changes");
    for bob in &bobs {
        eventually("the window is closed", async || {
            bob.edit(posted.id, "too late").await.err().and_then(|error| error.code())
                == Some(Code::EditWindowClosed)
        })
        .await;
    }
    let open = UpdateSettings { edit_window_s: Some(3600), ..UpdateSettings::default() };
    world.ann.update_settings(&open).await.expect("changes");
    eventually("and open", async || bobs[1].edit(posted.id, "in time").await.is_ok()).await;
    cluster.end().await;
}
