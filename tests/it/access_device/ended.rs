//! What a person approved ends with the right to it: people who are out of use, bots, and sessions that were ended meanwhile.

use ajet_protocol::{DeviceError, TokenScope};

use super::device::{approves, decision, polled, started};
use crate::support::bots::{made, token_of};
use crate::support::requests::status;
use crate::support::{World, id_of, sessions_of, sql};

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
