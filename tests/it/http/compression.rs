//! What is sent compressed, and to whom.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use reqwest::{Client, Response};

use crate::support::{World, text};

/// Asks for an address as a client that takes gzip, with this header of its own.
async fn get(world: &World, path: &str, header: (&str, String)) -> Response {
    let request = Client::new().get(format!("{}{path}", world.base())).header(ACCEPT_ENCODING, "gzip");
    request.header(header.0, header.1).send().await.expect("answers")
}

fn is_compressed(answer: &Response) -> bool {
    answer.headers().get(CONTENT_ENCODING).is_some_and(|coding| coding == "gzip")
}

/// BREACH (CVE-2013-3587): what another site can make a browser ask for, its cookie with it, must not tell by its length what it holds.
#[tokio::test]
async fn json_is_compressed_for_tokens_alone_and_what_pages_load_for_everybody() {
    let world = World::new().await;
    for nth in 0..8 {
        let body = format!("{nth} {}", "long enough to be worth it ".repeat(8));
        world.ann.post(world.general.id, &text(&body)).await.expect("posts");
    }
    let token = world.ann.token().expect("signed in").to_owned();
    let (bearer, cookie) = (format!("Bearer {token}"), format!("ajet_session={token}"));
    let history = format!("/api/channels/{}/messages", world.general.id);
    let answer = get(&world, &history, ("authorization", bearer.clone())).await;
    assert!(is_compressed(&answer), "{:?}", answer.headers());
    assert!(
        answer
            .headers()
            .get_all(VARY)
            .iter()
            .any(|vary| vary.as_bytes().eq_ignore_ascii_case(b"accept-encoding"))
    );
    let plain = get(&world, &history, ("cookie", cookie)).await;
    assert!(!is_compressed(&plain));
    assert!(plain.text().await.expect("text").contains("worth it"));
    let short = get(&world, "/api/me", ("authorization", bearer.clone())).await;
    assert!(!is_compressed(&short), "under 1 KiB");
    let stream = get(&world, "/api/events", ("authorization", bearer)).await;
    assert!(stream.status().is_success() && !is_compressed(&stream), "a live stream waits for nothing");
    let page = reqwest::get(format!("{}/sign-in", world.base())).await.expect("answers");
    let page = page.text().await.expect("a page");
    let from = page.find("/assets/").expect("loads something");
    let asset = page[from..].split('"').next().expect("an address");
    let asset = get(&world, asset, ("accept", "*/*".into())).await;
    assert!(is_compressed(&asset), "{:?}", asset.headers());
    world.end().await;
}
