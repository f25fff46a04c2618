//! Pictures of forms: which are taken out, and what is said of those that are not.

use serde_json::json;

use super::*;
use crate::{Arrived, Delivery, Endpoint, Refusal, read};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\xff\r\n--b?\n";

/// What a form of Discord says that has these files.
fn form(json: &str, files: &[(&str, &str, &[u8])]) -> Result<Delivery, Refusal> {
    let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{json}\r\n")
        .into_bytes();
    for (field, name, bytes) in files {
        let head =
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--b--\r\n");
    let content_type = "multipart/form-data; charset=utf-8; boundary=b";
    read(&Arrived { endpoint: Endpoint::Any, content_type, event: None, body: &body })
}

#[test]
fn pictures_are_told_by_their_bytes_and_kept_as_they_are() {
    let gif: &[u8] = b"GIF89a...";
    let files = [("files[0]", "a.txt", PNG), ("files[1]", "b.png", b"hello"), ("file", "c", gif)];
    let delivery = form(r#"{"content":"look"}"#, &files).expect("says something");
    let found: Vec<_> =
        delivery.pictures.iter().map(|one| (one.name.as_str(), one.bytes.as_slice())).collect();
    assert_eq!(found, [("a.txt", PNG), ("c", gif)]);
    assert_eq!(delivery.bodies, ["look\n📎 b.png"]);
    for (bytes, expected) in [
        (&b"\xff\xd8\xff\xe0"[..], true),
        (b"RIFF1234WEBPVP8 ", true),
        (b"GIF87a", true),
        (b"RIFF1234WAVE", false),
        (b"RIFF", false),
        (b"GIF88a", false),
        (b"<svg>", false),
        (b"", false),
    ] {
        assert_eq!(is_picture(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn a_picture_alone_is_something_and_a_description_is_its_own() {
    let alone = form("{}", &[("files[0]", "a.png", PNG)]).expect("a picture");
    assert_eq!((alone.bodies.len(), alone.pictures[0].alt.as_deref()), (0, None));
    assert_eq!(alone.pictures[0].named, "📎 a.png");
    let long = "x".repeat(2000);
    let described = json!({"attachments": [
        {"id": "1", "filename": "other name.png", "description": "a cat"},
        {"id": 0, "description": long},
        {"id": 7, "filename": "c.log", "description": "the log"},
    ]});
    let files = [("files[0]", "a.png", PNG), ("files[1]", "b.png", PNG), ("files[7]", "c.log", b"log")];
    let delivery = form(&described.to_string(), &files).expect("pictures");
    let alts: Vec<_> = delivery.pictures.iter().map(|one| one.alt.as_deref().unwrap_or_default()).collect();
    assert_eq!(alts, [&long[..limits::ALT_CHARS], "a cat"]);
    assert_eq!(delivery.bodies, ["📎 c.log — the log"]);
    assert_eq!(delivery.pictures[1].named, "📎 other name.png — a cat");
    assert_eq!(form("{}", &[]).err(), Some(Refusal::SaysNothing));
}

#[test]
fn what_is_more_than_a_message_may_have_is_named() {
    let names: Vec<String> = (0..12).map(|n| format!("{n}.png")).collect();
    let files: Vec<_> = names.iter().map(|name| ("files", name.as_str(), PNG)).collect();
    let delivery = form("{}", &files).expect("pictures");
    assert_eq!(delivery.pictures.len(), limits::MESSAGE_ATTACHMENTS);
    assert_eq!(delivery.bodies, ["📎 10.png\n📎 11.png"]);
}

#[test]
fn lines_are_added_where_there_is_room() {
    let line = || vec!["📎 a.png".to_owned()];
    assert_eq!(Delivery::naming(vec![], line()), ["📎 a.png"]);
    assert_eq!(Delivery::naming(vec!["x".into(), "y".into()], line()), ["x", "y\n📎 a.png"]);
    let full = "x".repeat(limits::BODY_CHARS);
    assert_eq!(Delivery::naming(vec![full.clone()], line()), [full.as_str(), "📎 a.png"]);
    assert_eq!(Delivery::naming(vec![full; crate::MESSAGES], line()).len(), crate::MESSAGES);
}
