//! `PATCH /api/categories/{id}`.

use ajet_protocol::events::CategoryPayload;
use ajet_protocol::{CategoryId, Code, Event, PageQuery, UpdateCategory};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::category;
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn a_category_is_changed_and_every_member_hears_of_it() {
    let world = World::new().await;
    let teams = category(&world, "Teams").await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let update = UpdateCategory { name: Some(" Groups ".into()), position: Some(3) };
    let changed = world.ann.update_category(teams.id, &update).await.expect("changes");
    assert_eq!((changed.id, changed.name.as_str(), changed.position), (teams.id, "Groups", 3));
    let told = next_event(&mut bobs, "category.updated").await;
    assert_eq!(told, Some(Event::CategoryUpdated(CategoryPayload { category: changed.clone() })));
    for same in [UpdateCategory::default(), update] {
        assert_eq!(world.ann.update_category(teams.id, &same).await.expect("is so"), changed);
    }
    let listed = world.bob.categories(world.community.id, &PageQuery::default()).await.expect("lists");
    assert_eq!(listed.items, [changed]);
    assert_eq!(sql(&world, "select 1 from events where type = 'category.updated'").await, 1);
    world.end().await;
}

#[tokio::test]
async fn who_may_change_a_category_and_how() {
    let world = World::new().await;
    let teams = category(&world, "Teams").await.id;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let update = UpdateCategory { name: Some("Mine".into()), position: None };
    assert_eq!(code(world.bob.update_category(teams, &update).await), Code::Forbidden);
    assert_eq!(code(stranger.update_category(teams, &update).await), Code::NotFound);
    let unknown = CategoryId(Uuid::from_u128(1));
    assert_eq!(code(world.ann.update_category(unknown, &update).await), Code::NotFound);
    let path = format!("/api/categories/{teams}");
    for body in [json!({ "name": "" }), json!({ "position": -1 }), json!({ "community_id": teams })] {
        let answer = world.ann.send::<Value>(Method::PATCH, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    world.end().await;
}
