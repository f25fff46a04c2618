//! Steps of those who manage a community, and of the system owner.

use serde_json::{Value, json};

use super::People;
use crate::docs::walk::Walk;
use crate::support::NONE;

/// The invites of a community; this one is ann's, and carol came by it.
pub async fn invites(walk: &mut Walk, people: &People, code: &str) {
    let People { ann, carol, dave, community, .. } = people;
    walk.go("invites.list 200", &[community, "?limit=1"], ann, Value::Null).await;
    walk.go("invites.list 401", &[community], "", Value::Null).await;
    walk.go("invites.list 404", &[community], dave, Value::Null).await;
    walk.go("invites.list 422", &[community, "?after=no-code"], ann, Value::Null).await;
    walk.go("invites.revoke 401", &[code], "", Value::Null).await;
    walk.go("invites.revoke 404", &["no-code"], ann, Value::Null).await;
    walk.go("invites.revoke 403", &[code], carol, Value::Null).await;
    walk.go("invites.revoke 204", &[code], ann, Value::Null).await;
}

/// What managers of a community and the system owner do.
pub async fn managed(walk: &mut Walk, people: &People) {
    let People { ann, bob, dave, community, general, .. } = people;
    let update = json!({ "name": "Crabs", "slug": "ferris", "default_channel_id": general });
    walk.go("communities.update 200", &[community], ann, update.clone()).await;
    walk.go("communities.update 401", &[community], "", update.clone()).await;
    walk.go("communities.update 403", &[community], bob, update.clone()).await;
    walk.go("communities.update 404", &[community], dave, update).await;
    walk.go("communities.update 409", &[community], ann, json!({ "slug": "second" })).await;
    walk.go("communities.update 422", &[community], ann, json!({ "default_channel_id": NONE })).await;
    walk.go("communities.delete 401", &[community], "", Value::Null).await;
    walk.go("communities.delete 403", &[community], bob, Value::Null).await;
    walk.go("communities.delete 404", &[NONE], ann, Value::Null).await;
    let list = walk.go("communities.list 200", &[], ann, Value::Null).await;
    let items = list["items"].as_array().expect("a list");
    let second = items.iter().find(|one| one["slug"] == "second").expect("was founded");
    let second = second["id"].as_str().expect("an id");
    walk.go("communities.delete 202", &[second], ann, Value::Null).await;
    walk.go("communities.get 404", &[second], ann, Value::Null).await;
    walk.go("audit.list 200", &[community, "?limit=2"], ann, Value::Null).await;
    walk.go("audit.list 200", &[community, "?action=member.ban"], ann, Value::Null).await;
    walk.go("audit.list 401", &[community], "", Value::Null).await;
    walk.go("audit.list 403", &[community], bob, Value::Null).await;
    walk.go("audit.list 404", &[community], dave, Value::Null).await;
    walk.go("audit.list 422", &[community, "?target_id=x"], ann, Value::Null).await;
    walk.go("settings.get 200", &[], ann, Value::Null).await;
    walk.go("settings.get 401", &[], "", Value::Null).await;
    walk.go("settings.get 403", &[], bob, Value::Null).await;
    let update =
        json!({ "link_previews": false, "message_retention_days": null, "audit_retention_days": 90 });
    walk.go("settings.update 200", &[], ann, update.clone()).await;
    walk.go("settings.update 401", &[], "", update.clone()).await;
    walk.go("settings.update 403", &[], bob, update).await;
    walk.go("settings.update 422", &[], ann, json!({ "edit_window_s": -1 })).await;
}
