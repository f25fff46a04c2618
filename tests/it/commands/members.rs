//! `POST /api/commands` about people: with the rights, the events and the audit log of the routes.

use ajet_protocol::{Code, EffectType, Event, Role};

use super::{misused, run};
use crate::support::{World, code, next_event, sql, text};

#[tokio::test]
async fn a_member_is_muted_and_unmuted() {
    let world = World::new().await;
    assert_eq!(code(run(&world, &world.bob, "/mute @ann 10m").await), Code::Forbidden);
    let done = run(&world, &world.ann, "/mute @bob 10m").await.expect("mutes");
    assert_eq!(done.effect.map(|effect| effect.kind), Some(EffectType::Muted));
    assert_eq!(code(world.bob.post(world.general.id, &text("hm")).await), Code::Muted);
    assert_eq!(code(run(&world, &world.bob, "/me hums").await), Code::Muted);
    run(&world, &world.ann, "/unmute @bob").await.expect("lifts it");
    world.bob.post(world.general.id, &text("hm")).await.expect("may again");
    run(&world, &world.ann, "/mute @bob").await.expect("until it is lifted");
    assert_eq!(
        sql(&world, "select from audit_log where action in ('member.mute', 'member.unmute')").await,
        3
    );
    world.end().await;
}

#[tokio::test]
async fn a_member_is_kicked_banned_and_let_in_again() {
    let world = World::new().await;
    let mut live = world.ann.live(None).await.expect("a stream");
    assert_eq!(code(run(&world, &world.bob, "/kick @ann").await), Code::Forbidden);
    run(&world, &world.ann, "/kick @bob spam, again").await.expect("kicks");
    assert!(matches!(next_event(&mut live, "member.kicked").await, Some(Event::MemberKicked(_))));
    assert_eq!(sql(&world, "select from audit_log where details ->> 'reason' = 'spam, again'").await, 1);
    assert_eq!(code(run(&world, &world.bob, "/help").await), Code::NotFound);
    assert_eq!(misused(&world, "/kick @bob").await, "person", "is no member any more");
    // Somebody outside can be banned, and is named by the user name.
    run(&world, &world.ann, "/ban @bob more spam").await.expect("bans");
    assert_eq!(sql(&world, "select from bans where reason = 'more spam'").await, 1);
    run(&world, &world.ann, "/unban @bob").await.expect("lifts it");
    assert_eq!(sql(&world, "select from bans").await, 0);
    assert_eq!(misused(&world, "/mute @bob").await, "person");
    world.end().await;
}

#[tokio::test]
async fn a_member_is_made_an_admin_and_a_member_again() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    for (word, role) in [("admin", Role::Admin), ("member", Role::Member)] {
        run(&world, &world.ann, &format!("/role @bob {word}")).await.expect("may");
        assert_eq!(world.ann.member(world.community.id, bob).await.expect("is one").role, role);
    }
    assert_eq!(code(run(&world, &world.bob, "/role @bob admin").await), Code::Forbidden);
    world.end().await;
}

#[tokio::test]
async fn a_member_is_let_into_the_channel_and_anybody_else_invited() {
    let world = World::new().await;
    let secret = world.channel("secret", ajet_protocol::Visibility::Private).await;
    let request = super::typed(secret.id, "/invite @bob");
    let done = world.ann.run_command(&request).await.expect("lets them in");
    assert_eq!(done.effect.map(|effect| effect.kind), Some(EffectType::Added));
    world.bob.post(secret.id, &text("here I am")).await.expect("is in it");
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    let done = run(&world, &world.ann, "/invite @dave").await.expect("invites");
    let effect = done.effect.expect("an effect");
    assert_eq!(effect.kind, EffectType::Invited);
    let invite = effect.id.expect("a code");
    assert!(done.reply_md.is_some_and(|reply| reply.contains(&invite)), "it is told to the inviter");
    let (eve, _) = world.nobody.sign_in("eve").await.expect("signs in");
    assert!(eve.accept_invite(&invite).await.is_err(), "it serves one person");
    dave.accept_invite(&invite).await.expect("comes in");
    world.end().await;
}
