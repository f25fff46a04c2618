//! Accepting invites.

use ajet_protocol::{Code, CreateInvite, Reason, Role, UpdateMember};
use futures::future::join_all;

use crate::support::{World, code, id_of, sql};

/// I13.
#[tokio::test]
async fn an_invite_is_used_no_more_often_than_it_says() {
    let world = World::new().await;
    let request = CreateInvite { max_uses: Some(3), ..CreateInvite::default() };
    let invite = world.ann.create_invite(world.community.id, &request).await.expect("invites");
    let people = join_all((0..50).map(|n| {
        let nobody = world.nobody.clone();
        async move { nobody.sign_in(&format!("p{n}")).await.expect("signs in").0 }
    }))
    .await;
    let answers = join_all(people.iter().map(|person| person.accept_invite(&invite.code))).await;
    let joined = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(joined, 3);
    for refused in answers.into_iter().filter(Result::is_err) {
        assert_eq!(code(refused), Code::Gone);
    }
    let unknown: Result<serde_json::Value, _> = world.bob.get("/api/invites/nonsense").await;
    assert_eq!(code(unknown), Code::NotFound);
    world.end().await;
}

/// I6, M7: an invite is worth what its maker may do.
#[tokio::test]
async fn an_invite_ends_with_its_makers_right() {
    let world = World::new().await;
    let invite =
        world.bob.create_invite(world.community.id, &Default::default()).await.expect("a member invites");
    let path = format!("/api/invites/{}", invite.code);
    world.nobody.get::<serde_json::Value>(&path).await.expect("it is good");
    sql(
        &world,
        "delete from community_members where user_id = (select id from users where username = 'bob')",
    )
    .await;
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    let preview = world.nobody.get::<serde_json::Value>(&path).await.expect_err("over");
    assert_eq!(preview.code(), Some(Code::Gone));
    let back = world.bob.accept_invite(&invite.code).await.expect_err("no way back for its maker");
    assert_eq!(back.code(), Some(Code::Gone));
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(carol.accept_invite(&invite.code).await.expect_err("over").code(), Some(Code::Gone));
    world.end().await;
}

/// The same over the API, at once. Every member may invite: the right is lost with the membership alone.
#[tokio::test]
async fn an_invite_ends_when_its_maker_is_put_out_or_leaves() {
    let world = World::new().await;
    let (community, no) = (world.community.id, Reason::default());
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for how in ["left", "kicked", "banned"] {
        let maker = world.join(how).await;
        let id = id_of(&maker).await;
        let invite =
            maker.create_invite(community, &CreateInvite::default()).await.expect("a member invites");
        let path = format!("/api/invites/{}", invite.code);
        world.nobody.get::<serde_json::Value>(&path).await.expect("it is good");
        match how {
            "left" => maker.remove_member(community, id, &no).await.expect("leaves"),
            "kicked" => world.ann.remove_member(community, id, &no).await.expect("kicks"),
            _ => world.ann.ban(community, id, &no).await.expect("bans"),
        }
        assert_eq!(code(world.nobody.get::<serde_json::Value>(&path).await), Code::Gone, "{how}");
        assert_eq!(code(stranger.accept_invite(&invite.code).await), Code::Gone, "{how}");
    }
    world.end().await;
}

/// Every member may invite: the invite of an admin of before is worth what a member's is, and ends with the membership.
#[tokio::test]
async fn an_invite_of_a_demoted_maker_is_worth_what_a_members_is() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, id_of(&world.bob).await);
    let becomes = |role| UpdateMember { role: Some(role), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &becomes(Role::Admin)).await.expect("raises");
    let invite =
        world.bob.create_invite(community, &CreateInvite::default()).await.expect("an admin invites");
    let other = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    world.ann.update_member(community, bob, &becomes(Role::Member)).await.expect("demotes");
    assert_eq!(code(world.bob.revoke_invite(&other.code).await), Code::Forbidden, "an admin's right");
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    carol.accept_invite(&invite.code).await.expect("joins");
    world.ann.remove_member(community, bob, &Reason::default()).await.expect("kicks");
    let (dave, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(dave.accept_invite(&invite.code).await), Code::Gone);
    world.end().await;
}

/// An account that is out of use lets no one in, and what it made is good again when it is back.
#[tokio::test]
async fn an_invite_rests_while_its_maker_is_deactivated() {
    let world = World::new().await;
    let invite =
        world.bob.create_invite(world.community.id, &Default::default()).await.expect("a member invites");
    let path = format!("/api/invites/{}", invite.code);
    let bob = id_of(&world.bob).await;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    world.ann.deactivate(bob).await.expect("deactivates");
    assert_eq!(code(world.nobody.get::<serde_json::Value>(&path).await), Code::Gone);
    assert_eq!(code(carol.accept_invite(&invite.code).await), Code::Gone);
    world.ann.reactivate(bob).await.expect("takes back");
    world.nobody.get::<serde_json::Value>(&path).await.expect("it is good again");
    carol.accept_invite(&invite.code).await.expect("joins");
    world.end().await;
}
