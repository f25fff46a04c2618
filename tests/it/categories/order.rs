//! `PUT /api/communities/{id}/categories/order`.

use ajet_client::Error;
use ajet_protocol::{CategoryId, Code, Event, PageQuery};
use uuid::Uuid;

use crate::support::category;
use crate::support::{World, code, next, next_event, sql};

/// The fields that a refusal names, each with what is wrong with it.
fn named(refused: Result<(), Error>) -> Vec<String> {
    match refused.expect_err("is refused") {
        Error::Problem(problem) => {
            problem.errors.into_iter().map(|one| format!("{}:{}", one.field, one.code)).collect()
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn all_categories_are_put_in_order_at_once() {
    let world = World::new().await;
    let community = world.community.id;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(category(&world, name).await.id);
    }
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let order = vec![ids[2], ids[1], ids[0]];
    world.ann.order_categories(community, order.clone()).await.expect("orders");
    for (id, position) in [(ids[2], 0), (ids[0], 2)] {
        let Some(Event::CategoryUpdated(told)) = next_event(&mut bobs, "category.updated").await else {
            panic!("each that moved")
        };
        assert_eq!((told.category.id, told.category.position), (id, position));
    }
    world.ann.order_categories(community, order.clone()).await.expect("again changes nothing");
    assert_eq!(sql(&world, "select 1 from events where type = 'category.updated'").await, 2);
    let listed = world.bob.categories(community, &PageQuery::default()).await.expect("lists").items;
    let positions: Vec<_> = listed.into_iter().map(|one| one.position).collect();
    assert_eq!(positions, [2, 1, 0], "by id");
    assert_eq!(code(world.bob.order_categories(community, order).await), Code::Forbidden);
    world.end().await;
}

#[tokio::test]
async fn what_is_no_order_of_all_categories_is_named() {
    let world = World::new().await;
    let (one, other) = (category(&world, "a").await.id, category(&world, "b").await.id);
    let unknown = CategoryId(Uuid::from_u128(1));
    let order = async |ids: Vec<CategoryId>| named(world.ann.order_categories(world.community.id, ids).await);
    assert_eq!(order(vec![one]).await, ["ids:incomplete"]);
    assert_eq!(order(vec![one, unknown, other]).await, ["ids[1]:not_found"]);
    assert_eq!(order(vec![unknown, one]).await, ["ids[0]:not_found", "ids:incomplete"]);
    assert_eq!(order(vec![one, other, one]).await, ["ids:duplicate"]);
    assert_eq!(order(vec![unknown; 201]).await, ["ids:too_many"]);
    assert_eq!(sql(&world, "select 1 from events where type = 'category.updated'").await, 0);
    world.end().await;
}
