//! Revoking tokens, and their end by themselves.

use ajet_protocol::{Code, CreateToken, Timestamp, TokenScope};
use time::{Duration, OffsetDateTime};

use crate::support::bots::{made, token_of, with};
use crate::support::cluster::Cluster;
use crate::support::{DEADLINE, World, audit, code, created, next, serve, text};

/// I14.
#[tokio::test]
async fn a_revoked_token_is_worth_nothing_on_every_node_and_its_streams_end() {
    let cluster = Cluster::of(3).await;
    let world = &cluster.world;
    let bot = made(world, "robo").await;
    let (token, robo) = token_of(world, &bot, TokenScope::ALL).await;
    let (_, other) = token_of(world, &bot, TokenScope::ALL).await;
    let (everywhere, mut streams) = (cluster.everywhere(&robo), Vec::new());
    for client in &everywhere {
        client.channels(world.community.id).await.expect("known, and cached");
        let mut live = client.live(None).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        streams.push(live);
    }
    world.ann.revoke_token(token.id).await.expect("revokes");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    for (client, live) in everywhere.iter().zip(&mut streams) {
        assert_eq!(code(client.channels(world.community.id).await), Code::Unauthenticated);
        while let Some(event) = live.next().await {
            assert_eq!(created(&event), None, "no event after it was revoked");
        }
    }
    other.channels(world.community.id).await.expect("the bot's other token is good");
    world.ann.revoke_token(token.id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.revoke_token(token.id).await), Code::Forbidden);
    let lines = audit(world).await;
    assert_eq!(lines.iter().filter(|(action, _)| action == "token.revoke").count(), 1);
    cluster.end().await;
}

#[tokio::test]
async fn tokens_are_revoked_by_those_who_manage_bots() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let (token, robo) = token_of(&world, &bot, TokenScope::ALL).await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.revoke_token(token.id).await), Code::Forbidden);
    assert_eq!(code(carol.revoke_token(token.id).await), Code::NotFound);
    assert_eq!(code(robo.revoke_token(token.id).await), Code::Forbidden, "no token may");
    world.end().await;
}

/// I14.
#[tokio::test]
async fn a_stream_ends_when_its_token_expires() {
    let world = World::with(|config| config.events.heartbeat_s = 1).await;
    let other = serve(&world.config).await;
    let bot = made(&world, "robo").await;
    let soon = Timestamp::from(OffsetDateTime::now_utc() + Duration::seconds(3));
    let create = CreateToken { expires_at: Some(soon), ..with(TokenScope::ALL) };
    let token = world.ann.create_token(bot.id, &create).await.expect("creates");
    let robo = world.nobody.with_token(&token.token.expect("shown"));
    let robo = robo.at(&format!("http://{}", other.addr()));
    let mut live = robo.live(None).await.expect("opens while the token lives");
    assert_eq!(next(&mut live).await.name, "ready");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "the stream ends with the token");
    assert_eq!(code(robo.channels(world.community.id).await), Code::Unauthenticated);
    world.end().await;
    other.stop().await;
}
