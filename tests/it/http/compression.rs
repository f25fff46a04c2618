//! What is sent compressed, and to whom.

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use reqwest::{Client, Response};

use crate::support::{World, text};

/// Asks for an address as a client that takes gzip, with this header of its own.
async fn get(world: &World, path: &str, header: (&str, String)) -> Response {
    get_with(world, path, &[(header.0, &header.1)]).await
}

/// The same with several headers.
async fn get_with(world: &World, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = Client::new().get(format!("{}{path}", world.base())).header(ACCEPT_ENCODING, "gzip");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("answers")
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

/// BREACH: a page is compressed where the browser says that a person opens it, and not where another site or a script may have made it ask,
/// again and again, nor where nothing is said of that.
#[tokio::test]
async fn a_page_is_compressed_for_who_opens_it_and_not_for_what_another_site_asks_for() {
    let world = World::new().await;
    let cookie = format!("ajet_session={}", world.ann.token().expect("signed in"));
    let page = format!("/channels/{}", world.general.id);
    let asked = async |path: &str, site: &'static str, dest: &'static str, user: &'static str| {
        let headers = [
            ("cookie", cookie.as_str()),
            ("sec-fetch-site", site),
            ("sec-fetch-dest", dest),
            ("sec-fetch-user", user),
        ];
        let said = headers.iter().filter(|(_, value)| !value.is_empty()).copied().collect::<Vec<_>>();
        let answer = get_with(&world, path, &said).await;
        assert!(answer.status().is_success(), "{path} {site} {dest} {user}: {}", answer.status());
        is_compressed(&answer)
    };
    for site in ["none", "same-origin"] {
        assert!(asked(&page, site, "document", "?1").await, "{site}");
        assert!(!asked(&page, site, "document", "").await, "a page that refreshed itself: {site}");
        assert!(!asked(&page, site, "empty", "?1").await, "a script asks for it: {site}");
        assert!(!asked(&page, site, "", "?1").await, "{site}");
        assert!(!asked("/api/sync", site, "document", "?1").await, "no page: {site}");
    }
    for site in ["cross-site", "same-site", ""] {
        assert!(!asked(&page, site, "document", "?1").await, "{site}");
    }
    world.end().await;
}
