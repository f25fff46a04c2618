//! The stage of verbs about what links show.

use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene};
use crate::support::{DEADLINE, POLL, Site};

/// Looks at a message until one goes on without its previews.
const LOOKS: usize = 100;

/// A page for links to lead to, where messages show what it says.
async fn page(scene: &Scene) -> Site {
    scene.owner_does(Method::PATCH, "/api/system/settings", json!({ "link_previews": true })).await;
    Site::of("<title>Cats</title>").await
}

/// Somebody puts a link into their own message; the server tells what it shows.
pub async fn edit_links(scene: &Scene, by: &Person) -> Call {
    let (site, said) = (page(scene).await, scene.said_by(by, "see").await);
    Call::new(Method::PUT, format!("/api/messages/{said}"), json!({ "body_md": site.url }))
}

/// A message of the owner's.
pub async fn strip_others(scene: &Scene, _: &Person) -> Call {
    strip(scene, &scene.owner).await
}

pub async fn strip_own(scene: &Scene, by: &Person) -> Call {
    strip(scene, by).await
}

/// A message that shows something. A node that has not heard of the settings yet looks at no links: then another one is posted.
async fn strip(scene: &Scene, author: &Person) -> Call {
    let (site, deadline) = (page(scene).await, Instant::now() + DEADLINE);
    loop {
        assert!(Instant::now() < deadline, "no message shows previews");
        let said = scene.said_by(author, &site.url).await;
        if shows(scene, &said).await {
            return Call::bare(Method::DELETE, format!("/api/messages/{said}/previews"));
        }
    }
}

async fn shows(scene: &Scene, said: &str) -> bool {
    for _ in 0..LOOKS {
        let message = scene.owner_does(Method::GET, &format!("/api/messages/{said}"), Value::Null).await;
        if message["previews"].as_array().is_some_and(|previews| !previews.is_empty()) {
            return true;
        }
        tokio::time::sleep(POLL).await;
    }
    false
}
