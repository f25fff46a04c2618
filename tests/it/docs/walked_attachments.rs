//! Files in the walk through every operation.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, RequestBuilder, redirect};
use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::pictures::png;
use crate::support::{NONE, eventually};

const FORM: &str = "multipart/form-data; boundary=b";

/// A form with a file and its description.
fn form(file: &[u8]) -> Vec<u8> {
    let alt = b"--b\r\ncontent-disposition: form-data; name=\"alt\"\r\n\r\nA cat\r\n".as_slice();
    let head =
        b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\n\r\n".as_slice();
    [alt, head, file, b"\r\n--b--\r\n".as_slice()].concat()
}

/// The same request, of which a redirect is the answer.
fn unfollowed(request: RequestBuilder) -> RequestBuilder {
    let (_, request) = request.build_split();
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    RequestBuilder::from_parts(client, request.expect("a request"))
}

/// Ann and bob are in the channel, and dave is in none.
pub async fn attachments(walk: &mut Walk, [ann, bob, dave]: [&str; 3], channel: &str) {
    let picture = png(8, 4);
    let send = |walk: &Walk, by: &str, kind: &'static str, body: Vec<u8>| {
        walk.request("attachments.add", &[channel], by).header(CONTENT_TYPE, kind).body(body)
    };
    let file = walk.answer("attachments.add 201", send(walk, ann, FORM, form(&picture))).await;
    assert_eq!((&file["status"], &file["alt"]), (&json!("clean"), &json!("A cat")));
    let keyed = |walk: &Walk| send(walk, ann, FORM, form(&picture)).header("idempotency-key", "a1");
    let first = walk.answer("attachments.add 201", keyed(walk)).await;
    assert_eq!(walk.answer("attachments.add 200", keyed(walk)).await, first);
    let other = send(walk, ann, FORM, form(&png(4, 8))).header("idempotency-key", "a1");
    walk.answer("attachments.add 409", other).await;
    for (status, by, kind, body) in [
        (401, "", FORM, form(&picture)),
        (404, dave, FORM, form(&picture)),
        (413, ann, FORM, form(&vec![0; 11 << 20])),
        (415, ann, "application/json", b"{}".to_vec()),
        (422, ann, FORM, form(b"<svg/>")),
        (422, ann, FORM, b"no form".to_vec()),
    ] {
        let request = send(walk, by, kind, body);
        walk.answer(&format!("attachments.add {status}"), request).await;
    }
    let id = file["id"].as_str().expect("an id");
    posted(walk, [ann, bob, dave], (channel, id)).await;
    presigned(walk, [ann, bob, dave], channel).await;
}

/// A file that is posted, had, described and removed.
async fn posted(walk: &mut Walk, [ann, bob, dave]: [&str; 3], (channel, id): (&str, &str)) {
    let request = json!({ "body_md": "look", "attachment_ids": [id] });
    let message = walk.go("messages.post 201", &[channel], ann, request.clone()).await;
    assert_eq!(message["attachments"][0]["id"], id);
    walk.go("messages.post 422", &[channel], ann, request).await;
    for query in ["", "?thumbnail=true"] {
        let request = unfollowed(walk.request("attachments.get", &[id, query], bob));
        walk.answer("attachments.get 302", request).await;
    }
    walk.go("attachments.get 401", &[id], "", Value::Null).await;
    walk.go("attachments.get 404", &[id], dave, Value::Null).await;
    walk.go("attachments.get 422", &[id, "?thumbnail=small"], bob, Value::Null).await;
    walk.go("attachments.describe 200", &[id], ann, json!({ "alt": "Another cat" })).await;
    walk.go("attachments.describe 200", &[id], ann, json!({ "alt": null })).await;
    walk.go("attachments.describe 401", &[id], "", json!({ "alt": "x" })).await;
    walk.go("attachments.describe 403", &[id], bob, json!({ "alt": "x" })).await;
    walk.go("attachments.describe 404", &[NONE], ann, json!({ "alt": "x" })).await;
    walk.go("attachments.describe 422", &[id], ann, json!({ "alt": "x".repeat(1001) })).await;
    walk.go("attachments.delete 401", &[id], "", Value::Null).await;
    walk.go("attachments.delete 403", &[id], bob, Value::Null).await;
    walk.go("attachments.delete 204", &[id], ann, Value::Null).await;
    walk.go("attachments.delete 204", &[id], ann, Value::Null).await;
    walk.go("attachments.delete 404", &[id], bob, Value::Null).await;
}

/// A file that its client puts into the object store.
async fn presigned(walk: &mut Walk, [ann, bob, dave]: [&str; 3], channel: &str) {
    let picture = png(8, 4);
    let request = json!({ "filename": "cat.png", "content_type": "image/png", "size_bytes": picture.len(), "client_mutation_id": "u1" });
    let begun = walk.go("uploads.begin 201", &[channel], ann, request.clone()).await;
    let again = walk.go("uploads.begin 200", &[channel], ann, request.clone()).await;
    assert_eq!(begun["attachment"], again["attachment"]);
    let other = json!({ "filename": "dog.png", "content_type": "image/png", "size_bytes": 7, "client_mutation_id": "u1" });
    walk.go("uploads.begin 409", &[channel], ann, other).await;
    walk.go("uploads.begin 401", &[channel], "", request.clone()).await;
    walk.go("uploads.begin 404", &[channel], dave, request.clone()).await;
    walk.go(
        "uploads.begin 422",
        &[channel],
        ann,
        json!({ "filename": "a", "content_type": "text/html", "size_bytes": 1 }),
    )
    .await;
    walk.go(
        "uploads.begin 413",
        &[channel],
        ann,
        json!({ "filename": "a", "content_type": "image/png", "size_bytes": 11 << 20 }),
    )
    .await;
    let id = begun["attachment"]["id"].as_str().expect("an id");
    walk.go("uploads.complete 409", &[id], ann, Value::Null).await;
    walk.go("attachments.get 409", &[id], ann, Value::Null).await;
    let url = begun["upload_url"].as_str().expect("an address");
    let put = Client::new().put(url).header(CONTENT_TYPE, "image/png").body(picture).send();
    assert!(put.await.expect("answers").status().is_success());
    walk.go("uploads.complete 401", &[id], "", Value::Null).await;
    walk.go("uploads.complete 404", &[id], bob, Value::Null).await;
    walk.go("uploads.complete 204", &[id], ann, Value::Null).await;
    let looked_at = async || {
        let request = unfollowed(walk.request("attachments.get", &[id], ann));
        request.send().await.expect("answers").status().as_u16() == 302
    };
    eventually("it is looked at", looked_at).await;
}
