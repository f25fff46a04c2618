//! Which pages may use a browser's cookie.

use reqwest::header::COOKIE;
use serde_json::json;

use crate::support::World;
use crate::support::requests::{http, status};

#[tokio::test]
async fn a_cookie_changes_things_from_our_own_pages_only() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let signed_in =
        http.post(format!("{}/auth/dev", world.base())).json(&serde_json::json!({"username": "ann"}));
    let cookie =
        signed_in.send().await.expect("answers").headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    let url = format!("{}/api/channels/{}/messages", world.base(), world.general.id);
    let host = world.base();
    let cases: [(&[(&str, &str)], u16); 7] = [
        (&[("sec-fetch-site", "same-origin")], 201),
        (&[("sec-fetch-site", "none")], 201),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", &host)], 403),
        (&[("origin", &host)], 201),
        (&[("origin", "null")], 403),
        (&[], 403),
    ];
    for (headers, status) in cases {
        let mut request = http.post(&url).header(COOKIE, &cookie).json(&serde_json::json!({"body_md": "x"}));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(request.send().await.expect("answers").status().as_u16(), status, "{headers:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_origin_is_compared_as_an_origin() {
    let world = World::new().await;
    let token = world.bob.token().expect("a token");
    let url = format!("{}/api/channels/{}/messages", world.base(), world.general.id);
    for (host, origin, expected) in [
        ("chat.example:80", "http://chat.example", 201),
        ("chat.example", "http://chat.example:80", 201),
        ("Chat.Example", "HTTP://CHAT.example", 201),
        ("chat.example", "https://chat.example", 403),
        ("chat.example", "http://chat.example:8080", 403),
        ("chat.example", "http://evil.example", 403),
        ("chat.example", "null", 403),
    ] {
        let sent = http().post(&url).header("host", host).header("origin", origin);
        let sent = sent.header("cookie", format!("ajet_session={token}")).json(&json!({"body_md": "x"}));
        assert_eq!(status(sent).await, expected, "{host} {origin}");
    }
    world.end().await;
}
