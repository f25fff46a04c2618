//! The words that all events are told with.

use serde_json::Value;

use crate::code::{rewrite, uncalled};
use crate::value::{first_of, text};
use crate::write::{code_span, joined, label, link, one_line, text_link};

/// One line: the repository, or else the organization, and what happened there.
pub fn headline(payload: &Value, words: impl IntoIterator<Item = Option<String>>) -> String {
    let words = joined(words, " ");
    match repository(&payload["repository"]).or_else(|| who(&payload["organization"])) {
        Some(place) if words.is_empty() => place,
        Some(place) => format!("{place}: {words}"),
        None => words,
    }
}

/// A field's text as a line of its own; empty if there is none.
pub fn line_of(object: &Value, name: &str) -> String {
    text(object, name).map(|text| label(&text)).unwrap_or_default()
}

/// A repository's full name, linked.
pub fn repository(repository: &Value) -> Option<String> {
    let name = first_of(repository, &["full_name", "name"])?;
    Some(link(&label(&name), &text(repository, "html_url").unwrap_or_default()))
}

/// A person's or an organization's name.
pub fn who(account: &Value) -> Option<String> {
    first_of(account, &["login", "username", "name", "slug"]).map(|name| label(&name))
}

/// The action of an event, in words.
pub fn action(payload: &Value) -> String {
    text(payload, "action").unwrap_or_default().replace('_', " ")
}

/// The number and the title of a thing, linked; `address` is where the link leads instead of to the thing itself.
pub fn titled(thing: &Value, address: Option<String>) -> Option<String> {
    let number = text(thing, "number").map(|number| format!("#{number}"));
    let title = first_of(thing, &["title", "name", "tag_name", "full_name", "login", "slug", "key"]);
    let address = address.or_else(|| text(thing, "html_url")).unwrap_or_default();
    let shown = text_link(&joined([number, title], " "), &address);
    (!shown.is_empty()).then_some(shown)
}

/// What an unknown event is about: the first of its objects that has an address for readers, or else a title.
pub fn subject(payload: &Value) -> Option<String> {
    const CONTEXT: [&str; 6] =
        ["repository", "sender", "organization", "installation", "enterprise", "changes"];
    let things = || {
        let fields = payload.as_object().into_iter().flatten();
        fields
            .filter(|(name, thing)| thing.is_object() && !CONTEXT.contains(&name.as_str()))
            .map(|(_, thing)| thing)
    };
    let linked = things().find(|thing| text(thing, "html_url").is_some());
    linked.and_then(|thing| titled(thing, None)).or_else(|| things().find_map(|thing| titled(thing, None)))
}

/// The first seven digits of a commit's name, as code.
pub fn short(sha: &str) -> String {
    code_span(&sha.chars().take(7).collect::<String>())
}

/// A commit, linked if it has an address.
pub fn commit(sha: Option<String>, address: Option<String>) -> Option<String> {
    sha.map(|sha| link(&short(&sha), &address.unwrap_or_default()))
}

/// A name as code: of a branch, a tag, a file.
pub fn code(name: &str) -> String {
    code_span(&one_line(name))
}

/// The number of things, in words.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What somebody wrote, without the comments that GitHub hides.
pub fn body(thing: &Value) -> String {
    let text = text(thing, "body").unwrap_or_default().replace("\r\n", "\n");
    // Without this place, each of many comments without an end would be searched to the end of the text.
    let last_end = text.rfind("-->").unwrap_or_default();
    let shown = rewrite(&text, |rest| {
        // Two bars hide nothing on GitHub: `a || b || c` is an expression.
        if rest.starts_with("||") {
            return Some((r"\|\|".to_owned(), 2));
        }
        let Some(inside) = rest.strip_prefix("<!--") else { return uncalled(rest) };
        if text.len() - inside.len() > last_end {
            return None;
        }
        inside.find("-->").map(|length| (String::new(), length + "<!---->".len()))
    });
    shown.trim_matches('\n').to_owned()
}
