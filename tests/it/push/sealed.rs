//! The key that signs pushes: sealed where it is kept, and the same after it was sealed anew.

use ajet_chatd::sealing::Sealer;
use ajet_chatd::usecases::resealing::{Resealed, reseal};
use ajet_protocol::Code;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use super::browser::{PUSH, list};
use crate::support::{OTHER_SEALING_KEY, World, code, db, sql};

/// SEC-T8.
#[tokio::test]
async fn the_private_half_of_the_push_key_is_stored_sealed() {
    let world = World::new().await;
    list(&world.bob).await;
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed from push_keys")
        .fetch_one(&mut db(&world).await)
        .await
        .expect("one key");
    let is_key = |bytes: &[u8]| {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes, &SystemRandom::new()).is_ok()
    };
    let length = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let length = length.expect("a key").as_ref().len();
    assert!(sealed.len() > length && !sealed.windows(length).any(is_key), "it stands nowhere in it");
    world.end().await;
}

#[tokio::test]
async fn sealed_anew_it_is_the_same_key() {
    let world = World::new().await;
    let before = list(&world.bob).await["public_key"].clone();
    let mut config = world.config.clone();
    config.secrets.key = OTHER_SEALING_KEY.to_owned().into();
    let both = Sealer::by(&config.sealing_keys().0, &[world.config.sealing_keys().0]);
    let done = Resealed { anew: 1, ..Resealed::default() };
    assert_eq!(reseal(&world.server.app().store, &both).await.expect("runs"), done);
    let world = world.restarted(|config| config.secrets.key = OTHER_SEALING_KEY.to_owned().into()).await;
    assert_eq!(list(&world.bob).await["public_key"], before);
    world.end().await;
}

/// Who can write to the database does not put a key of their own there.
#[tokio::test]
async fn what_was_not_sealed_here_is_no_key() {
    let world = World::new().await;
    world.expects_errors(&["can't be unsealed"]);
    list(&world.bob).await;
    sql(&world, "update push_keys set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40))").await;
    let refused = world.bob.with_retries(ajet_client::Retries::none()).get::<serde_json::Value>(PUSH).await;
    assert_eq!(code(refused), Code::Unavailable);
    world.end().await;
}
