//! `POST /api/communities/{id}/categories`.

use ajet_protocol::events::CategoryPayload;
use ajet_protocol::{Category, Code, CreateCategory, Event};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::category;
use crate::support::{World, code, next, next_event, sql};

#[tokio::test]
async fn a_category_is_made_behind_the_others_and_every_member_hears_of_it() {
    let world = World::new().await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let first = category(&world, " Teams ").await;
    assert_eq!((first.name.as_str(), first.position, first.community_id), ("Teams", 0, world.community.id));
    let told = next_event(&mut bobs, "category.created").await;
    assert_eq!(told, Some(Event::CategoryCreated(CategoryPayload { category: first.clone() })));
    let placed =
        CreateCategory { name: "Teams".into(), position: Some(7), client_mutation_id: Some("c".into()) };
    let made = world.ann.create_category(world.community.id, &placed).await.expect("names may repeat");
    assert_eq!(made.position, 7);
    assert_eq!(category(&world, "Last").await.position, 8);
    let again = world.ann.create_category(world.community.id, &placed).await.expect("the same again");
    assert_eq!(again, made, "one key makes one category");
    let other = CreateCategory { name: "Others".into(), ..placed };
    assert_eq!(code(world.ann.create_category(world.community.id, &other).await), Code::Conflict);
    assert_eq!(sql(&world, "select 1 from channel_categories").await, 3);
    let audited = "select 1 from audit_log where action = 'category.create'";
    assert_eq!(sql(&world, audited).await, 3);
    world.end().await;
}

#[tokio::test]
async fn who_may_make_categories_and_of_which_form() {
    let world = World::new().await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let request = CreateCategory { name: "Teams".into(), position: None, client_mutation_id: None };
    for (person, refusal) in
        [(&world.bob, Code::Forbidden), (&stranger, Code::NotFound), (&world.nobody, Code::Unauthenticated)]
    {
        assert_eq!(code(person.create_category(world.community.id, &request).await), refusal);
    }
    let path = format!("/api/communities/{}/categories", world.community.id);
    for body in [
        json!({}),
        json!({ "name": " " }),
        json!({ "name": "x".repeat(81) }),
        json!({ "name": "x", "position": -1 }),
        json!({ "name": "x", "position": 2_147_483_648_i64 }),
        json!({ "name": "x", "position": "first" }),
        json!({ "name": "x", "colour": "red" }),
    ] {
        let answer = world.ann.send::<Value>(Method::POST, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    assert_eq!(sql(&world, "select 1 from channel_categories").await, 0);
    world.end().await;
}

#[tokio::test]
async fn a_community_has_two_hundred_categories_at_most() {
    let world = World::new().await;
    sql(
        &world,
        "insert into channel_categories (id, community_id, name, position)
         select gen_random_uuid(), c.id, 'c', n from communities c, generate_series(1, 199) n",
    )
    .await;
    let last: Category = category(&world, "Last").await;
    assert_eq!(last.position, 200);
    let over = CreateCategory { name: "Over".into(), position: None, client_mutation_id: None };
    assert_eq!(code(world.ann.create_category(world.community.id, &over).await), Code::Limit);
    world.end().await;
}
