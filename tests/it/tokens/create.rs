//! Making tokens.

use ajet_protocol::{
    Code, CreateRole, CreateToken, Permission, Reason, Role, Timestamp, TokenScope, UpdateMember, Visibility,
};
use reqwest::Method;
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::support::bots::{made, request, with};
use crate::support::requests::{ann, fields, problem};
use crate::support::{DEADLINE, World, code, id_of, sql};

#[tokio::test]
async fn a_token_is_shown_once() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let create = CreateToken { client_mutation_id: Some("t1".into()), ..with(&[TokenScope::ChannelsRead]) };
    let first = world.ann.create_token(bot.id, &create).await.expect("creates");
    let again = world.ann.create_token(bot.id, &create).await.expect("replays");
    let secret = first.token.clone().expect("shown");
    assert_eq!((again.id, &again.token, again.bot_id), (first.id, &None, bot.id));
    world.nobody.with_token(&secret).channels(world.community.id).await.expect("signs in");
    let other = CreateToken { scopes: vec![], ..create };
    assert_eq!(code(world.ann.create_token(bot.id, &other).await), Code::Conflict);
    world.end().await;
}

#[tokio::test]
async fn a_token_has_scopes_of_its_bot_alone() {
    let world = World::new().await;
    let few = request("few", &[TokenScope::MessagesRead]);
    let bot = world.ann.create_bot(world.community.id, &few).await.expect("creates");
    let path = format!("/api/bots/{}/tokens", bot.id);
    let past = Timestamp::from(OffsetDateTime::now_utc() - Duration::seconds(1));
    for (body, field) in [
        (json!({ "scopes": ["messages:read", "messages:write"] }), "scopes"),
        (json!({ "scopes": ["messages:read"], "expires_at": past }), "expires_at"),
        (json!({}), "scopes"),
    ] {
        let (status, told) = problem(ann(&world, Method::POST, &path).json(&body)).await;
        assert_eq!(status, 422, "{body}: {told}");
        assert_eq!(fields(&told)[0].0, field, "{told}");
    }
    world.ann.create_token(bot.id, &with(&[])).await.expect("one that is good for nothing");
    world.end().await;
}

#[tokio::test]
async fn tokens_are_made_by_those_who_manage_bots_and_stand_no_lower() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.create_token(bot.id, &with(&[])).await), Code::Forbidden);
    assert_eq!(code(carol.create_token(bot.id, &with(&[])).await), Code::NotFound);
    let role = CreateRole {
        name: "keepers".into(),
        permissions: Some(vec![Permission::ManageBots]),
        ..CreateRole::default()
    };
    let role = world.ann.create_role(world.community.id, &role).await.expect("creates");
    let bob = world.bob.me().await.expect("me").user.id;
    let keeper = UpdateMember { roles: Some(vec![role.id]), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bob, &keeper).await.expect("gives");
    world.bob.create_token(bot.id, &with(&[])).await.expect("a keeper may");
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bot.user_id, &admin).await.expect("raises");
    assert_eq!(
        code(world.bob.create_token(bot.id, &with(&[])).await),
        Code::Forbidden,
        "the bot stands above"
    );
    world.end().await;
}

/// Who has a token reads what its bot reads: a keeper of bots gets none of a bot that sees what they do not.
#[tokio::test]
async fn a_keeper_gets_no_token_of_a_bot_that_sees_more() {
    let world = World::new().await;
    let role = CreateRole {
        name: "keepers".into(),
        permissions: Some(vec![Permission::ManageBots]),
        ..CreateRole::default()
    };
    let role = world.ann.create_role(world.community.id, &role).await.expect("creates");
    let bob = world.bob.me().await.expect("me").user.id;
    let keeper = UpdateMember { roles: Some(vec![role.id]), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bob, &keeper).await.expect("gives");
    let (plain, insider, friend) =
        (made(&world, "plain").await, made(&world, "insider").await, made(&world, "friend").await);
    let secret = world.channel("secret", Visibility::Private).await;
    world.ann.add_to_channel(secret.id, insider.user_id).await.expect("lets in");
    world.ann.open_dm(&[friend.user_id]).await.expect("opens");
    world.bob.create_token(plain.id, &with(&[])).await.expect("it sees what bob sees");
    for bot in [&insider, &friend] {
        assert_eq!(code(world.bob.create_token(bot.id, &with(&[])).await), Code::Forbidden, "{}", bot.name);
        world.ann.create_token(bot.id, &with(&[])).await.expect("an owner renews it");
    }
    // Once bob sees the channel as well, there is nothing beyond.
    world.ann.add_to_channel(secret.id, bob).await.expect("lets in");
    world.bob.create_token(insider.id, &with(&[])).await.expect("it sees what bob sees");
    world.end().await;
}

/// What a person made is worth nothing from the answer on by which they left.
#[tokio::test]
async fn tokens_end_with_the_membership_of_who_made_them() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let bob = world.bob.me().await.expect("me").user.id;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bob, &admin).await.expect("raises");
    let token = world.bob.create_token(bot.id, &with(&[TokenScope::ChannelsRead])).await.expect("creates");
    let robo = world.nobody.with_token(token.token.as_deref().expect("shown"));
    robo.channels(world.community.id).await.expect("signs in");
    world.bob.remove_member(world.community.id, bob, &Reason::default()).await.expect("leaves");
    assert_eq!(code(robo.channels(world.community.id).await), Code::Unauthenticated);
    world.end().await;
}

/// The same of those whom others put out.
#[tokio::test]
async fn tokens_end_with_who_made_them_however_they_are_put_out() {
    let world = World::new().await;
    let (ann, community, bot) = (&world.ann, world.community.id, made(&world, "robo").await);
    for way in ["kicked", "banned", "deactivated"] {
        let keeper = world.join(way).await;
        let id = id_of(&keeper).await;
        let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
        ann.update_member(community, id, &admin).await.expect("raises");
        let token = keeper.create_token(bot.id, &with(&[TokenScope::ChannelsRead])).await.expect("creates");
        let robo = world.nobody.with_token(token.token.as_deref().expect("shown"));
        robo.channels(community).await.expect("signs in");
        match way {
            "kicked" => ann.remove_member(community, id, &Reason::default()).await.expect("kicks"),
            "banned" => ann.ban(community, id, &Reason::default()).await.expect("bans"),
            _ => ann.deactivate(id).await.expect("deactivates"),
        }
        assert_eq!(code(robo.channels(community).await), Code::Unauthenticated, "{way}");
    }
    world.end().await;
}

/// As if it had been made by a request that was under way when its maker's other tokens ended.
#[tokio::test]
async fn a_token_whose_maker_is_out_of_use_is_none() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let keeper = world.join("keeper").await;
    let id = id_of(&keeper).await;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, id, &admin).await.expect("raises");
    let robo = async || {
        let scopes = with(&[TokenScope::ChannelsRead, TokenScope::MessagesRead]);
        let made = keeper.create_token(bot.id, &scopes).await.expect("creates");
        world.nobody.with_token(made.token.as_deref().expect("shown"))
    };
    let (known, unknown, unused) = (robo().await, robo().await, robo().await);
    known.channels(world.community.id).await.expect("signs in");
    let mut live = known.live(None).await.expect("opens");
    sql(&world, "update users set deactivated_at = clock_timestamp() where username = 'keeper'").await;
    assert_eq!(code(unknown.channels(world.community.id).await), Code::Unauthenticated);
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "the stream ends");
    world.ann.reactivate(id).await.expect("reactivates");
    assert_eq!(code(unused.channels(world.community.id).await), Code::Unauthenticated, "it ended for good");
    world.end().await;
}

#[tokio::test]
async fn a_bot_has_twenty_tokens_at_most() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let mut last = None;
    for _ in 0..20 {
        last = Some(world.ann.create_token(bot.id, &with(&[])).await.expect("creates").id);
    }
    assert_eq!(code(world.ann.create_token(bot.id, &with(&[])).await), Code::Limit);
    world.ann.revoke_token(last.expect("twenty")).await.expect("revokes");
    world.ann.create_token(bot.id, &with(&[])).await.expect("there is room again");
    world.end().await;
}
