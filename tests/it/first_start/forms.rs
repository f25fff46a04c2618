//! Pages and their forms, as a browser that has no session asks for them.

use crate::support::requests::{answer, http};

/// A form of one of our pages, as a browser sends it; the answer's status and where it leads.
pub async fn submit(base: &str, path: &str, fields: &[(&str, &str)]) -> (u16, Option<String>) {
    let form = serde_urlencoded::to_string(fields).expect("a form");
    let sent = http().post(format!("{base}{path}")).header("origin", base).body(form);
    let answer = answer(sent.header("content-type", "application/x-www-form-urlencoded")).await;
    let location = answer.headers().get("location").map(|to| to.to_str().expect("text").to_owned());
    (answer.status().as_u16(), location)
}

/// The text of a page.
pub async fn page(base: &str, path: &str) -> String {
    answer(http().get(format!("{base}{path}"))).await.text().await.expect("text")
}
