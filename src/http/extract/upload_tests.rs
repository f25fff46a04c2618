//! Forms with files: what is taken, what is refused, and that room is given back.

use axum::body::Body;

use super::*;

const TYPE: &str = "multipart/form-data; boundary=x";

fn form(parts: &[(&str, &str)]) -> String {
    let parts = parts
        .iter()
        .map(|(name, value)| format!("--x\r\ncontent-disposition: form-data; {name}\r\n\r\n{value}\r\n"));
    parts.collect::<String>() + "--x--\r\n"
}

fn request(content_type: &str, body: impl Into<Body>) -> Request {
    Request::post("/").header("content-type", content_type).body(body.into()).expect("a request")
}

async fn uploaded(content_type: &str, body: impl Into<Body>) -> Result<Upload, Code> {
    Upload::from_request(request(content_type, body), &()).await.map_err(|refused| refused.code)
}

#[tokio::test]
async fn a_file_comes_with_its_name_and_fields() {
    let body =
        form(&[("name=\"alt\"", "A cat"), ("name=\"file\"; filename=\"cat.png\"", "bytes\r\n\r\nmore")]);
    let mut upload = uploaded(TYPE, body).await.expect("fine");
    assert_eq!(upload.fields["alt"], "A cat");
    let file = upload.file_and(&["alt"]).expect("is there");
    assert_eq!((file.name.as_str(), &file.bytes[..]), ("cat.png", &b"bytes\r\n\r\nmore"[..]));
    assert!(upload.file_and(&["alt"]).is_err(), "is missing now");
    assert!(upload.file_and(&[]).is_err(), "`alt` is not known");
}

#[tokio::test]
async fn what_is_no_such_form_is_refused() {
    let twice = form(&[("name=\"file\"; filename=\"a\"", "1"), ("name=\"file\"; filename=\"b\"", "2")]);
    for (content_type, body, code) in [
        ("application/json", "{}".to_owned(), Code::UnsupportedMediaType),
        ("", String::new(), Code::UnsupportedMediaType),
        ("multipart/form-data", form(&[]), Code::Invalid),
        (TYPE, "no boundary".to_owned(), Code::Invalid),
        (TYPE, twice, Code::Invalid),
    ] {
        assert_eq!(uploaded(content_type, body).await.err(), Some(code), "{content_type}");
    }
}

#[tokio::test]
async fn a_large_form_is_refused_whether_it_says_so_or_not_and_takes_no_room() {
    let mut announced = request(TYPE, Body::empty());
    announced.headers_mut().insert("content-length", (MOST + 1).into());
    let refused = Upload::from_request(announced, &()).await.err().expect("refused");
    assert_eq!(refused.code, Code::TooLarge);
    let large = vec![b'a'; MOST + 1];
    assert_eq!(uploaded(TYPE, large).await.err(), Some(Code::TooLarge));
    let mut room = Room::default();
    room.hold(3 * KIB + 1).expect("has room");
    assert_eq!(room.kib, 4);
    room.hold(2 * KIB).expect("has it already");
    assert_eq!(room.kib, 4);
    let refused = room.hold((ROOM_KIB + 5) * KIB).expect_err("is more than there is");
    assert_eq!(refused.code, Code::Overloaded);
}
