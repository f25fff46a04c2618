//! Making, changing and ending outgoing webhooks.

use ajet_protocol::{
    Code, CreateOutgoingWebhook, EventType, OffReason, PageQuery, Role, UpdateMember, UpdateOutgoingWebhook,
    Visibility,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::rows::{request, webhook};
use crate::support::requests::{ann, status};
use crate::support::{World, audit, code, db};

const URL: &str = "https://ci.example/hook?token=hush";
const POSTS: [EventType; 1] = [EventType::MessageCreated];

#[tokio::test]
async fn a_webhook_is_made_once_per_key_and_its_secret_is_shown_once() {
    let world = World::new().await;
    let keyed = CreateOutgoingWebhook { client_mutation_id: Some("o".into()), ..request(URL, &POSTS) };
    let made = world.ann.create_outgoing_webhook(world.community.id, &keyed).await.expect("makes");
    let secret = made.secret.clone().expect("is shown");
    assert!(secret.starts_with("whsec_") && secret.len() >= 6 + 32, "{}", secret.len());
    let again = world.ann.create_outgoing_webhook(world.community.id, &keyed).await.expect("replays");
    assert_eq!((again.id, &again.secret), (made.id, &None));
    let other = CreateOutgoingWebhook { url: "https://cd.example/".into(), ..keyed };
    assert_eq!(code(world.ann.create_outgoing_webhook(world.community.id, &other).await), Code::Conflict);
    let listed = webhook(&world, made.id).await;
    assert_eq!((&listed.url, listed.secret, listed.enabled), (&URL.to_owned(), None, true));
    let logged: String =
        sqlx::query_scalar("select coalesce(string_agg(details::text || action, ''), '') from audit_log")
            .fetch_one(&mut db(&world).await)
            .await
            .expect("reads");
    assert!(logged.contains("outgoing_webhook.create") && !logged.contains("hush"), "{logged}");
    world.end().await;
}

#[tokio::test]
async fn those_manage_webhooks_who_have_the_right() {
    let world = World::new().await;
    let community = world.community.id;
    let refused = world.bob.create_outgoing_webhook(community, &request(URL, &POSTS)).await;
    assert_eq!(code(refused), Code::Forbidden);
    let made = world.ann.create_outgoing_webhook(community, &request(URL, &POSTS)).await.expect("makes");
    let off = UpdateOutgoingWebhook { enabled: Some(false), ..UpdateOutgoingWebhook::default() };
    assert_eq!(code(world.bob.outgoing_webhooks(community, &PageQuery::default()).await), Code::Forbidden);
    assert_eq!(code(world.bob.update_outgoing_webhook(made.id, &off).await), Code::Forbidden);
    assert_eq!(code(world.bob.deliveries(made.id, None, &PageQuery::default()).await), Code::Forbidden);
    assert_eq!(code(world.bob.delete_outgoing_webhook(made.id).await), Code::Forbidden);
    let (carol, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(carol.outgoing_webhooks(community, &PageQuery::default()).await), Code::NotFound);
    assert_eq!(code(carol.delete_outgoing_webhook(made.id).await), Code::NotFound);
    let switched = world.ann.update_outgoing_webhook(made.id, &off).await.expect("switches");
    assert_eq!((switched.enabled, switched.disabled_reason), (false, Some(OffReason::Stopped)));
    world.ann.delete_outgoing_webhook(made.id).await.expect("deletes");
    world.ann.delete_outgoing_webhook(made.id).await.expect("again changes nothing");
    for other in [&world.bob, &carol] {
        assert_eq!(code(other.delete_outgoing_webhook(made.id).await), Code::NotFound);
    }
    let acts: Vec<String> = audit(&world).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(acts, ["outgoing_webhook.create", "outgoing_webhook.update", "outgoing_webhook.delete"]);
    world.end().await;
}

/// Who changes it answers for it, and reads of no channel that they do not see.
#[tokio::test]
async fn a_webhook_acts_for_who_changed_it_last() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, world.bob.me().await.expect("me").user.id);
    let crew = json!({ "name": "crew", "permissions": ["manage_webhooks"] });
    let path = format!("/api/communities/{community}/roles");
    let role: Value = world.ann.send(Method::POST, &path, Some(&crew), false).await.expect("makes");
    let role = serde_json::from_value(role["id"].clone()).expect("an id");
    let holds = UpdateMember { roles: Some(vec![role]), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &holds).await.expect("gives");
    let hidden = world.channel("hidden", Visibility::Private).await;
    let narrow = |channels| CreateOutgoingWebhook { channel_ids: Some(channels), ..request(URL, &POSTS) };
    let both = narrow(vec![hidden.id, world.general.id]);
    let made = world.ann.create_outgoing_webhook(community, &both).await.expect("makes");
    assert_eq!(made.acts_for, made.created_by);
    let seen = world.bob.outgoing_webhooks(community, &PageQuery::default()).await.expect("lists");
    assert_eq!(seen.items[0].channel_ids, Some(vec![world.general.id]), "what bob sees of it");
    assert_eq!(
        code(world.bob.create_outgoing_webhook(community, &narrow(vec![hidden.id])).await),
        Code::Invalid
    );
    let moved = UpdateOutgoingWebhook { url: Some("https://bob.example/".into()), ..Default::default() };
    let moved = world.bob.update_outgoing_webhook(made.id, &moved).await.expect("changes");
    assert_eq!((moved.acts_for, moved.created_by), (bob, made.created_by));
    let left = webhook(&world, made.id).await.channel_ids;
    assert_eq!(left, Some(vec![world.general.id]), "bob is not told of the end of what he does not see");
    world.end().await;
}

#[tokio::test]
async fn a_community_has_twenty_at_most() {
    let world = World::new().await;
    for _ in 0..20 {
        world.ann.create_outgoing_webhook(world.community.id, &request(URL, &POSTS)).await.expect("makes");
    }
    let one_more = world.ann.create_outgoing_webhook(world.community.id, &request(URL, &POSTS)).await;
    assert_eq!(code(one_more), Code::Limit);
    world.end().await;
}

#[tokio::test]
async fn private_addresses_are_refused_where_they_are_not_allowed() {
    let world = World::with(|config| config.outgoing.allow_private = false).await;
    let path = format!("/api/communities/{}/outgoing_webhooks", world.community.id);
    for (url, expected) in [
        ("http://127.0.0.1/", 422),
        ("http://169.254.169.254/latest/meta-data", 422),
        ("http://2130706433/", 422),
        ("http://[::1]/", 422),
        ("http://localhost/", 422),
        ("http://ci.example:6379/", 422),
        ("https://ann:secret@ci.example/", 422),
        ("https://ci.example/hook", 201),
    ] {
        let body = json!({ "url": url, "events": ["message.created"] });
        assert_eq!(status(ann(&world, Method::POST, &path).json(&body)).await, expected, "{url}");
    }
    world.end().await;
}

/// A demoted maker's webhook is listed still, and an admin ends it.
#[tokio::test]
async fn webhooks_of_others_are_ended_by_who_may() {
    let world = World::new().await;
    let (community, bob) = (world.community.id, world.bob.me().await.expect("me").user.id);
    let stands = |role| UpdateMember { role: Some(role), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &stands(Role::Admin)).await.expect("promotes");
    let made = world.bob.create_outgoing_webhook(community, &request(URL, &POSTS)).await.expect("makes");
    world.ann.update_member(community, bob, &stands(Role::Member)).await.expect("demotes");
    assert_eq!(webhook(&world, made.id).await.created_by, bob);
    world.ann.delete_outgoing_webhook(made.id).await.expect("deletes");
    world.end().await;
}
