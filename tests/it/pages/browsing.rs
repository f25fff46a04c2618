//! How the tests look at pages and send forms: with the cookie, from our own pages.

use ajet_client::Client;
use reqwest::Response;

use crate::support::World;
use crate::support::requests::{answer, http};

fn cookie(person: &Client) -> String {
    format!("ajet_session={}", person.token().expect("a token"))
}

/// What a person sees at a path, and the status.
pub async fn look(world: &World, person: &Client, path: &str) -> (u16, String) {
    let request = http().get(format!("{}{path}", world.base())).header("cookie", cookie(person));
    let answered = answer(request).await;
    (answered.status().as_u16(), answered.text().await.expect("text"))
}

/// The same page, which is there.
pub async fn page(world: &World, person: &Client, path: &str) -> String {
    let (status, text) = look(world, person, path).await;
    assert_eq!(status, 200, "{path}: {text}");
    text
}

/// A form of a page, sent without a script.
pub async fn send(world: &World, person: &Client, path: &str, form: &[(&str, &str)]) -> Response {
    let request = http().post(format!("{}{path}", world.base())).header("cookie", cookie(person));
    answer(request.header("sec-fetch-site", "same-origin").form(form)).await
}

/// The same, which leads back to a page.
pub async fn done(world: &World, person: &Client, path: &str, form: &[(&str, &str)]) -> String {
    let answered = send(world, person, path, form).await;
    let (status, to) = (answered.status().as_u16(), answered.headers().get("location").cloned());
    assert_eq!(status, 303, "{path}: {}", answered.text().await.expect("text"));
    to.expect("leads on").to_str().expect("text").to_owned()
}

/// A form of a page, sent by htmx.
pub async fn send_by_htmx(world: &World, person: &Client, path: &str, form: &[(&str, &str)]) -> Response {
    let request = http().post(format!("{}{path}", world.base())).header("cookie", cookie(person));
    answer(request.header("sec-fetch-site", "same-origin").header("hx-request", "true").form(form)).await
}
