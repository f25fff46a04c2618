//! Making bots.

use ajet_protocol::{Code, CreateBot, Event, MuteMember, PageQuery, Role, TokenScope, UpdateMember};
use reqwest::Method;
use serde_json::json;

use crate::support::bots::{made, request};
use crate::support::requests::{ann, fields, problem};
use crate::support::{World, audit, code, next_event, sql};

#[tokio::test]
async fn a_bot_is_made_once_per_key_and_is_a_member() {
    let world = World::new().await;
    let mut live = world.bob.live(None).await.expect("opens");
    let create =
        CreateBot { client_mutation_id: Some("b1".into()), ..request("Deploy", &[TokenScope::MessagesRead]) };
    let first = world.ann.create_bot(world.community.id, &create).await.expect("creates");
    let again = world.ann.create_bot(world.community.id, &create).await.expect("replays");
    assert_eq!(first, again);
    assert_eq!((first.name.as_str(), &first.scopes[..]), ("Deploy", &[TokenScope::MessagesRead][..]));
    let other = CreateBot { name: "Other".into(), ..create };
    assert_eq!(code(world.ann.create_bot(world.community.id, &other).await), Code::Conflict);
    let Some(Event::MemberJoined(joined)) = next_event(&mut live, "member.joined").await else {
        panic!("told")
    };
    assert_eq!((joined.member.user.id, joined.member.user.bot), (first.user_id, true));
    let member = world.bob.member(world.community.id, first.user_id).await.expect("is one");
    assert_eq!(member.user.display_name, "Deploy");
    assert!(member.user.username.starts_with("deploy-"), "{}", member.user.username);
    let arrived = world.bob.channel_members(world.general.id, &PageQuery::default()).await.expect("lists");
    assert!(arrived.items.iter().any(|one| one.user.id == first.user_id), "where people arrive");
    assert!(audit(&world).await.iter().any(|(action, _)| action == "bot.create"));
    world.end().await;
}

#[tokio::test]
async fn bots_are_made_by_those_who_manage_them() {
    let world = World::new().await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    let create = request("CI", &[]);
    assert_eq!(code(world.bob.create_bot(world.community.id, &create).await), Code::Forbidden);
    assert_eq!(code(carol.create_bot(world.community.id, &create).await), Code::NotFound);
    let bob = world.bob.me().await.expect("me").user.id;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bob, &admin).await.expect("raises");
    world.bob.create_bot(world.community.id, &create).await.expect("an admin may");
    world.ann.mute(world.community.id, bob, &MuteMember::default()).await.expect("mutes");
    assert_eq!(code(world.bob.create_bot(world.community.id, &create).await), Code::Muted);
    world.end().await;
}

#[tokio::test]
async fn what_a_request_lacks_is_named() {
    let world = World::new().await;
    let path = format!("/api/communities/{}/bots", world.community.id);
    for (body, field) in [
        (json!({ "name": "CI" }), "scopes"),
        (json!({ "name": "", "scopes": [] }), "name"),
        (json!({ "name": "CI", "scopes": ["messages:*"] }), "scopes"),
        (json!({ "name": "CI", "scopes": [], "owner": 1 }), "owner"),
    ] {
        let (status, told) = problem(ann(&world, Method::POST, &path).json(&body)).await;
        assert_eq!(status, 422, "{body}: {told}");
        assert!(fields(&told).iter().any(|(named, _)| named.starts_with(field)), "{told}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_community_has_a_hundred_bots_at_most() {
    let world = World::new().await;
    made(&world, "one").await;
    let more = "with u as (
                  insert into users (id, username, display_name, bot, created_at)
                  select gen_random_uuid(), 'filler-' || n, 'filler', true, now() from generate_series(1, 99) n returning id
                )
                insert into bots (id, community_id, user_id, name, scopes, created_at)
                select gen_random_uuid(), c.id, u.id, 'filler', 0, now() from u, communities c";
    assert_eq!(sql(&world, more).await, 99);
    assert_eq!(code(world.ann.create_bot(world.community.id, &request("late", &[])).await), Code::Limit);
    world.end().await;
}

/// Only people sign in by a name.
#[tokio::test]
async fn no_one_signs_in_as_a_bot_by_its_name() {
    let world = World::new().await;
    let bot = made(&world, "CI").await;
    let member = world.ann.member(world.community.id, bot.user_id).await.expect("is one");
    assert_eq!(code(world.nobody.sign_in(&member.user.username).await.map(|_| ())), Code::Forbidden);
    world.end().await;
}
