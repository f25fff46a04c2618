//! The part of the walk that is about custom emoji and pictures.

use serde_json::Value;

use super::walk::Walk;
use crate::support::NONE;
use crate::support::forms::{PNG, form};

/// Uploads a form with these fields and a picture.
async fn upload(walk: &mut Walk, step: &str, at: &[&str], by: &str, fields: &[(&str, &str)]) -> Value {
    let (id, _) = step.split_once(' ').expect("an id and a status");
    let request = form(walk.request(id, at, by), fields, Some(PNG));
    walk.answer(step, request).await
}

/// Ann owns the community, bob is a member, and dave is in none.
pub async fn pictures(walk: &mut Walk, [ann, bob, dave]: [&str; 3], [community, general]: [&str; 2]) {
    emoji(walk, [ann, bob, dave], community).await;
    let me = upload(walk, "me.set_avatar 200", &[], bob, &[]).await;
    upload(walk, "me.set_avatar 401", &[], "", &[]).await;
    upload(walk, "me.set_avatar 422", &[], bob, &[("alt", "x")]).await;
    walk.go("me.set_avatar 415", &[], bob, serde_json::json!({})).await;
    shown(walk, me["avatar_url"].as_str().expect("an address")).await;
    walk.go("me.remove_avatar 204", &[], bob, Value::Null).await;
    walk.go("me.remove_avatar 401", &[], "", Value::Null).await;
    let bob_id = me["id"].as_str().expect("an id");
    let owner = walk.go("me.get 200", &[], ann, Value::Null).await;
    let ann_id = owner["id"].as_str().expect("an id");
    let name = serde_json::json!({ "name": "Painted" });
    let webhook = walk.go("webhooks.create 201", &[general], ann, name).await;
    let webhook = webhook["id"].as_str().expect("an id");
    for (noun, at, theirs, nowhere) in [
        ("members", vec![community, bob_id], vec![community, ann_id], vec![community, NONE]),
        ("communities", vec![community], vec![community], vec![NONE]),
        ("webhooks", vec![webhook], vec![webhook], vec![NONE]),
    ] {
        upload(walk, &format!("{noun}.set_avatar 200"), &at, ann, &[]).await;
        upload(walk, &format!("{noun}.set_avatar 401"), &at, "", &[]).await;
        upload(walk, &format!("{noun}.set_avatar 403"), &theirs, bob, &[]).await;
        upload(walk, &format!("{noun}.set_avatar 404"), &nowhere, ann, &[]).await;
        upload(walk, &format!("{noun}.set_avatar 404"), &at, dave, &[]).await;
        upload(walk, &format!("{noun}.set_avatar 422"), &at, ann, &[("alt", "x")]).await;
        walk.go(&format!("{noun}.remove_avatar 403"), &theirs, bob, Value::Null).await;
        walk.go(&format!("{noun}.remove_avatar 404"), &nowhere, ann, Value::Null).await;
        walk.go(&format!("{noun}.remove_avatar 204"), &at, ann, Value::Null).await;
    }
    walk.go("webhooks.delete 204", &[webhook], ann, Value::Null).await;
}

async fn emoji(walk: &mut Walk, [ann, bob, dave]: [&str; 3], community: &str) {
    let named = [("name", "crab_dance"), ("client_mutation_id", "e1")];
    let made = upload(walk, "emoji.create 201", &[community], ann, &named).await;
    upload(walk, "emoji.create 200", &[community], ann, &named).await;
    upload(walk, "emoji.create 409", &[community], ann, &named[..1]).await;
    upload(walk, "emoji.create 403", &[community], bob, &named[..1]).await;
    upload(walk, "emoji.create 404", &[community], dave, &named[..1]).await;
    upload(walk, "emoji.create 422", &[community], ann, &[("name", "Crab")]).await;
    walk.go("emoji.list 200", &[community, "?limit=1"], bob, Value::Null).await;
    walk.go("emoji.list 404", &[community], dave, Value::Null).await;
    walk.go("emoji.list 422", &[community, "?limit=0"], bob, Value::Null).await;
    let start = walk.go("me.sync 200", &[], bob, Value::Null).await;
    let told = start["communities"].as_array().expect("a list").iter();
    assert!(told.filter_map(|one| one["emoji"].as_array()).any(|all| all.contains(&made)));
    let id = made["id"].as_str().expect("an id");
    walk.go("emoji.delete 403", &[id], bob, Value::Null).await;
    walk.go("emoji.delete 204", &[id], ann, Value::Null).await;
    walk.go("emoji.delete 404", &[NONE], ann, Value::Null).await;
}

/// The parts of an address, such as `https://chat.example/media/avatars/…/256`.
async fn shown(walk: &mut Walk, address: &str) {
    let mut parts = address.rsplit('/');
    let size = parts.next().expect("a size");
    let id = parts.next().expect("an id");
    walk.go("media.get 200", &["avatars", id, size], "", Value::Null).await;
    walk.go("media.get 404", &["avatars", NONE, size], "", Value::Null).await;
}
