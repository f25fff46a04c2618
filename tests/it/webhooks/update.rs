//! `PATCH /api/webhooks/{id}`.

use ajet_protocol::{Channel, Code, Message, PageQuery, Permission, SetOverwrite, UpdateWebhook, Visibility};
use serde_json::json;

use crate::support::requests::post_hook;
use crate::support::{World, audit, code};

const PICTURE: &str = "https://p.example/ci.png";

fn to(channel: &Channel) -> UpdateWebhook {
    UpdateWebhook { channel_id: Some(channel.id), ..UpdateWebhook::default() }
}

async fn last(world: &World, channel: &Channel) -> Message {
    let page = world.ann.messages(channel.id, &PageQuery::default()).await.expect("reads");
    page.items.into_iter().max_by_key(|one| one.id).expect("a message")
}

#[tokio::test]
async fn a_new_name_and_picture_show_in_new_messages() {
    let world = World::new().await;
    let made = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let url = made.url.clone().expect("shown once");
    assert_eq!(post_hook(&url, &json!({"text": "one"})).await, 200);
    let update =
        UpdateWebhook { name: Some("CD".into()), avatar_url: Some(PICTURE.into()), channel_id: None };
    let changed = world.ann.update_webhook(made.id, &update).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.avatar_url.as_deref()), ("CD", Some(PICTURE)));
    assert_eq!((changed.id, changed.url, changed.channel_id), (made.id, None, made.channel_id));
    assert_eq!(post_hook(&url, &json!({"text": "two"})).await, 200, "its address stays");
    let mut all = world.history().await;
    let (two, one) = (all.pop().expect("two"), all.pop().expect("one"));
    assert_eq!((one.author.display_name.as_str(), two.author.display_name.as_str()), ("CI", "CD"));
    assert_eq!((one.author.id, two.author.avatar_url.as_deref()), (two.author.id, Some(PICTURE)));
    let bare = UpdateWebhook { avatar_url: Some(String::new()), ..UpdateWebhook::default() };
    let changed = world.ann.update_webhook(made.id, &bare).await.expect("changes");
    assert_eq!((changed.name.as_str(), changed.avatar_url), ("CD", None));
    let nothing =
        world.ann.update_webhook(made.id, &UpdateWebhook::default()).await.expect("changes nothing");
    assert_eq!(nothing.name, "CD");
    let actions: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions.iter().filter(|action| *action == "webhook.update").count(), 2);
    world.end().await;
}

#[tokio::test]
async fn a_webhook_moves_within_its_community() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Private).await;
    let made = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    let url = made.url.clone().expect("shown once");
    assert_eq!(post_hook(&url, &json!({"text": "here"})).await, 200);
    let moved = world.ann.update_webhook(made.id, &to(&room)).await.expect("moves");
    assert_eq!(moved.channel_id, room.id);
    assert_eq!(post_hook(&url, &json!({"text": "there"})).await, 200);
    assert_eq!(last(&world, &room).await.body_md, "there");
    assert_eq!(last(&world, &world.general).await.body_md, "here", "what it said stays where it was said");
    let page = world.ann.webhooks(world.general.id, &PageQuery::default()).await.expect("lists");
    assert!(page.items.is_empty());
    world.end().await;
}

/// I6: rights in both channels count, and what one may not know of is not there.
#[tokio::test]
async fn it_takes_the_right_in_both_channels() {
    let world = World::new().await;
    let (ann, bob) = (&world.ann, &world.bob);
    let open = world.channel("open", Visibility::Public).await;
    let secret = world.channel("secret", Visibility::Private).await;
    let made = ann.create_webhook(world.general.id, "CI").await.expect("makes").id;
    let renamed = UpdateWebhook { name: Some("CD".into()), ..UpdateWebhook::default() };
    assert_eq!(code(bob.update_webhook(made, &renamed).await), Code::Forbidden);
    let bob_id = bob.me().await.expect("me").user.id;
    let allowed = SetOverwrite { allow: Some(vec![Permission::ManageWebhooks]), deny: None };
    ann.set_overwrite(world.general.id, bob_id.0, &allowed).await.expect("allows");
    assert_eq!(bob.update_webhook(made, &renamed).await.expect("may here").name, "CD");
    assert_eq!(code(bob.update_webhook(made, &to(&open)).await), Code::Forbidden);
    assert_eq!(code(bob.update_webhook(made, &to(&secret)).await), Code::Invalid, "is not there");
    ann.set_overwrite(open.id, bob_id.0, &allowed).await.expect("allows");
    assert_eq!(bob.update_webhook(made, &to(&open)).await.expect("may in both").channel_id, open.id);
    let hidden = ann.create_webhook(secret.id, "CI").await.expect("makes").id;
    assert_eq!(code(bob.update_webhook(hidden, &renamed).await), Code::NotFound);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.update_webhook(made, &renamed).await), Code::NotFound);
    world.end().await;
}
