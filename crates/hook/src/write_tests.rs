//! Pieces of Markdown, and what a reader sees of them.

use super::{code_span, entry, joined, label, needs_own_line, text_link};

#[test]
fn a_label_shows_itself_wherever_it_stands() {
    for text in [
        "- item", "5. five", "5.", "-", "> quote", "# head", "_a_", "*", "a\\", "~x~", "x", "`", ":tada:",
        "1.2.3", r"\- a", r"5\. a", r"a\-b", r"\d\.\d",
    ] {
        let shown = label(text);
        for (markdown, whole) in [
            (shown.clone(), text.to_owned()),
            (format!("x {shown} y"), format!("x {text} y")),
            (format!("**{shown}**"), text.to_owned()),
            (format!("[{shown}](<https://a.example>)"), text.to_owned()),
            (format!("- {shown}"), text.to_owned()),
        ] {
            assert_eq!(ajet_markup::visible(&markdown).replace('\u{2060}', ""), whole, "{markdown}");
        }
    }
    assert_eq!(label(" two \r\n\n lines "), "two lines");
}

#[test]
fn code_spans_show_their_text() {
    for text in ["a", " a ", " a", "a ", "`", "a`b", "`a`", "*a* <b>", "``", "a``b"] {
        let span = code_span(text);
        let html = ajet_markup::to_html(&format!("x{span}x"), &ajet_markup::NoNames);
        let is_code = html.contains("<code>");
        assert_eq!(is_code, !text.contains("``"), "{span:?}");
        assert_eq!(ajet_markup::visible(&format!("x{span}x")), format!("x{text}x"), "{span:?}");
    }
    assert_eq!((code_span(" \n"), code_span("a\nb")), (String::new(), "`a b`".to_owned()));
}

#[test]
fn an_address_in_a_label_is_text() {
    for (text, address, link) in [
        (
            "see https://b.example/x_y",
            "https://a.example",
            "[see https\\://b.example/x_y](<https://a.example>)",
        ),
        ("- a", "https://a.example", "[\\- a](<https://a.example>)"),
        ("", "https://a.example", "<https://a.example>"),
        ("a_b*", "", "a_b\\*"),
    ] {
        assert_eq!(text_link(text, address), link);
    }
}

#[test]
fn parts_and_entries() {
    assert_eq!(
        joined([Some(" a ".to_owned()), None, Some(" ".to_owned()), Some("b".to_owned())], ", "),
        "a, b"
    );
    for (name, content, whole) in [
        ("**a**", "b", "**a**: b"),
        ("**a:**", "b", "**a:** b"),
        ("**a**", "- b", "**a**:\n- b"),
        ("**a**", "b\nc", "**a**:\nb\nc"),
    ] {
        assert_eq!(entry(name, content), whole);
    }
    for (piece, needs) in [
        ("#### a", true),
        ("####### a", false),
        ("12. a", true),
        ("12.a", false),
        (">>> a", true),
        ("->", false),
    ] {
        assert_eq!(needs_own_line(piece), needs, "{piece}");
    }
}
