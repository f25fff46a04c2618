//! Who sees a channel.

use ajet_protocol::{Code, Visibility};

use crate::support::{World, code, text};

/// I6.
#[tokio::test]
async fn a_private_channel_is_not_there_for_others() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await;
    let message = world.ann.post(secret.id, &text("hush")).await.expect("posts");
    assert!(
        !world
            .bob
            .channels(world.community.id)
            .await
            .expect("lists")
            .items
            .iter()
            .any(|one| one.id == secret.id)
    );
    let hidden: [Result<serde_json::Value, _>; 4] = [
        world.bob.get(&format!("/api/channels/{}", secret.id)).await,
        world.bob.get(&format!("/api/channels/{}/messages", secret.id)).await,
        world.bob.get(&format!("/api/messages/{}", message.id)).await,
        world.bob.get(&format!("/api/channels/{}/webhooks", secret.id)).await,
    ];
    for answer in hidden {
        assert_eq!(code(answer), Code::NotFound);
    }
    assert_eq!(code(world.bob.post(secret.id, &text("me too")).await), Code::NotFound);
    assert_eq!(code(world.bob.join(secret.id).await), Code::NotFound);
    assert_eq!(code(world.bob.edit(message.id, "x").await), Code::NotFound);
    assert_eq!(code(world.bob.delete(message.id).await), Code::NotFound);
    let linked = world
        .ann
        .post(world.general.id, &text(&format!("see #<channel:{}>", secret.id)))
        .await
        .expect("posts");
    assert!(linked.body_html.contains("#secret"), "its writer sees it: {}", linked.body_html);
    let read = world.bob.message(linked.id).await.expect("reads").body_html;
    assert!(read.contains("#private-channel"), "{read}");
    world.end().await;
}
