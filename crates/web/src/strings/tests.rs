//! Every text is there in every language, is a translation, and is used.

use std::fs;
use std::path::Path;

use super::{Language, count, fill, with};

/// Words that are the same in English and German.
const SAME: [&str; 11] = [
    "bots",
    "community",
    "link",
    "name",
    "online",
    "push",
    "role_admin",
    "start",
    "status_text",
    "system",
    "webhooks",
];

#[test]
fn all_texts_are_translated() {
    let (english, german) = (Language::English.strings().all(), Language::German.strings().all());
    let same: Vec<_> =
        english.iter().zip(&german).filter(|(one, other)| one.2 == other.2).map(|(one, _)| one.1).collect();
    let untranslated: Vec<_> = same.iter().filter(|key| !SAME.contains(key)).collect();
    assert!(untranslated.is_empty(), "{untranslated:?}");
    for (_, key, text) in english.iter().chain(&german) {
        assert!(!text.trim().is_empty() && text.trim() == *text, "{key}");
    }
}

/// The names of a text's places, in order of the alphabet: a language may put them in another order.
fn places(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    let mut names: Vec<_> = after.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect();
    names.sort_unstable();
    names
}

#[test]
fn translations_have_the_same_places() {
    let (english, german) = (Language::English.strings().all(), Language::German.strings().all());
    for ((_, key, one), (.., other)) in english.iter().zip(&german) {
        assert_eq!(places(one), places(other), "{key}");
    }
}

/// All sources of this crate but the texts themselves.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            if !path.ends_with("strings") {
                sources(&path, all);
            }
        } else {
            all.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}

#[test]
fn no_text_is_left_over() {
    let mut all = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let is_used = |area: &str, key: &str| {
        let access = format!(".{area}.{key}");
        all.match_indices(&access).any(|(at, _)| ends(&all[at + access.len()..]))
    };
    let texts = Language::English.strings().all();
    let unused: Vec<_> = texts.iter().filter(|(area, key, _)| !is_used(area, key)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn values_are_filled_in_once() {
    assert_eq!(fill("a {x} b {y}", &[("x", "{y}"), ("y", "1")]), "a {y} b 1");
    assert_eq!(fill("{n} of {m", &[("n", "1")]), "1 of {m");
    assert_eq!(count(1, "one", "{n} things"), "one");
    assert_eq!(count(0, "one", "{n} things"), "0 things");
    let shown = with("<b> {x}", &[("x", maud::html! { i { "<" } })]).into_string();
    assert_eq!(shown, "&lt;b&gt; <i>&lt;</i>");
}

#[test]
fn the_most_wanted_language_that_there_is_is_taken() {
    for (header, language) in [
        ("", Language::English),
        ("de-AT,de;q=0.9,en;q=0.8", Language::German),
        ("fr,de;q=0.5,en;q=0.7", Language::English),
        ("fr;q=1, de;q=0.3", Language::German),
        ("en;q=0.2, DE", Language::German),
        ("de;q=0", Language::English),
        ("de;q=x, *", Language::English),
    ] {
        assert_eq!(Language::accepted(header), language, "{header}");
    }
}
