//! `DELETE /api/categories/{id}`.

use ajet_protocol::events::CategoryGone;
use ajet_protocol::{Channel, Code, Event, UpdateChannel};

use crate::support::category;
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn a_category_goes_and_its_channels_stay() {
    let world = World::new().await;
    let teams = category(&world, "Teams").await.id;
    let into = UpdateChannel { category_id: Some(Some(teams)), ..UpdateChannel::default() };
    let general = world.ann.update_channel(world.general.id, &into).await.expect("moves");
    assert_eq!(general.category_id, Some(teams));
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    assert_eq!(code(world.bob.delete_category(teams).await), Code::Forbidden);
    world.ann.delete_category(teams).await.expect("deletes");
    let told = next_event(&mut bobs, "category.deleted").await;
    assert_eq!(told, Some(Event::CategoryDeleted(CategoryGone { category_id: teams })));
    let path = format!("/api/channels/{}", general.id);
    let general: Channel = world.bob.get(&path).await.expect("is there");
    assert_eq!(general.category_id, None);
    world.ann.delete_category(teams).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_category(teams).await), Code::NotFound);
    assert_eq!(code(world.ann.update_channel(general.id, &into).await), Code::Invalid, "it is gone");
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'category.delete'").await, 1);
    world.end().await;
}
