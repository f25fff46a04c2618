//! `DELETE /api/invites/{code}`.

use ajet_protocol::{Code, CreateInvite};
use serde_json::Value;

use crate::support::{World, audit, code};

#[tokio::test]
async fn a_revoked_invite_lets_no_one_in() {
    let world = World::new().await;
    let community = world.community.id;
    let invite = world.bob.create_invite(community, &CreateInvite::default()).await.expect("invites");
    for again in [false, true] {
        world.bob.revoke_invite(&invite.code).await.unwrap_or_else(|error| panic!("{again}: {error}"));
    }
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(carol.accept_invite(&invite.code).await), Code::Gone);
    let preview = world.nobody.get::<Value>(&format!("/api/invites/{}", invite.code)).await;
    assert_eq!(code(preview), Code::Gone);
    let revoked = audit(&world).await.into_iter().filter(|(action, _)| action == "invite.revoke").count();
    assert_eq!(revoked, 1, "what changes nothing is not noted");
    world.end().await;
}

#[tokio::test]
async fn an_invite_is_its_makers_and_the_managers() {
    let world = World::new().await;
    let community = world.community.id;
    let anns = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    let bobs = world.bob.create_invite(community, &CreateInvite::default()).await.expect("invites");
    let (stranger, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.revoke_invite(&anns.code).await), Code::Forbidden);
    assert_eq!(code(stranger.revoke_invite(&bobs.code).await), Code::NotFound);
    assert_eq!(code(world.ann.revoke_invite("no-code").await), Code::NotFound);
    world.ann.revoke_invite(&bobs.code).await.expect("ann manages the community");
    world.end().await;
}
