//! Listing tokens.

use ajet_protocol::{Code, PageQuery, TokenScope};

use crate::support::bots::{made, token_of};
use crate::support::{World, code, eventually};

#[tokio::test]
async fn tokens_are_listed_without_their_secrets_and_say_when_they_were_used() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let (one, client) = token_of(&world, &bot, &[TokenScope::ChannelsRead]).await;
    let (two, _) = token_of(&world, &bot, &[]).await;
    let all = PageQuery::default();
    let listed = world.ann.tokens(bot.id, &all).await.expect("lists").items;
    assert_eq!(listed.iter().map(|token| token.id).collect::<Vec<_>>(), [one.id, two.id]);
    assert!(listed.iter().all(|token| token.token.is_none() && token.last_used_at.is_none()));
    client.channels(world.community.id).await.expect("is used");
    eventually("its use is noted", async || {
        let listed = world.ann.tokens(bot.id, &all).await.expect("lists").items;
        listed[0].last_used_at.is_some() && listed[1].last_used_at.is_none()
    })
    .await;
    world.ann.revoke_token(two.id).await.expect("revokes");
    assert_eq!(world.ann.tokens(bot.id, &all).await.expect("lists").items.len(), 1);
    assert_eq!(code(world.bob.tokens(bot.id, &all).await), Code::Forbidden);
    world.end().await;
}
