//! Texts that programs cut in the middle of a character, and texts with line ends that JSON has none of.

use std::borrow::Cow;

use proptest::prelude::*;

use super::{Object, mended, on_one_line};
use crate::PushKeys;

fn mend(json: &str) -> String {
    String::from_utf8(mended(json.as_bytes()).into_owned()).expect("text")
}

#[test]
fn a_lone_surrogate_becomes_the_replacement_character() {
    for (given, made) in [
        (r#"{"text":"cut \ud83d"}"#, r#"{"text":"cut \ufffd"}"#),
        (r#""\uDE00 and \uD83D""#, r#""\ufffd and \ufffd""#),
        (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
        (r#""\ud83dA\u0041""#, r#""\ufffdA\u0041""#),
        (r#""\\\ud83d""#, r#""\\\ufffd""#),
        (r#"{"\udfff":1}"#, r#"{"\ufffd":1}"#),
    ] {
        assert_eq!(mend(given), made);
        serde_json::from_str::<serde_json::Value>(made).expect("JSON");
    }
}

#[test]
fn an_object_is_read_from_no_array() {
    let read = |json: &str| serde_json::from_str::<Object<PushKeys>>(json).map(|Object(keys)| keys.auth);
    assert_eq!(read(r#"{"auth":"a","p256dh":"p"}"#).expect("reads"), "a");
    for json in [r#"["p","a"]"#, "null", r#"{"auth":"a"}"#] {
        assert!(read(json).is_err(), "{json}");
    }
}

#[test]
fn everything_else_is_left_alone_and_not_copied() {
    for json in [
        r#"{"a":"\ud83d\ude00","b":[1,null]}"#,
        r#""an escaped backslash: \\ud83d""#,
        r#""\"\/\b\f\n\r\t\u00e9\uffff""#,
        "\"😀 \u{fffd}\"",
        "",
        r"\",
        r"\u",
        r"\ud83",
        r"\ud83g",
        r"\\",
    ] {
        assert!(matches!(mended(json.as_bytes()), Cow::Borrowed(_)), "{json}");
    }
    assert!(matches!(mended(b"\"\xff\xe2\x80\""), Cow::Borrowed(_)), "what is no text is for the parser");
}

#[test]
fn line_ends_are_escaped() {
    let json = "{\"a\":\"1\u{2028}2\u{2029}\u{85}3\u{2028}\"}";
    let made = on_one_line(json.as_bytes());
    assert_eq!(std::str::from_utf8(&made).expect("text"), r#"{"a":"1\u20282\u2029\u00853\u2028"}"#);
    for same in ["", "\"é – “x” € ¡\"", "{}", "\"\u{2027}\u{202a}\u{84}\u{86}\""] {
        assert!(matches!(on_one_line(same.as_bytes()), Cow::Borrowed(_)), "{same}");
    }
    for cut in [&b"\xe2"[..], b"\xe2\x80", b"\xc2"] {
        assert!(matches!(on_one_line(cut), Cow::Borrowed(_)));
    }
}

/// A piece of a JSON string, and the UTF-16 units that it stands for.
fn piece() -> impl Strategy<Value = (String, Vec<u16>)> {
    let plain = "[a-z😀é\u{fffd}]{0,3}".prop_map(|text: String| {
        let units: Vec<u16> = text.encode_utf16().collect();
        (text, units)
    });
    let escape = any::<u16>().prop_map(|unit| (format!("\\u{unit:04x}"), vec![unit]));
    let surrogate = (0xd800_u16..=0xdfff).prop_map(|unit| (format!("\\u{unit:04X}"), vec![unit]));
    let short: Vec<(String, Vec<u16>)> = vec![
        (r"\\".to_owned(), vec![u16::from(b'\\')]),
        (r#"\""#.to_owned(), vec![u16::from(b'"')]),
        (r"\n".to_owned(), vec![u16::from(b'\n')]),
        (r"\\ud83d".to_owned(), r"\ud83d".encode_utf16().collect()),
    ];
    prop_oneof![plain, escape, surrogate, prop::sample::select(short)]
}

proptest! {
    #[test]
    fn a_string_parses_as_the_text_that_its_units_make(pieces in prop::collection::vec(piece(), 0..20)) {
        let json = format!("\"{}\"", pieces.iter().map(|(text, _)| text.as_str()).collect::<String>());
        let units: Vec<u16> = pieces.into_iter().flat_map(|(_, units)| units).collect();
        let read: String = serde_json::from_slice(&mended(json.as_bytes())).expect("parses");
        prop_assert_eq!(read, String::from_utf16_lossy(&units));
    }

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(br"\ud8fe".to_vec())], 0..60)) {
        let once = mended(&bytes).into_owned();
        prop_assert_eq!(once.len(), bytes.len(), "errors keep their line and column");
        let again = mended(&once).into_owned();
        prop_assert_eq!(again, once);
        let _ = on_one_line(&bytes);
    }

    #[test]
    fn a_text_on_one_line_means_the_same(text in "[a\u{85}\u{2028}\u{2029}“é\\\\\"]{0,20}") {
        let json = serde_json::to_vec(&text).expect("encodes");
        let line = on_one_line(&json);
        let shown = std::str::from_utf8(&line).expect("text");
        let separators = ['\u{85}', '\u{2028}', '\u{2029}'];
        prop_assert!(!shown.contains(separators));
        let read: String = serde_json::from_slice(&line).expect("parses");
        prop_assert_eq!(read, text);
    }
}
