//! The secrets of outgoing webhooks: sealed where they are kept, and opened to sign alone.

use ajet_chatd::sealing::Sealer;
use ajet_chatd::usecases::resealing::{Resealed, reseal};
use ajet_protocol::{CreateCommunity, DeliveryStatus, EventType};

use super::rows::{hurry, request, settled, tell};
use crate::support::{OTHER_SEALING_KEY, Target, World, eventually, sql, text};

const POSTS: [EventType; 1] = [EventType::MessageCreated];
/// Two communities have a webhook each.
const SWAPPED: &str = "update outgoing_webhooks w set secret = other.secret from outgoing_webhooks other
                       where other.community_id <> w.community_id";

#[tokio::test]
async fn a_secret_opens_for_its_own_community_alone() {
    let world = World::new().await;
    world.expects_errors(&["an outgoing webhook can't be unsealed"]);
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    let other = CreateCommunity { name: "Other".into(), slug: "other".into(), client_mutation_id: None };
    let other = world.ann.create_community(&other).await.expect("founds").id;
    world.ann.create_outgoing_webhook(other, &request(&target.url, &POSTS)).await.expect("makes");
    assert_eq!(sql(&world, SWAPPED).await, 2);
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let waits = settled(&world, hook.id, DeliveryStatus::Pending, 1).await;
    assert_eq!(waits.failure.as_deref(), Some("it could not be signed"));
    assert!(target.heard().is_empty(), "nothing is sent that is not signed");
    assert_eq!(sql(&world, SWAPPED).await, 2);
    eventually("it is sent", async || {
        hurry(&world).await;
        !target.heard().is_empty()
    })
    .await;
    assert!(target.heard()[0].is_signed_with(&hook.secret.expect("is shown")));
    world.end().await;
}

#[tokio::test]
async fn a_secret_that_is_sealed_anew_signs_as_before() {
    let world = World::new().await;
    let target = Target::answering(200).await;
    let hook = tell(&world, &target, &POSTS).await;
    let mut config = world.config.clone();
    config.secrets.key = OTHER_SEALING_KEY.to_owned().into();
    let both = Sealer::by(&config.sealing_keys().0, &[world.config.sealing_keys().0]);
    let store = &world.server.app().store;
    let done = Resealed { anew: 1, ..Resealed::default() };
    assert_eq!(reseal(store, &both).await.expect("runs"), done);
    let world = world.restarted(|config| config.secrets.key = OTHER_SEALING_KEY.to_owned().into()).await;
    world.ann.post(world.general.id, &text("hello")).await.expect("posts");
    let heard = target.hears(1).await.remove(0);
    assert!(heard.is_signed_with(&hook.secret.expect("is shown")));
    settled(&world, hook.id, DeliveryStatus::Delivered, 1).await;
    world.end().await;
}
