//! `DELETE /api/webhooks/{id}`.

use ajet_protocol::{Code, Permission, SetOverwrite, WebhookId};
use uuid::Uuid;

use crate::support::{World, audit, code, id_of};

/// A client that did not get the answer asks again.
#[tokio::test]
async fn a_webhook_is_deleted_once_and_again_changes_nothing() {
    let world = World::new().await;
    let made = world.ann.create_webhook(world.general.id, "CI").await.expect("creates").id;
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.delete_webhook(made).await), Code::Forbidden);
    world.ann.delete_webhook(made).await.expect("deletes");
    world.ann.delete_webhook(made).await.expect("again changes nothing");
    for other in [&world.bob, &carol] {
        assert_eq!(
            code(other.delete_webhook(made).await),
            Code::NotFound,
            "who may delete none is not told of it"
        );
    }
    assert_eq!(
        code(world.ann.delete_webhook(WebhookId(Uuid::nil())).await),
        Code::NotFound,
        "there was none"
    );
    let lines = audit(&world).await;
    assert_eq!(lines.iter().filter(|(action, _)| action == "webhook.delete").count(), 1);
    world.end().await;
}

/// Whose right is of the channel alone has no right in the community by which it could be judged.
#[tokio::test]
async fn who_deleted_a_webhook_is_told_so_again() {
    let world = World::new().await;
    let made = world.ann.create_webhook(world.general.id, "CI").await.expect("creates").id;
    let bob = id_of(&world.bob).await;
    let allowed = SetOverwrite { allow: Some(vec![Permission::ManageWebhooks]), deny: None };
    world.ann.set_overwrite(world.general.id, bob.0, &allowed).await.expect("allows");
    world.bob.delete_webhook(made).await.expect("may");
    world.bob.delete_webhook(made).await.expect("again changes nothing");
    assert_eq!(
        code(world.ann.delete_webhook(made).await),
        Code::NotFound,
        "others may not see where it stood, whatever they may do"
    );
    world.bob.remove_member(world.community.id, bob, &Default::default()).await.expect("leaves");
    assert_eq!(code(world.bob.delete_webhook(made).await), Code::NotFound, "nothing is told of it outside");
    world.end().await;
}
