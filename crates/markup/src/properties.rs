//! Properties of any text: it shows whole and in order, escaped text shows as it is, and the work is linear.

use ajet_protocol::limits;
use proptest::prelude::*;

use crate::{NoNames, escape, shows, to_ansi, to_html, visible};

fn html(text: &str) -> String {
    to_html(text, &NoNames)
}

/// The text of some HTML, with the addresses of links, the languages of code and the numbers of lists where they stand.
fn content(page: &str) -> String {
    let (mut out, mut address) = (String::new(), "");
    for part in page.split_inclusive('>') {
        let (text, tag) = part.split_once('<').unwrap_or((part, ""));
        out.push_str(text);
        let value = tag.split_once(r#"=""#).and_then(|(_, value)| value.split('"').next());
        match value {
            Some(value) if tag.starts_with("a ") => address = value,
            Some(value) if tag.starts_with("ol ") => out.push_str(value),
            None if tag.starts_with("/a") => out.push_str(address),
            Some(value) => out.push_str(value.strip_prefix("language-").unwrap_or_default()),
            None if tag == "br>" || tag.starts_with("/p") => out.push('\n'),
            None => {}
        }
    }
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    pairs.iter().fold(out, |text, (entity, c)| text.replace(entity, c))
}

/// The visible characters of a text that mark nothing anywhere, in order.
fn letters(text: &str) -> String {
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|c| !reorders(*c))
        .filter(|c| !c.is_whitespace() && !c.is_control() && !c.is_ascii_punctuation() && !c.is_ascii_digit())
        .collect()
}

/// Payloads of webhooks are up to 1 MiB and come through here before they are cut: quadratic work on one of these would take
/// minutes.
#[test]
fn work_is_linear_in_the_length() {
    let seeds = [
        ">",
        "> ",
        "> a\n>\n>\n",
        "*",
        "*a **b ",
        "||\n",
        "||x\n\n",
        "||x\n\n||\n",
        "_",
        "||a||||",
        "~~",
        "[",
        "[[",
        "](",
        "[a](b",
        "[a](<b",
        "[a](((((",
        "[a](/x)",
        "<",
        "<http://",
        "`",
        "``x`",
        "\\`",
        "\\``x`y",
        "`` ` ",
        "a``b```c`d````",
        "```\n",
        "```a```",
        "``` ` ",
        "- ",
        "- a\n\n\n\n",
        "  - x\n",
        "- ``` a\n",
        "> - ",
        "1. ",
        "2. x\n1. ",
        "\n",
        "#",
        "&",
        "\"",
        "\\",
        ":",
        ":tada",
        ":tada::tada:1",
        ":a:b:",
        "http://a.b ",
        "http://a(b(",
        ")",
        "http://-",
        "\\-",
        ". ",
        "www.a.b/(",
        "@<here>",
    ];
    // What precedes a repetition must not be looked at again for each of its members.
    let before = ["", " ", "http://a", "[", "7", "\\", "`"];
    for (seed, before) in seeds.iter().flat_map(|seed| before.map(|before| (*seed, before))) {
        let half = |text: &str| {
            text.chars().cycle().take(if text.is_empty() { 0 } else { 100_000 }).collect::<String>()
        };
        let text = half(before) + &half(seed);
        assert!(shows(&text) || text.trim().is_empty());
        assert!(escape(&text).len() >= text.trim_end().len());
        assert!(text.trim().is_empty() || !to_html(&text, &NoNames).is_empty() && !visible(&text).is_empty());
    }
}

/// Words of several scripts, and names of emoji.
const WORDS: [&str; 17] = [
    "wort",
    "字",
    "、",
    "は",
    "。",
    "é",
    "ñandú",
    "слово",
    "𝒳",
    "😀",
    "abq",
    "xq",
    "q_q",
    "¯",
    "a",
    ":x:",
    ":tada:",
];

/// Texts that mix marks with words of several scripts.
fn typed() -> impl Strategy<Value = String> {
    let marks = [
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "||",
        "`",
        "``",
        "```",
        "```\n",
        "\n",
        "\n\n",
        "> ",
        ">>> ",
        "- ",
        "  - ",
        "1. ",
        "7. ",
        "# ",
        "### ",
        "[",
        "]",
        "](",
        "(",
        ")",
        "<",
        ">",
        "](<",
        ">)",
        "\\",
        "https://ex.example/",
        "www.ex.example",
        " ",
        "  ",
        ":",
        "!",
        "|",
        "~",
        "&",
        ";",
        "=",
        "-",
        "+",
        "#",
        "@<here>",
        "@<",
        ".",
        ",",
        "'",
        "\"",
        "\t",
        "\r\n",
        "\r",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(marks.to_vec()).prop_map(str::to_owned),
        4 => prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Tags open and close in order.
fn is_well_formed(page: &str) -> bool {
    let mut open = Vec::new();
    for tag in page.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(tag, _)| tag) {
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name) => return false,
            Some(_) => {}
            None if tag == "br" => {}
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
    }
    open.is_empty()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(4000), ..ProptestConfig::default() })]

    #[test]
    fn every_letter_shows_in_order(text in typed()) {
        let page = html(&text);
        prop_assert!(is_well_formed(&page), "{page}");
        // An address shows where it links to itself, and leads there: it is there twice.
        let shown = content(&page);
        let typed = without_shortcodes(&text);
        prop_assert!(contains_in_order(&letters(&shown), &letters(&typed)), "{text:?} as {page}");
        prop_assert!(contains_in_order(&letters(&visible(&text)), &letters(&without_targets(&typed, &page))), "{text:?}");
        let terminal = to_ansi(&text, &NoNames, 80);
        prop_assert!(contains_in_order(&letters(&terminal), &letters(&typed)), "{text:?} as {terminal:?}");
        prop_assert!(page.len() <= limits::HTML_BYTES);
    }

    #[test]
    fn escaped_text_shows_as_it_is(text in typed()) {
        let same = |text: &str| text.split_whitespace().collect::<String>().replace('\u{2060}', "");
        prop_assert_eq!(same(&visible(&escape(&text))), same(&text), "{:?}", escape(&text));
    }
}

/// Whether all characters of one text stand in another, in this order.
fn contains_in_order(whole: &str, part: &str) -> bool {
    let mut rest = whole.chars();
    part.chars().all(|c| rest.any(|one| one == c))
}

/// A text without the names of emoji between colons: outside of code the emoji shows instead.
fn without_shortcodes(text: &str) -> String {
    let last = text.matches(':').count();
    let is_between = |n: usize| 0 < n && n < last;
    let parts = text.split(':').enumerate();
    let others = parts.filter(|(n, part)| !is_between(*n) || emojis::get_by_shortcode(part).is_none());
    others.map(|(_, part)| part).collect::<Vec<_>>().join(":")
}

/// A text without what became the address of a link with a label, or a language: `visible` shows neither.
fn without_targets(text: &str, page: &str) -> String {
    if page.contains("<a ") || page.contains("language-") { String::new() } else { text.to_owned() }
}
