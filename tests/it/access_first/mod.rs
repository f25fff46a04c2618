//! How people come in at first: the first start, who may have an account, and links that sign one person in once.

mod first_start;
mod links;
mod sessions;
mod sign_up;

use crate::support::requests::{answer, http};

/// A form of one of our pages, as a browser sends it; the answer's status and where it leads.
async fn submit(base: &str, path: &str, fields: &[(&str, &str)]) -> (u16, Option<String>) {
    let form = serde_urlencoded::to_string(fields).expect("a form");
    let sent = http().post(format!("{base}{path}")).header("origin", base).body(form);
    let answer = answer(sent.header("content-type", "application/x-www-form-urlencoded")).await;
    let location = answer.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
    (answer.status().as_u16(), location)
}

/// The text of a page.
async fn page(base: &str, path: &str) -> String {
    answer(http().get(format!("{base}{path}"))).await.text().await.expect("text")
}
