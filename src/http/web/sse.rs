//! Frames of the pages' live stream, as the HTML standard defines them (section 9.2, server-sent events).
//!
//! A line ends at CR, LF or CRLF. Every one of them starts a new `data` line here, so a text can't end its own line and
//! write an `event` or `id` of its own. Other separators (U+0085, U+2028, U+2029) end no line, but some readers take them for
//! line ends: they are escaped. The text is HTML.

use std::borrow::Cow;

/// A frame: its id, its event where it has one, and its text. An empty id is left out: it would make the client forget
/// the cursor it has.
#[must_use]
pub fn frame(id: &str, event: Option<&str>, text: &str) -> String {
    let mut out = String::with_capacity(id.len() + text.len() + 32);
    if !id.is_empty() {
        field("id", id, &mut out);
    }
    if let Some(event) = event {
        field("event", event, &mut out);
    }
    data_lines(&without_separators(text), &mut out);
    out.push('\n');
    out
}

/// HTML in which the separators that end no line are character references. HTML has none for U+0085 (its number stands for
/// an ellipsis there), which shows as nothing: a space takes its place.
fn without_separators(html: &str) -> Cow<'_, str> {
    const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    if !html.contains(SEPARATORS) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 32);
    for c in html.chars() {
        match c {
            '\u{85}' => out.push(' '),
            '\u{2028}' => out.push_str("&#x2028;"),
            '\u{2029}' => out.push_str("&#x2029;"),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Appends a text as `data` lines; the client joins them with LF.
pub fn data_lines(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let (line, after) = first_line(rest);
        field("data", line, out);
        let Some(after) = after else { return };
        rest = after;
    }
}

/// The text before the first line end, and the text behind it where there is one.
fn first_line(text: &str) -> (&str, Option<&str>) {
    let Some(at) = text.find(['\r', '\n']) else { return (text, None) };
    let (line, rest) = text.split_at(at);
    let after = rest.strip_prefix("\r\n").or_else(|| rest.get(1..));
    (line, after)
}

/// Appends one line. Ids and events are the server's own words; what one holds beyond its first line is dropped.
fn field(name: &str, value: &str, out: &mut String) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(first_line(value).0);
    out.push('\n');
}

#[cfg(test)]
#[path = "sse_tests.rs"]
mod tests;
