//! Creating channels: names that look alike are one name.

use ajet_protocol::{Code, CreateChannel, Visibility};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Row;

use crate::support::{World, code, db, sql};

async fn create(world: &World, name: &str) -> Result<String, Code> {
    let request = CreateChannel {
        name: name.into(),
        kind: None,
        visibility: Some(Visibility::Public),
        topic: None,
        category_id: None,
        client_mutation_id: None,
    };
    let made = world.ann.create_channel(world.community.id, &request).await;
    made.map(|channel| channel.name).map_err(|error| error.code().expect("a problem document"))
}

#[tokio::test]
async fn channels_that_look_alike_are_one() {
    let world = World::new().await;
    assert_eq!(create(&world, "cafe\u{301}").await.as_deref(), Ok("café"), "NFC is stored");
    for alike in ["café", "CAFÉ", "c\u{430}fé", "ca\u{200d}fé", "\u{ff43}afé"] {
        assert_eq!(create(&world, alike).await, Err(Code::Conflict), "{alike:?}");
    }
    assert_eq!(create(&world, "gener\u{430}l").await, Err(Code::Conflict), "the channel everybody joins");
    assert_eq!(create(&world, "cafés").await.as_deref(), Ok("cafés"));
    world.end().await;
}

/// Channels of before, and those of a node of the release before.
#[tokio::test]
async fn channels_without_a_key_are_given_one() {
    let world = World::new().await;
    create(&world, "modem").await.expect("is new");
    create(&world, "straße").await.expect("is new");
    assert_eq!(sql(&world, "update channels set name_key = null where name <> 'general'").await, 2);
    sql(
        &world,
        "insert into channels (id, community_id, name, type, visibility, created_at)
         select gen_random_uuid(), id, 'modern', 'text', 'public', now() from communities",
    )
    .await;
    let options = ajet_chatd::store::connect_options(&world.config.db);
    assert_eq!(ajet_schema::up(&options).await.expect("is up to date"), 0);
    let rows = sqlx::query("select name, name_key from channels order by created_at, name")
        .fetch_all(&mut db(&world).await)
        .await
        .expect("reads");
    let keys: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    assert_eq!(keys[1], ("modem".into(), ajet_protocol::names::key("modem")));
    assert!(keys[3].1.starts_with("rnodern "), "looks like the older one, and keeps its name: {keys:?}");
    assert_eq!(create(&world, "STRASSE").await, Err(Code::Conflict));
    world.end().await;
}

/// What is JSON and has the wrong type is an invalid field, also where the field takes one of a few words.
#[tokio::test]
async fn a_field_of_the_wrong_type_is_named() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/channels", world.community.id);
    for (field, value) in
        [("type", json!(5)), ("type", json!([1])), ("visibility", json!(true)), ("name", json!(1))]
    {
        let request = json!({ "name": "n", field: value });
        let answer = world.ann.send::<Value>(Method::POST, &path, Some(&request), false).await;
        assert_eq!(code(answer), Code::Invalid, "{request}");
    }
    world.end().await;
}
