//! Values in texts.

use maud::{Markup, PreEscaped, Render};

/// A text with its places filled in. A value is never looked at for further places.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    pieces(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Place(name) => out.push_str(value(values, name).copied().unwrap_or_default()),
    });
    out
}

/// The same with markup in its places.
#[must_use]
pub fn with(text: &str, values: &[(&str, Markup)]) -> Markup {
    let mut out = String::with_capacity(text.len() + 64);
    pieces(text, |piece| match piece {
        Piece::Text(text) => text.render_to(&mut out),
        Piece::Place(name) => {
            if let Some(value) = value(values, name) {
                out.push_str(&value.0);
            }
        }
    });
    PreEscaped(out)
}

/// A number of things in words: `one` where it is one, else `many` with its place `{n}` filled in. It does for languages with two forms.
#[must_use]
pub fn count(number: i64, one: &str, many: &str) -> String {
    let text = if number == 1 { one } else { many };
    fill(text, &[("n", &number.to_string())])
}

enum Piece<'a> {
    Text(&'a str),
    Place(&'a str),
}

fn pieces<'a>(text: &'a str, mut each: impl FnMut(Piece<'a>)) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        each(Piece::Text(before));
        each(Piece::Place(name));
        rest = after;
    }
    each(Piece::Text(rest));
}

fn value<'a, T>(values: &'a [(&str, T)], name: &str) -> Option<&'a T> {
    values.iter().find(|(one, _)| *one == name).map(|(_, value)| value)
}
