//! Sign-ins that were over long ago go.

use ajet_protocol::DeviceError;

use super::device::{approves, polled, started};
use crate::support::{World, sql};

#[tokio::test]
async fn what_was_over_long_ago_is_removed() {
    let world = World::new().await;
    let (old, over) = (started(&world).await, started(&world).await);
    assert_eq!(approves(&world, &world.bob, "BBBB-BBBB").await, 404);
    sql(&world, "update device_sign_ins set expires_at = now() - interval '2 hours'").await;
    sql(&world, "update device_guesses set began_at = now() - interval '2 days'").await;
    let waiting = started(&world).await;
    let mut db = crate::support::db(&world).await;
    let letters = over.user_code.replace('-', "");
    let ended = "update device_sign_ins set expires_at = now() - interval '2 minutes' where user_code = $1";
    sqlx::query(ended).bind(letters).execute(&mut db).await.expect("ages");
    // What the job `system:tidy` calls.
    world.server.app().store.forget_device_sign_ins().await.expect("removes");
    assert_eq!(polled(&world, &old).await, Err(DeviceError::InvalidGrant));
    assert_eq!(polled(&world, &over).await, Err(DeviceError::ExpiredToken), "is told so for an hour");
    assert_eq!(polled(&world, &waiting).await, Err(DeviceError::AuthorizationPending));
    assert_eq!(sql(&world, "select 1 from device_guesses").await, 0);
    world.end().await;
}
