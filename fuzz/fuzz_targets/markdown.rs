//! Text that people type: what was typed shows, within its bounds, and escaped text shows as it is.
#![no_main]

use ajet_markup::{NoNames, escape, shows, to_ansi, to_html, typed_names, visible, with_mentions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let page = to_html(text, &NoNames);
    assert!(is_well_formed(&page), "{page}");
    assert!(!page.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{page:?}");
    if text.chars().count() <= ajet_protocol::limits::BODY_CHARS {
        assert!(page.len() <= ajet_protocol::limits::HTML_BYTES);
    }
    let _ = (to_ansi(text, &NoNames, 80), shows(text));
    assert_eq!(with_mentions(text, &typed_names(text), |_, _| None), text, "what names nobody stays");
    let same = |text: &str| text.split_whitespace().collect::<String>().replace('\u{2060}', "");
    assert_eq!(same(&visible(&escape(text))), same(text), "{:?}", escape(text));
    // Letters that are in no address, language or emoji's name all show.
    if !text.contains([':', '`', '(', '<']) {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        assert_eq!(letters(&visible(text)), letters(text));
    }
});

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
