//! What pages say of themselves, and what hostile ones try to.

use super::*;

const LINK: &str = "https://a.example/page";

fn of_bytes(content_type: Option<&str>, body: &[u8]) -> Option<LinkPreview> {
    preview(LINK, &Url::parse("https://a.example/dir/page").expect("an address"), content_type, body)
}

fn of(html: &str) -> Option<LinkPreview> {
    of_bytes(Some("text/html; charset=utf-8"), html.as_bytes())
}

fn title(html: &str) -> Option<String> {
    of(html)?.title
}

#[test]
fn open_graph_comes_before_all_else() {
    let found = of(r#"<!doctype html><html><head>
        <title>Plain</title>
        <meta name="description" content="plain">
        <meta name="twitter:title" content="Card">
        <meta property="og:title" content="Tom &amp; Jerry">
        <meta property="og:title" content="a second one">
        <meta property="OG:Description" content=" a   cat
            and a mouse ">
        <meta property="og:site_name" content="Site">
        <meta property="og:image" content="../cat.png?a=1&amp;b=2">
        </head><body>"#);
    let expected = LinkPreview {
        url: LINK.into(),
        title: Some("Tom & Jerry".into()),
        description: Some("a cat and a mouse".into()),
        site_name: Some("Site".into()),
        image_url: Some("https://a.example/cat.png?a=1&b=2".into()),
    };
    assert_eq!(found, Some(expected));
}

#[test]
fn a_plain_page_shows_its_title() {
    let found =
        of("<TITLE>Hi <b>&lt;you&gt;</TITLE><meta content=d name=description>").expect("says something");
    assert_eq!((found.title.as_deref(), found.description.as_deref()), (Some("Hi <b><you>"), Some("d")));
    assert_eq!((found.site_name, found.image_url), (None, None));
}

#[test]
fn a_page_that_says_nothing_shows_nothing() {
    for html in [
        "",
        "<p>hi",
        "<title></title>",
        "<title> \u{200b}\u{202e} </title>",
        "<meta name=og:site_name content=S>",
    ] {
        assert_eq!(of(html), None, "{html:?}");
    }
    for other in ["image/png", "application/json", "text/plain", "text/htmlx"] {
        assert_eq!(of_bytes(Some(other), b"<title>Hi</title>"), None, "{other}");
    }
    assert!(of_bytes(None, b"<title>Hi</title>").is_some());
    assert!(of_bytes(Some("Application/XHTML+xml"), b"<title>Hi</title>").is_some());
}

#[test]
fn what_stands_in_the_body_or_in_a_script_is_not_said_by_the_page() {
    assert_eq!(title("<body><title>Hi</title>"), None);
    assert_eq!(title("<head></head><meta property=og:title content=x>"), None);
    assert_eq!(title("<script>'<title>no</title>'</script><title>yes</title>").as_deref(), Some("yes"));
    assert_eq!(title("<!-- <title>no</title> --><title>yes</title>").as_deref(), Some("yes"));
    assert_eq!(title("<title>never ended"), None);
}

#[test]
fn pictures_are_addresses_of_the_web() {
    let image =
        |value: &str| of(&format!("<title>t</title><meta property=og:image content='{value}'>"))?.image_url;
    assert_eq!(image("//b.example/x.png").as_deref(), Some("https://b.example/x.png"));
    for hostile in ["javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "http://", "   "]
    {
        assert_eq!(image(hostile), None, "{hostile}");
    }
    assert_eq!(image(&format!("/{}", "x".repeat(ADDRESS))), None, "is too long");
}

#[test]
fn long_and_hidden_text_is_cut() {
    let long = title(&format!("<title>{}</title>", "ä".repeat(5000))).expect("a title");
    assert_eq!(long.chars().count(), TITLE);
    assert_eq!(title("<title>a\u{202e}b\u{0}\u{7}c\td</title>").as_deref(), Some("ab\u{fffd} c d"));
}

#[test]
fn pages_are_read_in_their_encoding() {
    let title =
        |content_type: &str, body: &[u8]| of_bytes(Some(content_type), body).and_then(|page| page.title);
    let latin = b"<meta charset=iso-8859-1><title>caf\xe9</title>";
    assert_eq!(title("text/html", latin).as_deref(), Some("caf\u{e9}"));
    assert_eq!(
        title("text/html; charset=\"windows-1251\"", b"<title>\xcf</title>").as_deref(),
        Some("\u{41f}")
    );
    assert_eq!(title("text/html", b"<title>caf\xe9</title>").as_deref(), Some("caf\u{fffd}"));
    assert_eq!(title("text/html; charset=no-such", "<title>ä</title>".as_bytes()).as_deref(), Some("ä"));
    let quoted =
        b"<meta http-equiv=Content-Type content='text/html; charset=shift_jis'><title>\x83\x65</title>";
    assert_eq!(title("text/html", quoted).as_deref(), Some("テ"));
}

#[test]
fn what_is_large_and_broken_is_read_as_far_as_it_goes() {
    let many = "<meta property=og:title content=x>".repeat(20_000);
    assert_eq!(title(&many).as_deref(), Some("x"));
    let deep = format!("<title>t</title>{}", "<a b='".repeat(50_000));
    assert_eq!(title(&deep).as_deref(), Some("t"));
    let attributes: String = (0..50_000).map(|n| format!(" a{n}=1")).collect();
    assert_eq!(title(&format!("<meta{attributes}><title>t</title>")).as_deref(), Some("t"));
}
