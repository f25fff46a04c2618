//! What a person approved ends with the right to it: people who are out of use, bots, and sessions that were ended meanwhile.

use ajet_protocol::{Code, DeviceError, PageQuery, TokenScope};
use serde_json::json;

use super::device::{approves, decision, polled, started};
use crate::sign_in::set_up::{client, signed_in, world_of};
use crate::support::bots::{made, token_of};
use crate::support::issuer::Issuer;
use crate::support::requests::{http, status};
use crate::support::{World, code, db, eventually, id_of, sessions_of, sql};

#[tokio::test]
async fn a_deactivated_person_gets_no_session() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    // As a node leaves it that is cut off before it ends what was theirs.
    sql(&world, "update users set deactivated_at = now() where username = 'bob'").await;
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AccessDenied));
    assert_eq!(sql(&world, "select 1 from sessions where device = 'ajet-tui'").await, 0);
    world.end().await;
}

#[tokio::test]
async fn what_was_approved_does_not_come_back_with_the_account() {
    let world = World::new().await;
    let device = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 200);
    let bob = id_of(&world.bob).await;
    world.ann.deactivate(bob).await.expect("deactivates");
    world.ann.reactivate(bob).await.expect("takes back");
    assert_eq!(polled(&world, &device).await, Err(DeviceError::InvalidGrant));
    assert_eq!(sessions_of(&world, "bob").await, 0);
    let later = started(&world).await;
    assert_eq!(approves(&world, &world.bob, &later.user_code).await, 303, "who is signed out signs in first");
    world.end().await;
}

#[tokio::test]
async fn a_session_that_was_not_taken_yet_ends_with_all_others() {
    let world = World::new().await;
    let (of_bob, of_ann) = (started(&world).await, started(&world).await);
    assert_eq!(approves(&world, &world.bob, &of_bob.user_code).await, 200);
    assert_eq!(approves(&world, &world.ann, &of_ann.user_code).await, 200);
    world.bob.end_other_sessions().await.expect("ends them");
    assert_eq!(polled(&world, &of_bob).await, Err(DeviceError::InvalidGrant));
    polled(&world, &of_ann).await.expect("those of others stay");
    assert_eq!(sessions_of(&world, "bob").await, 1);
    world.end().await;
}

/// The device's session is not committed yet when the others begin to end.
#[tokio::test]
async fn a_session_that_is_taken_while_all_others_end_ends_as_well() {
    let world = World::new().await;
    let device = started(&world).await;
    let (other, _) = world.nobody.sign_in("bob").await.expect("signs in");
    assert_eq!(approves(&world, &other, &device.user_code).await, 200);
    let mut lock = db(&world).await;
    sqlx::query("begin").execute(&mut lock).await.expect("begins");
    let holds = "select 1 from users where username = 'bob' for update";
    sqlx::query(holds).execute(&mut lock).await.expect("locks");
    let waiting =
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let wait = async |count: u64| {
        eventually("they wait", async || sql(&world, waiting).await >= count).await;
    };
    let ending = async {
        wait(1).await;
        world.bob.end_other_sessions().await
    };
    let letting_go = async {
        wait(2).await;
        sqlx::query("commit").execute(&mut lock).await
    };
    let (taken, ended, let_go) = tokio::join!(polled(&world, &device), ending, letting_go);
    ended.expect("ends them");
    let_go.expect("commits");
    let taken = world.nobody.with_token(&taken.expect("came first").access_token);
    assert_eq!(code(taken.me().await), Code::Unauthenticated);
    assert_eq!(sessions_of(&world, "bob").await, 1);
    world.end().await;
}

/// Signed out, ended from another session, and expired.
#[tokio::test]
async fn what_was_approved_ends_with_the_session_that_approved() {
    let world = World::new().await;
    for end in 0..3 {
        let device = started(&world).await;
        let (other, _) = world.nobody.sign_in("bob").await.expect("signs in");
        assert_eq!(approves(&world, &other, &device.user_code).await, 200);
        let all = other.sessions(&PageQuery::default()).await.expect("lists").items;
        let current = all.iter().find(|one| one.current).expect("the one that asks").id;
        match end {
            0 => other.sign_out().await.expect("signs out"),
            1 => world.bob.end_session(current).await.expect("ends it"),
            _ => {
                let past =
                    sqlx::query("update sessions set expires_at = now() where id = $1").bind(current.0);
                past.execute(&mut crate::support::db(&world).await).await.expect("ends it");
            }
        }
        assert_eq!(polled(&world, &device).await, Err(DeviceError::InvalidGrant), "way {end}");
    }
    assert_eq!(sql(&world, "select 1 from sessions where device = 'ajet-tui'").await, 0);
    world.end().await;
}

/// A node may remember a session for a while that is over.
#[tokio::test]
async fn a_session_that_is_over_decides_nothing() {
    let world = World::new().await;
    let device = started(&world).await;
    world.bob.me().await.expect("is remembered");
    sql(&world, "update sessions set expires_at = now() where user_id = (select id from users where username = 'bob')")
        .await;
    assert_eq!(approves(&world, &world.bob, &device.user_code).await, 303, "to the sign-in");
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    assert_eq!(approves(&world, &world.ann, &device.user_code).await, 200, "the code is as good as before");
    world.end().await;
}

#[tokio::test]
async fn the_session_of_a_device_ends_with_the_account_by_which_its_person_came() {
    let issuer = Issuer::new().await;
    let world = world_of(&issuer).await;
    let (carol, _) = signed_in(&world, &issuer, "carol").await;
    let device = started(&world).await;
    assert_eq!(approves(&world, &client(&world, &carol), &device.user_code).await, 200);
    let token = polled(&world, &device).await.expect("is let in");
    let terminal = world.nobody.with_token(&token.access_token);
    terminal.me().await.expect("is signed in");
    let told = issuer.logout_token(&[("sub", json!("carol"))]);
    let telling = http().post(format!("{}/auth/it/backchannel-logout", world.base()));
    assert_eq!(status(telling.form(&[("logout_token", told)])).await, 204);
    assert_eq!(code(terminal.me().await), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test]
async fn a_bot_lets_no_device_in() {
    let world = World::new().await;
    let device = started(&world).await;
    let (_, bot) = token_of(&world, &made(&world, "robo").await, TokenScope::ALL).await;
    let token = bot.token().expect("a token");
    assert_eq!(status(decision(&world, &device.user_code, "approve").bearer_auth(token)).await, 403);
    assert_eq!(polled(&world, &device).await, Err(DeviceError::AuthorizationPending));
    world.end().await;
}
