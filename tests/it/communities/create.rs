//! Founding communities.

use ajet_protocol::{Code, CreateCommunity};

use crate::support::{World, code, db};

#[tokio::test]
async fn only_the_system_owner_founds_further_communities() {
    let world = World::new().await;
    let request =
        |slug: &str| CreateCommunity { name: "N".into(), slug: slug.into(), client_mutation_id: None };
    assert_eq!(code(world.bob.create_community(&request("mine")).await), Code::Forbidden);
    assert_eq!(code(world.ann.create_community(&request("ferris")).await), Code::Conflict);
    world.ann.create_community(&request("second")).await.expect("founds");
    world.end().await;
}

/// DB-T5.
#[tokio::test]
async fn a_refused_founding_leaves_nothing_behind() {
    let world = World::new().await;
    let mut db = db(&world).await;
    let count = "select (select count(*) from communities) + (select count(*) from channels) + (select count(*) from streams)
                 + (select count(*) from events) + (select count(*) from mutations)";
    let before: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await.expect("counts");
    let taken =
        CreateCommunity { name: "X".into(), slug: "ferris".into(), client_mutation_id: Some("k".into()) };
    world.ann.create_community(&taken).await.expect_err("the slug is taken");
    let after: i64 = sqlx::query_scalar(count).fetch_one(&mut db).await.expect("counts");
    assert_eq!(before, after);
    world.end().await;
}
