//! Forms that are begun and do not go on.

use reqwest::Method;

use crate::support::forms::{PNG, form};
use crate::support::requests::{ann, status};
use crate::support::{Raw, World, eventually};

#[tokio::test]
async fn a_person_has_four_forms_under_way() {
    let world = World::new().await;
    let token = world.ann.token().expect("a token").to_owned();
    let head = format!(
        "PUT /api/me/avatar HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n--x\r\n"
    );
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let mut raw = Raw::to(world.server.addr()).await;
        raw.send(&head).await;
        stalled.push(raw);
    }
    let set = || status(form(ann(&world, Method::PUT, "/api/me/avatar"), &[], Some(PNG)));
    eventually("a refusal of the fifth", || async { set().await == 429 }).await;
    world.bob.set_avatar(PNG).await.expect("others are not kept waiting");
    drop(stalled);
    eventually("room for another one", || async { set().await == 200 }).await;
    world.end().await;
}
