//! Live streams of tokens: each event takes its scope.

use std::collections::BTreeSet;

use ajet_protocol::events::Ready;
use ajet_protocol::{Code, EventType, TokenScope, UpdateMember, Visibility};

use crate::support::bots::{made, signed_in, token_of};
use crate::support::{World, code, everything_before_now, frames_past, next, text};

/// Something of each kind.
async fn something_of_each(world: &World, room: &str) {
    let said = world.bob.post(world.general.id, &text("hello")).await.expect("posts");
    world.bob.react(said.id, "👍").await.expect("reacts");
    world.channel(room, Visibility::Public).await;
    let bob = world.bob.me().await.expect("me").user.id;
    let bobby = UpdateMember { nickname: Some(room.into()), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bob, &bobby).await.expect("renames");
}

#[tokio::test]
async fn a_stream_brings_what_its_scopes_allow_live_and_in_a_replay() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let reads = TokenScope::MessagesRead;
    for scopes in [vec![reads], vec![reads, TokenScope::ChannelsRead], vec![reads, TokenScope::MembersRead]] {
        let (token, robo) = token_of(&world, &bot, &scopes).await;
        let mut live = robo.live(None).await.expect("opens");
        let first = next(&mut live).await;
        let ready: Ready = serde_json::from_str(&first.data).expect("JSON");
        assert_eq!((ready.session_id, ready.user_id), (token.id.0, bot.user_id));
        something_of_each(&world, &format!("room-{}", scopes.len() + token.id.0.as_bytes()[15] as usize))
            .await;
        let barrier = everything_before_now(&world).await;
        let told: BTreeSet<String> =
            frames_past(&mut live, &world, &barrier).await.into_iter().map(|frame| frame.name).collect();
        let allowed = |name: &str| {
            EventType::named(name).is_none_or(|kind| kind.scope().is_some_and(|one| scopes.contains(&one)))
        };
        assert!(told.iter().all(|name| allowed(name)), "{scopes:?}: {told:?}");
        for name in ["message.created", "reaction.added", "channel.created", "member.updated"] {
            assert_eq!(told.contains(name), allowed(name), "{scopes:?}: {name} of {told:?}");
        }
        let mut replayed = robo.live(Some(&first.cursor)).await.expect("opens");
        let again: BTreeSet<String> =
            frames_past(&mut replayed, &world, &barrier).await.into_iter().map(|frame| frame.name).collect();
        assert!(again.iter().all(|name| allowed(name)), "{scopes:?}, replayed: {again:?}");
        assert!(again.contains("message.created"), "{again:?}");
    }
    world.end().await;
}

/// What is a person's own takes a session, whatever the token may.
#[tokio::test]
async fn what_is_a_persons_own_comes_to_no_token() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    let mut live = robo.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let said = world
        .ann
        .post(world.general.id, &text(&format!("@<user:{}> look", bot.user_id)))
        .await
        .expect("posts");
    robo.mark_read(world.general.id, said.id).await.expect("reads");
    let barrier = everything_before_now(&world).await;
    let told: Vec<String> =
        frames_past(&mut live, &world, &barrier).await.into_iter().map(|frame| frame.name).collect();
    assert!(told.contains(&"message.created".to_owned()), "{told:?}");
    assert!(
        !told.iter().any(|name| ["read.updated", "notification.new"].contains(&name.as_str())),
        "{told:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn a_stream_takes_the_scope_that_reads_messages() {
    let world = World::new().await;
    let (_, robo) = signed_in(&world, "robo", &[TokenScope::ChannelsRead]).await;
    assert_eq!(code(robo.live(None).await.map(|_| ())), Code::Forbidden);
    world.end().await;
}
