//! `PUT` and `DELETE /api/users/{id}/deactivated`: an account is out of use, and nothing of it is lost.

use ajet_protocol::{Code, UserId};
use serde_json::json;
use uuid::Uuid;

use crate::support::requests::post_hook;
use crate::support::{World, code, db, id_of, sessions_of, sql, text};

#[tokio::test]
async fn a_person_is_shut_out_and_comes_back_to_all_that_was_theirs() {
    let world = World::new().await;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let bob = id_of(&world.bob).await;
    let message = world.bob.post(world.general.id, &text("hello")).await.expect("posts");
    world.ann.deactivate(bob).await.expect("deactivates");
    world.ann.deactivate(bob).await.expect("again changes nothing");
    for session in [&world.bob, &second] {
        assert_eq!(code(session.me().await), Code::Unauthenticated);
        assert_eq!(code(session.post(world.general.id, &text("still here")).await), Code::Unauthenticated);
    }
    assert_eq!(sessions_of(&world, "bob").await, 0);
    assert_eq!(code(world.nobody.sign_in("bob").await), Code::Forbidden);
    assert_eq!(sessions_of(&world, "bob").await, 0, "none was opened");
    assert_eq!(world.ann.message(message.id).await.expect("is there").author.display_name, "bob");
    assert_eq!(world.ann.user(bob).await.expect("is there").id, bob);
    world.ann.reactivate(bob).await.expect("takes back");
    world.ann.reactivate(bob).await.expect("again changes nothing");
    assert_eq!(code(world.bob.me().await), Code::Unauthenticated, "a session that ended stays so");
    let (bob, _) = world.nobody.sign_in("bob").await.expect("signs in");
    bob.post(world.general.id, &text("back")).await.expect("is a member still");
    for action in ["user.deactivate", "user.reactivate"] {
        let lines = sqlx::query(
            "select 1 from system_audit l join users a on a.id = l.actor_id join users b on b.id = l.target_id
             where l.action = $1 and a.username = 'ann' and b.username = 'bob' and l.target_type = 'user'",
        );
        let lines = lines.bind(action).execute(&mut db(&world).await).await.expect("reads");
        assert_eq!(lines.rows_affected(), 1, "{action}: what changed nothing leaves no line");
    }
    world.end().await;
}

#[tokio::test]
async fn only_the_owner_of_the_system_deactivates_and_not_themselves() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    // An owner of a community need not own the system.
    sql(&world, "update community_members set role = 'owner'").await;
    for (by, person, refusal) in [
        (&world.bob, ann, Code::Forbidden),
        (&world.bob, bob, Code::Forbidden),
        (&world.ann, ann, Code::Invalid),
        (&world.ann, UserId(Uuid::from_u128(1)), Code::NotFound),
        (&world.nobody, bob, Code::Unauthenticated),
    ] {
        assert_eq!(code(by.deactivate(person).await), refusal, "{person}");
        assert_eq!(code(by.reactivate(person).await), refusal, "{person}");
    }
    assert_eq!(sql(&world, "select 1 from users where deactivated_at is not null").await, 0);
    assert_eq!(
        sql(&world, "select 1 from system_audit where action like 'user.%'").await,
        0,
        "nor of what was refused"
    );
    world.end().await;
}

#[tokio::test]
async fn webhooks_of_a_deactivated_person_take_nothing() {
    let world = World::new().await;
    let url =
        world.ann.create_webhook(world.general.id, "CI").await.expect("creates").url.expect("an address");
    let payload = json!({ "text": "built" });
    assert_eq!(post_hook(&url, &payload).await, 200);
    sql(&world, "update webhooks set created_by = (select id from users where username = 'bob')").await;
    world.ann.deactivate(id_of(&world.bob).await).await.expect("deactivates");
    assert_eq!(post_hook(&url, &payload).await, 404);
    world.end().await;
}

/// A node that was cut off between the two leaves sessions of an account that is out of use: they are good for nothing, and go.
#[tokio::test]
async fn sessions_that_a_deactivation_left_are_worth_nothing() {
    let world = World::new().await;
    sql(&world, "update users set deactivated_at = now() where username = 'bob'").await;
    let other = crate::support::serve(&world.config).await;
    let bob = world.bob.at(&format!("http://{}", other.addr()));
    assert_eq!(code(bob.me().await), Code::Unauthenticated);
    world.server.app().store.forget_ended_sessions().await.expect("removes");
    assert_eq!(sessions_of(&world, "bob").await, 0);
    world.end().await;
    other.stop().await;
}
