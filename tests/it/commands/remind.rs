//! `/remind`: told as a notification when its time has come, once, also after the node died.

use ajet_protocol::{Code, EffectType};
use reqwest::Method;
use serde_json::Value;

use super::run;
use crate::support::{World, code, eventually, sql};

/// What bob is told of reminders.
async fn told(world: &World) -> Vec<Value> {
    let page: Value =
        world.bob.send(Method::GET, "/api/notifications", None::<&()>, true).await.expect("lists");
    let items = page["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().filter(|item| item["reason"] == "reminder").collect()
}

#[tokio::test]
async fn somebody_is_reminded_once() {
    let world = World::new().await;
    let done = run(&world, &world.bob, "/remind 1s have some *tea*").await.expect("is set");
    assert_eq!(done.effect.map(|effect| effect.kind), Some(EffectType::Reminder));
    assert_eq!(done.reply_md.as_deref(), Some("You will be reminded in 1 second."));
    eventually("bob is reminded", async || !told(&world).await.is_empty()).await;
    let told = told(&world).await;
    assert_eq!(
        (told.len(), &told[0]["type"], &told[0]["preview"]),
        (1, &"system".into(), &"have some *tea*".into())
    );
    assert_eq!(sql(&world, "select from reminders where told_at is not null").await, 1);
    world.end().await;
}

#[tokio::test]
async fn a_reminder_outlives_its_node() {
    let world = World::new().await;
    run(&world, &world.bob, "/remind 2s tea").await.expect("is set");
    let world = world.crashed(|_| {}).await;
    eventually("bob is reminded", async || !told(&world).await.is_empty()).await;
    assert_eq!(told(&world).await.len(), 1);
    world.end().await;
}

#[tokio::test]
async fn reminders_are_bounded() {
    let world = World::new().await;
    sql(
        &world,
        "insert into reminders (id, user_id, channel_id, text, remind_at, created_at)
         select gen_random_uuid(), u.id, gen_random_uuid(), 'r', now() + interval '1 day', now()
         from users u, generate_series(1, 200) where u.username = 'bob'",
    )
    .await;
    assert_eq!(code(run(&world, &world.bob, "/remind 1h tea").await), Code::Limit);
    world.end().await;
}
