//! `GET /.well-known/jwks.json`, and what is stored of the keys.

use ajet_tokens::{PublicKey, Service, SigningKey};

use super::beside::{Beside, key_of, minted};
use crate::support::requests::{answer, http};
use crate::support::{World, db, serve};

async fn stored(world: &World) -> (Vec<u8>, Vec<u8>) {
    sqlx::query_as("select public_key, sealed from signing_keys")
        .fetch_one(&mut db(world).await)
        .await
        .expect("one key")
}

#[tokio::test]
async fn the_key_is_published_to_everybody() {
    let world = World::new().await;
    let token = minted(&world.server, &world.bob, world.community.id).await.expect("signs");
    let published = world.nobody.signing_keys().await.expect("answers").keys;
    let ids: Vec<&str> = published.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(ids, [key_of(&token)]);
    let (public, _) = stored(&world).await;
    assert_eq!(published[0], PublicKey::try_from(public.as_slice()).expect("a key").published());
    let answer = answer(http().get(format!("{}/.well-known/jwks.json", world.base()))).await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=60");
    let body = answer.text().await.expect("a body");
    assert!(!body.contains("\"d\"") && !body.contains("sealed"), "{body}");
    world.end().await;
}

/// SEC-T8.
#[tokio::test]
async fn private_halves_are_stored_sealed() {
    let world = World::new().await;
    minted(&world.server, &world.bob, world.community.id).await.expect("signs");
    let (public, sealed) = stored(&world).await;
    let is_private = |bytes: &[u8]| SigningKey::from_parts(bytes, &public).is_ok();
    assert!(sealed.len() > 32 && !sealed.windows(32).any(is_private), "the seed stands nowhere in it");
    world.end().await;
}

/// SEC-T8. Who can write to the database alone signs nothing that a service accepts.
#[tokio::test]
async fn a_key_that_was_put_into_the_database_is_neither_published_nor_used() {
    let world = World::new().await;
    world.expects_errors(&["can't be unsealed"]);
    let own = minted(&world.server, &world.bob, world.community.id).await.expect("signs");
    let forged = SigningKey::from_seed(&[7; 32]).expect("a key");
    sqlx::query("insert into signing_keys values (2, $1, $2, $3, now() - interval '1 minute')")
        .bind(forged.id())
        .bind(forged.public().as_bytes())
        .bind([7u8; 32].as_slice())
        .execute(&mut db(&world).await)
        .await
        .expect("writes");
    // A node that remembers nothing of the keys.
    let other = serve(&world.config).await;
    let token = minted(&other, &world.bob, world.community.id).await.expect("signs");
    assert_eq!(key_of(&token), key_of(&own));
    assert!(Beside::of(&other, Service::Agents).accept(&token).await.is_ok());
    let published = other.app().context.signing_keys.published().await.expect("reads").keys;
    assert!(published.iter().all(|key| key.kid != forged.id()), "{published:?}");
    other.stop().await;
    world.end().await;
}
