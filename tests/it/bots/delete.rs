//! Ending bots.

use ajet_protocol::{Code, PageQuery, Reason, TokenScope};

use crate::support::bots::{made, signed_in, token_of, with};
use crate::support::cluster::{Cluster, base};
use crate::support::{DEADLINE, World, code, created, history, next, read_until, sql, text};

/// I14: on every node, before it is answered.
#[tokio::test]
async fn a_bot_that_is_deleted_is_out_on_every_node() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (bot, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    robo.post(world.general.id, &text("I was here")).await.expect("posts");
    let everywhere = cluster.everywhere(&robo);
    let mut streams = Vec::new();
    for client in &everywhere {
        client.channels(world.community.id).await.expect("known, and cached");
        let mut live = client.live(None).await.expect("opens");
        assert_eq!(next(&mut live).await.name, "ready");
        streams.push(live);
    }
    world.ann.delete_bot(bot.id).await.expect("deletes");
    world.ann.post(world.general.id, &text("after")).await.expect("posts");
    for (client, live) in everywhere.iter().zip(&mut streams) {
        assert_eq!(code(client.channels(world.community.id).await), Code::Unauthenticated);
        while let Some(event) = live.next().await {
            assert_eq!(created(&event), None, "no event after it was deleted");
        }
    }
    assert_eq!(code(world.ann.member(world.community.id, bot.user_id).await), Code::NotFound);
    world.ann.delete_bot(bot.id).await.expect("again changes nothing");
    assert_eq!(code(world.bob.delete_bot(bot.id).await), Code::NotFound);
    let kept = history(&world.ann, &world.general).await;
    assert!(kept.iter().any(|one| one.body_md == "I was here" && one.author.display_name == "robo"));
    cluster.end().await;
}

/// I14, also where the first request got no further than its commit. No scan finds the end here, so that the telling alone can close anything.
#[tokio::test]
async fn a_deletion_of_a_bot_that_is_repeated_tells_nodes_again() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let (bot, robo) = signed_in(world, "robo", TokenScope::ALL).await;
    let robo = robo.at(&base(&cluster.others[0]));
    robo.channels(world.community.id).await.expect("known, and cached");
    let mut live = robo.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let noted = sql(
        world,
        "with gone as (
           delete from bots returning id, community_id, created_by
         ), revoked as (
           update api_tokens t set revoked_at = clock_timestamp() from gone g where t.bot_id = g.id
         )
         insert into audit_log (id, community_id, actor_id, action, target_type, target_id, created_at)
         select gen_random_uuid(), community_id, created_by, 'bot.delete', 'bot', id, clock_timestamp() from gone",
    )
    .await;
    assert_eq!(noted, 1);
    world.ann.delete_bot(bot.id).await.expect("again changes nothing");
    assert_eq!(code(robo.channels(world.community.id).await), Code::Unauthenticated, "from the answer on");
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "its stream ends");
    cluster.end().await;
}

/// A bot that is put out, or leaves, is no bot any more.
#[tokio::test]
async fn a_bot_that_is_kicked_banned_or_leaves_has_no_tokens_and_is_not_listed() {
    let world = World::new().await;
    let community = world.community.id;
    for way in ["kicked", "banned", "leaves"] {
        let (bot, robo) = signed_in(&world, way, TokenScope::ALL).await;
        robo.channels(community).await.expect("known, and cached");
        match way {
            "kicked" => world.ann.remove_member(community, bot.user_id, &Reason::default()).await.expect(way),
            "banned" => world.ann.ban(community, bot.user_id, &Reason::default()).await.expect(way),
            _ => robo.remove_member(community, bot.user_id, &Reason::default()).await.expect(way),
        }
        assert_eq!(code(robo.channels(community).await), Code::Unauthenticated, "{way}");
        let listed = world.ann.bots(community, &PageQuery::default()).await.expect("lists");
        assert!(listed.items.iter().all(|one| one.id != bot.id), "{way}");
        let tokens = world.ann.tokens(bot.id, &PageQuery::default()).await;
        assert_eq!(code(tokens), Code::NotFound, "{way}");
    }
    world.end().await;
}

#[tokio::test]
async fn bots_end_with_their_community() {
    let world = World::new().await;
    let (_, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    robo.channels(world.community.id).await.expect("known, and cached");
    let mut live = robo.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.ann.delete_community(world.community.id).await.expect("deletes");
    assert_eq!(code(robo.communities().await), Code::Unauthenticated);
    let ended = tokio::time::timeout(DEADLINE, async { while live.next().await.is_some() {} }).await;
    assert!(ended.is_ok(), "the stream ends");
    world.end().await;
}

/// Its tokens are refused while its account is out of use, and are lost no more than what a person has.
#[tokio::test]
async fn a_deactivated_bots_tokens_are_refused_and_good_again_afterwards() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    let community = world.community.id;
    robo.channels(community).await.expect("known, and cached");
    let (unused, fresh) = token_of(&world, &bot, TokenScope::ALL).await;
    let (revoked, gone) = token_of(&world, &bot, TokenScope::ALL).await;
    world.ann.deactivate(bot.user_id).await.expect("the system owner may");
    for token in [&robo, &fresh, &robo] {
        assert_eq!(code(token.channels(community).await), Code::Unauthenticated);
    }
    world.ann.revoke_token(revoked.id).await.expect("a token that leaked ends for good");
    world.ann.reactivate(bot.user_id).await.expect("takes back");
    robo.channels(community).await.expect("at once, though it was refused just now");
    fresh.channels(community).await.expect("and the one that had not been used");
    assert_eq!(code(gone.channels(community).await), Code::Unauthenticated);
    let mut live = robo.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.post(world.general.id, &text("welcome back")).await.expect("posts");
    assert_eq!(read_until(&mut live, "welcome back").await, ["welcome back"], "its streams go on");
    let listed = world.ann.tokens(bot.id, &PageQuery::default()).await.expect("lists").items;
    assert!(listed.iter().any(|one| one.id == unused.id) && listed.len() == 2, "{listed:?}");
    world.end().await;
}

/// It would be worth nothing, and not say why.
#[tokio::test]
async fn a_deactivated_bot_gets_no_token() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    world.ann.deactivate(bot.user_id).await.expect("the system owner may");
    let refused = world.ann.create_token(bot.id, &with(TokenScope::ALL)).await.expect_err("is refused");
    assert_eq!(refused.code(), Some(Code::Conflict));
    assert!(refused.to_string().contains("deactivated"), "{refused}");
    world.ann.reactivate(bot.user_id).await.expect("takes back");
    world.ann.create_token(bot.id, &with(TokenScope::ALL)).await.expect("creates");
    world.end().await;
}

/// It is not told that its account is deactivated, which it is not.
#[tokio::test]
async fn a_bot_does_not_sign_in_by_its_name() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let name = world.ann.user(bot.user_id).await.expect("is there").username;
    let refused = world.nobody.sign_in(&name).await.expect_err("is refused");
    assert_eq!(refused.code(), Some(Code::Forbidden));
    assert!(refused.to_string().contains("bots do not sign in"), "{refused}");
    world.end().await;
}

#[tokio::test]
async fn bots_are_deleted_by_those_who_manage_them() {
    let world = World::new().await;
    let bot = made(&world, "robo").await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.delete_bot(bot.id).await), Code::Forbidden);
    assert_eq!(code(carol.delete_bot(bot.id).await), Code::NotFound);
    world.end().await;
}
