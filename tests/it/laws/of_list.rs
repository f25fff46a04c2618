//! The lists of the API, each with what adds an item to it and what takes one out.
//!
//! The owner reads them: those of the cast's community, of its channel `general`, and the owner's own. The lists of people and the audit
//! log come first, since much of what the others do adds to them.

use ajet_protocol::Timestamp;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::scene::{Scene, Standing};
use super::stage_bots::{bot, token};
use super::stage_outgoing::NOWHERE;
use crate::support::connect;

type Add = for<'a> fn(&'a Scene) -> LocalBoxFuture<'a, ()>;
type Remove = for<'a> fn(&'a Scene, &'a str) -> LocalBoxFuture<'a, ()>;

/// A list that is read page by page.
#[derive(Clone, Copy)]
pub struct List {
    /// As the document has it, and perhaps a filter.
    pub path: &'static str,
    /// Where in an item its cursor stands, as a JSON pointer.
    pub key: &'static str,
    pub order: Order,
    /// Adds an item.
    pub add: Add,
    /// Takes the item of a key out; `None` where nothing can be taken out.
    pub remove: Option<Remove>,
}

/// How the items of a page stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
}

/// Lists: what adds an item, and what takes one out, by the name of a function or by the path at which it is deleted.
macro_rules! lists {
    (@remove) => { None };
    (@remove $place:literal) => { Some(|scene, key| gone(scene, $place, key).boxed_local()) };
    (@remove $remove:ident) => { Some(|scene, key| $remove(scene, key).boxed_local()) };
    ($($path:literal by $key:literal, $order:ident, $add:ident $(, $remove:tt)?;)+) => {
        vec![$(List {
            path: $path,
            key: $key,
            order: Order::$order,
            add: |scene| $add(scene).boxed_local(),
            remove: lists!(@remove $($remove)?),
        }),+]
    };
}

/// Each list.
pub fn lists() -> Vec<List> {
    lists! {
        "/api/me/audit" by "/id", NewestFirst, sign_in_and_out;
        "/api/system/audit" by "/id", NewestFirst, sign_in_and_out;
        "/api/communities/{id}/audit" by "/id", NewestFirst, make_role;
        "/api/users" by "/id", OldestFirst, arrive, kick;
        "/api/communities/{id}/members" by "/user/id", OldestFirst, arrive, kick;
        "/api/channels/{id}/members" by "/user/id", OldestFirst, arrive, kick;
        "/api/communities/{id}/bans" by "/user/id", OldestFirst, ban, unban;
        "/api/communities/{id}/invites" by "/code", OldestFirst, make_invite, "/api/invites";
        "/api/communities/{id}/roles" by "/id", OldestFirst, make_role, "/api/roles";
        "/api/communities/{id}/categories" by "/id", OldestFirst, make_category, "/api/categories";
        "/api/communities/{id}/channels" by "/id", OldestFirst, make_channel, "/api/channels";
        "/api/channels/{id}/overwrites" by "/target_id", OldestFirst, make_overwrite, remove_overwrite;
        "/api/channels/{id}/webhooks" by "/id", OldestFirst, make_webhook, "/api/webhooks";
        "/api/communities/{id}/bots" by "/id", OldestFirst, make_bot, "/api/bots";
        // Of the oldest bot.
        "/api/bots/{id}/tokens" by "/id", OldestFirst, make_token, "/api/tokens";
        "/api/communities/{id}/webhooks" by "/id", OldestFirst, make_webhook, "/api/webhooks";
        // A message that is deleted keeps its place.
        "/api/channels/{id}/messages" by "/id", OldestFirst, post, "/api/messages";
        // Of the oldest message of `general`.
        "/api/messages/{id}/replies" by "/id", OldestFirst, reply, "/api/messages";
        "/api/messages/{id}/reactions/{emoji}" by "/id", OldestFirst, react;
        "/api/channels/{id}/pins" by "/id", OldestFirst, pin, unpin;
        "/api/saved" by "/message/id", OldestFirst, save, unsave;
        "/api/channels/{id}/scheduled" by "/id", OldestFirst, schedule, "/api/scheduled";
        "/api/communities/{id}/emoji" by "/id", OldestFirst, make_emoji, "/api/emoji";
        "/api/communities/{id}/outgoing_webhooks" by "/id", OldestFirst, make_outgoing, "/api/outgoing_webhooks";
        // Of the oldest of these webhooks, which is told of channels.
        "/api/outgoing_webhooks/{id}/deliveries" by "/id", OldestFirst, make_channel;
        "/api/communities/{id}/commands" by "/id", OldestFirst, make_command, "/api/commands";
        "/api/notifications?unread=true" by "/id", OldestFirst, mention, read;
        "/api/communities" by "/id", OldestFirst, found, "/api/communities";
        "/api/dms" by "/id", OldestFirst, open_dm, hide_dm;
        "/api/search?q=hello" by "/message/id", NewestFirst, post, "/api/messages";
        "/api/search?type=users&q=newcomer" by "/user/id", OldestFirst, arrive, kick;
        "/api/me/blocks" by "/id", OldestFirst, block, unblock;
        "/api/me/sessions" by "/id", OldestFirst, sign_in_again, "/api/me/sessions";
        "/api/me/accounts" by "/id", OldestFirst, link;
        "/api/system/oauth-providers" by "/id", OldestFirst, make_provider, "/api/system/oauth-providers";
    }
}

/// The owner does what needs no body.
async fn bare(scene: &Scene, method: Method, path: &str) {
    scene.owner_does(method, path, Value::Null).await;
}

/// The owner deletes what is at its own path.
async fn gone(scene: &Scene, place: &str, key: &str) {
    bare(scene, Method::DELETE, &format!("{place}/{key}")).await;
}

/// The owner signs in once more, and out again: a person has only so many sessions.
async fn sign_in_and_out(scene: &Scene) {
    let (client, _) = scene.owner.client.sign_in("ann").await.expect("signs in");
    client.sign_out().await.expect("signs out");
}

/// An account is linked at a provider that is none: there is no one to sign in at.
async fn link(scene: &Scene) {
    let link = "insert into oauth_accounts (id, user_id, place, provider, kind, issuer, subject, username, created_at, last_used_at)
         select uuidv7(), $1, count(*) + 1, 'nowhere', 'gitea', 'https://nowhere.example', gen_random_uuid(), 'ann', now(), now()
         from oauth_accounts where user_id = $1";
    let mut database = connect(&scene.config).await;
    sqlx::query(link).bind(scene.owner.id.0).execute(&mut database).await.expect("links");
}

async fn make_provider(scene: &Scene) {
    let request = json!({
        "type": "gitea", "name": scene.name("forge"), "base_url": "https://forge.example", "client_id": "id", "client_secret": "secret",
    });
    scene.made(Method::POST, "/api/system/oauth-providers", request).await;
}

/// The id of somebody who was not there before, and belongs nowhere.
async fn newcomer(scene: &Scene) -> String {
    let name = scene.name("newcomer");
    let (_, newcomer) = scene.owner.client.sign_in(&name).await.expect("signs in");
    newcomer.id.to_string()
}

/// Somebody who was not there before comes into the community, and so into `general`.
async fn arrive(scene: &Scene) {
    let name = scene.name("newcomer");
    let (client, _) = scene.owner.client.sign_in(&name).await.expect("signs in");
    client.accept_invite(&scene.invite).await.expect("joins");
}

async fn kick(scene: &Scene, key: &str) {
    scene.owner_does(Method::DELETE, &scene.path(&format!("members/{key}")), json!({})).await;
}

async fn ban(scene: &Scene) {
    let path = scene.path(&format!("bans/{}", newcomer(scene).await));
    scene.owner_does(Method::PUT, &path, json!({ "reason": "spam" })).await;
}

async fn unban(scene: &Scene, key: &str) {
    scene.owner_does(Method::DELETE, &scene.path(&format!("bans/{key}")), json!({})).await;
}

async fn make_invite(scene: &Scene) {
    scene.owner_does(Method::POST, &scene.path("invites"), json!({})).await;
}

async fn make_role(scene: &Scene) {
    role(scene).await;
}

async fn role(scene: &Scene) -> String {
    scene.made(Method::POST, &scene.path("roles"), json!({ "name": scene.name("crew") })).await
}

async fn make_category(scene: &Scene) {
    scene.made(Method::POST, &scene.path("categories"), json!({ "name": scene.name("Teams") })).await;
}

async fn make_channel(scene: &Scene) {
    scene.room().await;
}

/// What a role and its holders are denied in `general`.
async fn make_overwrite(scene: &Scene) {
    let path = format!("/api/channels/{}/overwrites/{}", scene.general, role(scene).await);
    scene.owner_does(Method::PUT, &path, json!({ "deny": ["attach_files"] })).await;
}

async fn remove_overwrite(scene: &Scene, key: &str) {
    bare(scene, Method::DELETE, &format!("/api/channels/{}/overwrites/{key}", scene.general)).await;
}

async fn make_webhook(scene: &Scene) {
    let path = format!("/api/channels/{}/webhooks", scene.general);
    scene.made(Method::POST, &path, json!({ "name": "CI" })).await;
}

async fn make_bot(scene: &Scene) {
    bot(scene).await;
}

/// The oldest bot of the community.
pub async fn oldest_bot(scene: &Scene) -> String {
    let path = scene.path(&format!("bots?after={}&limit=1", Uuid::nil()));
    let page = scene.owner_does(Method::GET, &path, Value::Null).await;
    match page["items"][0]["id"].as_str() {
        Some(oldest) => oldest.to_owned(),
        None => bot(scene).await,
    }
}

async fn make_token(scene: &Scene) {
    token(scene, &oldest_bot(scene).await).await;
}

async fn make_outgoing(scene: &Scene) {
    let told = json!({ "url": NOWHERE, "events": ["channel.created"] });
    scene.made(Method::POST, &scene.path("outgoing_webhooks"), told).await;
}

/// The oldest outgoing webhook of the community.
pub async fn oldest_outgoing(scene: &Scene) -> String {
    let path = scene.path(&format!("outgoing_webhooks?after={}&limit=1", Uuid::nil()));
    let page = scene.owner_does(Method::GET, &path, Value::Null).await;
    page["items"][0]["id"].as_str().expect("a webhook").to_owned()
}

async fn post(scene: &Scene) {
    scene.said_by(&scene.owner, &scene.name("hello")).await;
}

/// A member mentions the owner.
async fn mention(scene: &Scene) {
    let body = format!("@<user:{}> {}", scene.owner.id, scene.name("look"));
    scene.said_by(scene.one(Standing::Member), &body).await;
}

async fn read(scene: &Scene, key: &str) {
    scene.owner_does(Method::POST, "/api/notifications/read", json!({ "ids": [key] })).await;
}

async fn found(scene: &Scene) {
    let name = scene.name("town");
    scene.made(Method::POST, "/api/communities", json!({ "name": name, "slug": name })).await;
}

async fn open_dm(scene: &Scene) {
    let people = json!({ "user_ids": [newcomer(scene).await] });
    scene.made(Method::POST, "/api/dms", people).await;
}

async fn hide_dm(scene: &Scene, key: &str) {
    bare(scene, Method::PUT, &format!("/api/dms/{key}/hidden")).await;
}

async fn block(scene: &Scene) {
    bare(scene, Method::PUT, &format!("/api/users/{}/block", newcomer(scene).await)).await;
}

async fn unblock(scene: &Scene, key: &str) {
    bare(scene, Method::DELETE, &format!("/api/users/{key}/block")).await;
}

async fn sign_in_again(scene: &Scene) {
    let owner = scene.owner.client.me().await.expect("is told").user.username;
    scene.owner.client.sign_in(&owner).await.expect("signs in");
}

/// The oldest message of `general`.
pub async fn oldest(scene: &Scene) -> String {
    let path = format!("/api/channels/{}/messages?after={}&limit=1", scene.general, Uuid::nil());
    let page = scene.owner_does(Method::GET, &path, Value::Null).await;
    page["items"][0]["id"].as_str().expect("a message").to_owned()
}

async fn reply(scene: &Scene) {
    let path = format!("/api/channels/{}/messages", scene.general);
    let body = json!({ "body_md": scene.name("hello"), "parent_id": oldest(scene).await });
    scene.made(Method::POST, &path, body).await;
}

/// Somebody who was not there before reacts.
async fn react(scene: &Scene) {
    let name = scene.name("newcomer");
    let (client, _) = scene.owner.client.sign_in(&name).await.expect("signs in");
    client.accept_invite(&scene.invite).await.expect("joins");
    let oldest = oldest(scene).await.parse().expect("an id");
    client.react(oldest, "👍").await.expect("reacts");
}

async fn pin(scene: &Scene) {
    let said = scene.said_by(&scene.owner, &scene.name("read this")).await;
    bare(scene, Method::PUT, &format!("/api/messages/{said}/pin")).await;
}

async fn unpin(scene: &Scene, key: &str) {
    bare(scene, Method::DELETE, &format!("/api/messages/{key}/pin")).await;
}

async fn save(scene: &Scene) {
    let said = scene.said_by(&scene.owner, &scene.name("read this")).await;
    scene.owner_does(Method::PUT, &format!("/api/messages/{said}/saved"), json!({})).await;
}

async fn unsave(scene: &Scene, key: &str) {
    bare(scene, Method::DELETE, &format!("/api/messages/{key}/saved")).await;
}

async fn schedule(scene: &Scene) {
    let path = format!("/api/channels/{}/scheduled", scene.general);
    let send_at = Timestamp::from(OffsetDateTime::now_utc() + Duration::hours(1));
    let later = json!({ "body_md": scene.name("later"), "send_at": send_at });
    scene.made(Method::POST, &path, later).await;
}

async fn make_emoji(scene: &Scene) {
    let name = format!("crab_{}", scene.count());
    scene.owner_sends(&scene.here(Method::POST, "emoji", json!({ "name": name })).uploading()).await;
}

async fn make_command(scene: &Scene) {
    super::stage_commands::command(scene).await;
}
