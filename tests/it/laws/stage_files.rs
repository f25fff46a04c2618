//! The stage for verbs about files.

use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::scene::{Person, Scene, Standing};
use crate::support::pictures::png;

fn upload(scene: &Scene) -> Value {
    json!({ "filename": scene.name("cat"), "content_type": "image/png", "size_bytes": 4096 })
}

fn uploads(scene: &Scene) -> String {
    format!("/api/channels/{}/uploads", scene.general)
}

pub async fn begin_upload(scene: &Scene, _: &Person) -> Call {
    Call::new(Method::POST, uploads(scene), upload(scene)).differing("size_bytes", 4095)
}

/// The path of a file that a message of somebody has; of those who are outside, the owner's.
async fn posted_by(scene: &Scene, by: &Person) -> String {
    let author = if by.standing.is_inside() { by } else { &scene.owner };
    let mute = scene.path(&format!("mutes/{}", author.id));
    let is_muted = author.standing == Standing::Muted;
    if is_muted {
        scene.owner_does(Method::DELETE, &mute, json!({})).await;
    }
    let begun = scene.done(author, Method::POST, &uploads(scene), upload(scene)).await;
    let id = begun["attachment"]["id"].as_str().expect("an id");
    let post = json!({ "body_md": scene.name("look"), "attachment_ids": [id] });
    scene.done(author, Method::POST, &format!("/api/channels/{}/messages", scene.general), post).await;
    if is_muted {
        scene.owner_does(Method::PUT, &mute, json!({})).await;
    }
    format!("/api/attachments/{id}")
}

pub async fn describe_own_file(scene: &Scene, by: &Person) -> Call {
    let path = posted_by(scene, by).await;
    Call::new(Method::PATCH, path, json!({ "alt": scene.name("a cat") }))
}

pub async fn remove_file_of_others(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, posted_by(scene, &scene.owner).await)
}

pub async fn remove_own_file(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, posted_by(scene, by).await)
}

/// A file that was put into the object store, and the path by which the server is told so: then it notes what it is.
async fn uploaded(scene: &Scene, by: &Person) -> (String, Call) {
    let picture = png(4, 4);
    let mut upload = upload(scene);
    // The address takes so many bytes, and no others.
    upload["size_bytes"] = picture.len().into();
    let begun = scene.done(by, Method::POST, &uploads(scene), upload).await;
    let url = begun["upload_url"].as_str().expect("an address");
    let put = scene.http.put(url).header("content-type", "image/png").body(picture).send();
    assert!(put.await.expect("answers").status().is_success());
    let id = begun["attachment"]["id"].as_str().expect("an id").to_owned();
    let call = Call::bare(Method::POST, format!("/api/uploads/{id}/complete"));
    (id, call)
}

pub async fn complete_upload(scene: &Scene, by: &Person) -> Call {
    uploaded(scene, by).await.1
}

/// A message shows the file already.
pub async fn complete_posted_upload(scene: &Scene, by: &Person) -> Call {
    let (id, call) = uploaded(scene, by).await;
    let post = json!({ "body_md": scene.name("look"), "attachment_ids": [id] });
    scene.done(by, Method::POST, &format!("/api/channels/{}/messages", scene.general), post).await;
    call
}
