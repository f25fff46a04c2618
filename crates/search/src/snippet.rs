//! A piece of a text around what was found.

use crate::query::Query;
use crate::tokens::{Token, tokens};

/// Characters of a snippet at most, its ellipses not counted.
const CHARS: usize = 240;
/// How many of them stand before the first one that was found, at most.
const LEAD: usize = 60;
const ELLIPSIS: char = '…';

/// What is shown of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// Safe HTML: the text, escaped, with `<mark>` around what was found.
    pub html: String,
    /// The same as places in the text without its tags: code points, from the first to the one behind the last. In order and apart.
    pub ranges: Vec<[usize; 2]>,
}

/// The piece of a text around the first thing found; its beginning where nothing is.
#[must_use]
pub fn snippet(text: &str, query: &Query) -> Snippet {
    let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let tokens = tokens(text);
    let found = found(&tokens, query);
    let (start, end) = window(&tokens, found.first().copied(), chars.len());
    let is_cut = start > 0;
    let mut shown: Vec<char> = Vec::with_capacity(end - start + 2);
    shown.extend(is_cut.then_some(ELLIPSIS));
    shown.extend(&chars[start..end]);
    shown.extend((end < chars.len()).then_some(ELLIPSIS));
    let place = |at: usize| at.clamp(start, end) - start + usize::from(is_cut);
    let within = found.into_iter().filter(|(from, to)| *from < end && *to > start);
    let ranges: Vec<[usize; 2]> = within.map(|(from, to)| [place(from), place(to)]).collect();
    Snippet { html: html(&shown, &ranges), ranges }
}

/// What the terms find, in order; what touches is one.
fn found(tokens: &[Token], query: &Query) -> Vec<(usize, usize)> {
    let each =
        query.terms.iter().flat_map(|term| (0..tokens.len()).filter_map(move |at| term.found_at(tokens, at)));
    let mut each: Vec<_> = each.filter(|(from, to)| from < to).collect();
    each.sort_unstable();
    let mut all: Vec<(usize, usize)> = Vec::with_capacity(each.len());
    for (from, to) in each {
        match all.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            _ => all.push((from, to)),
        }
    }
    all
}

/// What is shown of so many characters: it begins with a word where it does not begin with the text.
fn window(tokens: &[Token], first: Option<(usize, usize)>, len: usize) -> (usize, usize) {
    let first = first.map_or(0, |(from, _)| from);
    if len <= CHARS || first <= LEAD {
        return (0, len.min(CHARS));
    }
    let earliest = (first - LEAD).min(len - CHARS);
    let starts = tokens.iter().map(|token| token.start);
    let start = starts.into_iter().find(|start| *start >= earliest).unwrap_or(earliest).min(first);
    (start, len.min(start + CHARS))
}

fn html(shown: &[char], ranges: &[[usize; 2]]) -> String {
    let mut html = String::with_capacity(shown.len() + 16 * ranges.len());
    let mut rest = ranges.iter();
    let mut next = rest.next();
    for (at, c) in shown.iter().enumerate() {
        if next.is_some_and(|[from, _]| *from == at) {
            html.push_str("<mark>");
        }
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(*c),
        }
        if next.is_some_and(|[_, to]| *to == at + 1) {
            html.push_str("</mark>");
            next = rest.next();
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse, words};

    fn html_of(text: &str, query: &str) -> String {
        snippet(text, &parse(query).expect("can be read")).html
    }

    #[test]
    fn what_was_found_is_marked() {
        for (text, query, expected) in [
            ("Le Café est là", "cafe", "Le <mark>Café</mark> est là"),
            ("Hello, World", "wor hello", "<mark>Hello</mark>, World"),
            ("Hello, World", "hello wor", "<mark>Hello</mark>, <mark>World</mark>"),
            ("a b a b", "\"b a\"", "a <mark>b a</mark> b"),
            ("東京都庁", "京都", "東<mark>京都</mark>庁"),
            ("東京都庁", "都", "東京<mark>都</mark>庁"),
            ("<b>x</b> & 'y'", "x", "&lt;b&gt;<mark>x</mark>&lt;/b&gt; &amp; &#39;y&#39;"),
            ("one\ntwo", "two", "one <mark>two</mark>"),
            ("nothing", "other", "nothing"),
            ("", "x", ""),
        ] {
            assert_eq!(html_of(text, query), expected, "{query} in {text}");
        }
    }

    #[test]
    fn ranges_are_code_points_of_the_text_without_tags() {
        let found = snippet("é<東京 x", &words("東京 x"));
        assert_eq!(found.ranges, [[2, 4], [5, 6]]);
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_thing_found() {
        let text = format!("{}needle {}", "hay ".repeat(200), "hay ".repeat(200));
        let found = snippet(&text, &words("needle"));
        let shown = found.html.replace("<mark>", "").replace("</mark>", "");
        assert!(shown.starts_with("…hay ") && shown.ends_with('…'), "{shown}");
        let [from, to] = found.ranges[0];
        let marked: String = shown.chars().skip(from).take(to - from).collect();
        assert_eq!((marked.as_str(), found.ranges.len()), ("needle", 1));
        let beginning = snippet(&text, &words("other")).html;
        assert!(beginning.starts_with("hay ") && beginning.ends_with('…'), "{beginning}");
    }
}
