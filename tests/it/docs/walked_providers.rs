//! The part of the walk that is about sign-in providers.

use serde_json::{Value, json};

use super::walk::Walk;
use super::walked::NONE;

/// Ann owns the system, bob does not.
pub async fn providers(walk: &mut Walk, [ann, bob]: [&str; 2]) {
    let git = json!({
        "type": "gitea", "name": "Gitea", "client_id": "a", "client_secret": "b", "base_url": "https://git.example.org",
        "organizations": ["crew"], "client_mutation_id": "op1"
    });
    let made = walk.go("oauth_providers.create 201", &[], ann, git.clone()).await;
    let again = walk.go("oauth_providers.create 200", &[], ann, git).await;
    assert_eq!((&made["id"], again.get("client_secret")), (&again["id"], None));
    let other = json!({
        "type": "oidc", "name": "gitea", "client_id": "a", "issuer_url": "https://id.example.org",
        "required_claims": { "groups": "chat" }
    });
    walk.go("oauth_providers.create 409", &[], ann, other.clone()).await;
    walk.go("oauth_providers.create 403", &[], bob, other.clone()).await;
    walk.go("oauth_providers.create 401", &[], "", other).await;
    walk.go("oauth_providers.create 422", &[], ann, json!({ "type": "saml" })).await;
    walk.go("oauth_providers.list 200", &["?limit=1"], ann, Value::Null).await;
    walk.go("oauth_providers.list 401", &[], "", Value::Null).await;
    walk.go("oauth_providers.list 403", &[], bob, Value::Null).await;
    walk.go("oauth_providers.list 422", &["?limit=0"], ann, Value::Null).await;
    let id = made["id"].as_str().expect("an id");
    let update = json!({ "enabled": true, "client_secret": "c" });
    walk.go("oauth_providers.update 200", &[id], ann, update.clone()).await;
    walk.go("oauth_providers.update 401", &[id], "", update.clone()).await;
    walk.go("oauth_providers.update 403", &[id], bob, update.clone()).await;
    walk.go("oauth_providers.update 404", &[NONE], ann, update).await;
    walk.go("oauth_providers.update 422", &[id], ann, json!({ "issuer_url": "https://id.example.org" }))
        .await;
    walk.go("auth.providers 200", &[], "", Value::Null).await;
    walk.go("oauth_providers.delete 401", &[id], "", Value::Null).await;
    walk.go("oauth_providers.delete 403", &[id], bob, Value::Null).await;
    walk.go("oauth_providers.delete 204", &[id], ann, Value::Null).await;
    walk.go("oauth_providers.delete 404", &[id], ann, Value::Null).await;
}
