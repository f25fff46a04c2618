//! What opens beside the messages: lists that go on.

use std::time::Duration;

use ajet_protocol::{PageQuery, ScheduleMessage};
use time::OffsetDateTime;

use super::browsing::page;
use crate::support::{World, eventually, id_of, text};

/// The address behind the button for more.
fn next(shown: &str) -> String {
    let rest = shown.split_once("data-more=\"").expect("there is more").1;
    rest.split_once('"').expect("an end").0.to_owned()
}

#[tokio::test]
async fn what_was_saved_and_told_goes_on_behind_the_newest() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    for words in ["the older one", "the newer one"] {
        let said =
            world.ann.post(world.general.id, &text(&format!("@<user:{bob}> {words}"))).await.expect("posts");
        world.bob.save(said.id, &Default::default()).await.expect("saves");
    }
    eventually("he is told of both", async || {
        world.bob.notifications(false, &PageQuery::default()).await.expect("lists").items.len() == 2
    })
    .await;
    for pane in ["/saved", "/inbox"] {
        let newest = page(&world, &world.bob, &format!("{pane}?limit=1")).await;
        assert!(newest.contains("the newer one") && !newest.contains("the older one"), "{newest}");
        let older = page(&world, &world.bob, &next(&newest)).await;
        assert!(older.contains("the older one") && !older.contains("the newer one"), "{older}");
        assert!(
            !older.contains("<header") && !older.contains("data-more"),
            "only what is put into the list: {older}"
        );
    }
    world.end().await;
}

/// More than a page of the list holds.
#[tokio::test]
async fn all_that_waits_to_be_sent_is_shown() {
    let world = World::new().await;
    let send_at = (OffsetDateTime::now_utc() + Duration::from_secs(3600)).into();
    for n in 0..51 {
        let body_md = format!("number {n}.").into();
        let request = ScheduleMessage { body_md, parent_id: None, send_at, client_mutation_id: None };
        world.ann.schedule(world.general.id, &request).await.expect("schedules");
    }
    let shown = page(&world, &world.ann, &format!("/channels/{}/scheduled", world.general.id)).await;
    assert!(shown.contains("number 0.") && shown.contains("number 50."), "{shown}");
    world.end().await;
}
