//! `GET /api/users/{id}`

use ajet_protocol::{Code, UserId};
use serde_json::Value;
use uuid::Uuid;

use crate::support::{World, code, id_of};

/// Accounts belong to the system: who is in no community sees them as well.
#[tokio::test]
async fn everybody_who_is_signed_in_sees_everybody() {
    let world = World::new().await;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let bob = id_of(&world.bob).await;
    for reader in [&world.ann, &world.bob, &stranger] {
        let user = reader.user(bob).await.expect("is there");
        assert_eq!((user.id, user.username.as_str(), user.bot), (bob, "bob", false));
    }
    let shown: Value = stranger.get(&format!("/api/users/{bob}")).await.expect("is there");
    for private in ["email", "presence"] {
        assert!(shown.get(private).is_none(), "{private} is the person's own");
    }
    assert_eq!(code(world.nobody.user(bob).await), Code::Unauthenticated);
    assert_eq!(code(stranger.user(UserId(Uuid::from_u128(1))).await), Code::NotFound);
    assert_eq!(code(stranger.get::<Value>("/api/users/bob").await), Code::NotFound);
    world.end().await;
}
