//! `POST /api/commands` about tokens and webhooks.

use ajet_client::{Client, Error};
use ajet_protocol::{Channel, Code, EffectType, Page, Webhook};

use super::{misused, run};
use crate::support::{World, code, sql};

/// What stands between the last two backticks of an answer.
fn quoted(reply: &str) -> String {
    reply.rsplit('`').nth(1).expect("something in backticks").to_owned()
}

/// A read of `general`.
async fn looks(world: &World, by: &Client) -> Result<Channel, Error> {
    by.get(&format!("/api/channels/{}", world.general.id)).await
}

#[tokio::test]
async fn a_token_is_made_with_its_bot_and_revoked() {
    let world = World::new().await;
    assert_eq!(code(run(&world, &world.bob, "/token create ci").await), Code::Forbidden);
    let done =
        run(&world, &world.ann, "/token create ci messages:write channels:read").await.expect("makes it");
    let effect = done.effect.expect("an effect");
    assert_eq!(effect.kind, EffectType::TokenCreated);
    let bot = world.nobody.with_token(&quoted(&done.reply_md.expect("an answer")));
    looks(&world, &bot).await.expect("the token is good for that");
    assert_eq!(code(bot.me().await), Code::Forbidden);
    run(&world, &world.ann, "/token create CI channels:read").await.expect("another one of the same bot");
    assert_eq!(sql(&world, "select from bots").await, 1);
    let id = effect.id.expect("an id");
    assert_eq!(code(run(&world, &world.bob, &format!("/token revoke {id}")).await), Code::Forbidden);
    run(&world, &world.ann, &format!("/token revoke {id}")).await.expect("revokes");
    assert_eq!(code(looks(&world, &bot).await), Code::Unauthenticated);
    assert_eq!(misused(&world, "/token revoke 00000000-0000-0000-0000-000000000007").await, "id");
    assert_eq!(misused(&world, "/token create ci everything").await, "scopes");
    // A scope that the bot does not have.
    assert_eq!(misused(&world, "/token create ci files:write").await, "scopes");
    world.end().await;
}

#[tokio::test]
async fn a_webhook_is_made_listed_and_revoked() {
    let world = World::new().await;
    assert_eq!(code(run(&world, &world.bob, "/webhook create #general CI").await), Code::Forbidden);
    let done = run(&world, &world.ann, "/webhook create #general Build status").await.expect("makes it");
    let id = done.effect.and_then(|effect| effect.id).expect("an id");
    let reply = done.reply_md.expect("an answer");
    let url = reply.split_whitespace().last().expect("an address");
    let path = format!("/api/channels/{}/webhooks", world.general.id);
    let hooks = world.ann.get::<Page<Webhook>>(&path).await.expect("lists").items;
    assert_eq!((hooks[0].name.as_str(), hooks[0].id.to_string()), ("Build status", id.clone()));
    assert!(url.contains(&id), "{url}");
    let listed = run(&world, &world.ann, "/webhook list").await.expect("lists").reply_md.expect("an answer");
    assert!(listed.contains("Build status") && listed.contains(&id), "{listed}");
    run(&world, &world.ann, &format!("/webhook revoke {id}")).await.expect("revokes");
    assert_eq!(sql(&world, "select from webhooks").await, 0);
    run(&world, &world.ann, &format!("/webhook revoke {id}")).await.expect("again changes nothing");
    assert_eq!(misused(&world, "/webhook revoke 00000000-0000-0000-0000-000000000007").await, "id");
    world.end().await;
}
