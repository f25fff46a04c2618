//! `GET /api/communities/{id}/bans` and `DELETE /api/communities/{id}/bans/{user_id}`.

use ajet_protocol::{Code, CreateInvite, Reason};

use crate::support::{World, code, db};

/// A person whose ban is lifted comes back by an invite; who may not ban neither lifts one nor sees whom there is one of.
#[tokio::test]
async fn a_person_whose_ban_was_lifted_comes_back_by_an_invite() {
    let world = World::new().await;
    let (carol, user) = world.nobody.sign_in("carol").await.expect("signs in");
    let community = world.community.id;
    sqlx::query(
        "insert into bans (community_id, user_id, reason, created_at) values ($1, $2, 'spam', now())",
    )
    .bind(community.0)
    .bind(user.id.0)
    .execute(&mut db(&world).await)
    .await
    .expect("bans");
    let invite = world.ann.create_invite(community, &CreateInvite::default()).await.expect("invites");
    assert_eq!(code(carol.accept_invite(&invite.code).await), Code::Banned);
    let bans = world.ann.bans(community).await.expect("lists").items;
    assert_eq!((bans.len(), bans[0].user.id, bans[0].reason.as_deref()), (1, user.id, Some("spam")));
    assert_eq!(code(world.bob.bans(community).await), Code::Forbidden);
    assert_eq!(code(world.bob.unban(community, user.id, &Reason::default()).await), Code::Forbidden);
    assert_eq!(code(carol.bans(community).await), Code::NotFound);
    for _ in 0..2 {
        world.ann.unban(community, user.id, &Reason::default()).await.expect("lifts, again too");
    }
    carol.accept_invite(&invite.code).await.expect("comes back");
    assert!(world.ann.bans(community).await.expect("lists").items.is_empty());
    world.end().await;
}
