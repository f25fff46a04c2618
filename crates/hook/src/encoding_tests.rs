//! Every form in which a payload arrives, and what is no payload.

use proptest::prelude::*;
use serde_json::json;

use super::{Payload, Uploaded, payload};
use crate::{Arrived, Endpoint, Refusal};

const FORM: &str = "application/x-www-form-urlencoded";

fn read(content_type: &str, body: &[u8]) -> Result<Payload, Refusal> {
    payload(&Arrived { endpoint: Endpoint::Any, content_type, event: None, body })
}

fn good(content_type: &str, body: &[u8]) -> Payload {
    read(content_type, body).expect("a payload")
}

fn why(content_type: &str, body: &[u8]) -> String {
    match read(content_type, body) {
        Err(Refusal::Malformed { at }) => at,
        other => format!("{other:?}"),
    }
}

#[test]
fn json_of_any_content_type() {
    for content_type in
        ["application/json", "Application/JSON; charset=utf-8", "", "text/plain", "x", FORM, "a/b;c=\"d"]
    {
        assert_eq!(good(content_type, br#" {"text": "x"}"#).json, json!({"text": "x"}), "{content_type}");
    }
    assert_eq!(good("", b"\xef\xbb\xbf{\"text\":\"x\"}").json, json!({"text": "x"}), "a byte order mark");
    assert_eq!(
        good("", br#"{"text":"a","text":"b"}"#).json,
        json!({"text": "b"}),
        "the last of two fields counts"
    );
}

#[test]
fn what_is_no_character_is_replaced() {
    assert_eq!(good("", br#"{"text":"cut \ud83d"}"#).json, json!({"text": "cut \u{fffd}"}));
    assert_eq!(good("", br#"{"text":"\ud83d\ude00"}"#).json, json!({"text": "😀"}));
    assert_eq!(good("", b"{\"text\":\"a\xffb\"}").json, json!({"text": "a\u{fffd}b"}));
    assert_eq!(good(FORM, b"text=a%FFb").json, json!({"text": "a\u{fffd}b"}));
    assert_eq!(good(FORM, br#"payload={"text":"cut+\ud83d"}"#).json, json!({"text": "cut \u{fffd}"}));
}

#[test]
fn a_number_that_is_too_great_is_text() {
    let digits = "9".repeat(400);
    for (body, json) in [
        (r#"{"text":"x","n":1e999}"#, json!({"text": "x", "n": "1e999"})),
        (
            r#"{"text":"a\\\" 1e999","n":[-1E+999,2.5,1]}"#,
            json!({"text": "a\\\" 1e999", "n": ["-1E+999", 2.5, 1]}),
        ),
        (format!(r#"{{"n":{digits}}}"#).as_str(), json!({"n": digits})),
    ] {
        assert_eq!(good("", body.as_bytes()).json, json, "{body}");
    }
    assert!(why("", br#"{"n":1e999,"m":x}"#).contains("expected value"));
}

#[test]
fn forms() {
    let form = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
    assert_eq!(good(form, b"payload=%7B%22text%22%3A%22hi+there%22%7D").json, json!({"text": "hi there"}));
    assert_eq!(good("", b"payload=%7B%22text%22%3A%22x%22%7D").json, json!({"text": "x"}), "no content type");
    let discord = good(form, br#"payload_json={"content":"x"}"#);
    assert_eq!((discord.json, discord.is_discord_form), (json!({"content": "x"}), true));
    assert_eq!(
        good(form, b"content=a+b&username=CI&other=1").json,
        json!({"content": "a b", "username": "CI"})
    );
    let mixed = good(form, br#"payload={"text":"x","username":null}&text=y&username=CI"#);
    assert_eq!(mixed.json, json!({"text": "x", "username": "CI"}), "plain fields fill what is absent");
}

fn multipart(parts: &[&str], end: &str) -> (String, Vec<u8>) {
    let mut body = String::new();
    for part in parts {
        body += &format!("--XyZ{end}{}{end}", part.replace('\n', end));
    }
    body += &format!("--XyZ--{end}");
    ("Multipart/Form-Data; charset=utf-8; boundary=\"XyZ\"".to_owned(), body.into_bytes())
}

#[test]
fn multipart_forms() {
    let json_part = "Content-Disposition: form-data; name=\"payload_json\"\n\n{\"content\":\"e1\"}";
    let file = "content-disposition: form-data; name=\"files[0]\"; filename=\"a.txt\"\ncontent-type: text/plain\n\nhello\n--Xy";
    for end in ["\r\n", "\n"] {
        let (content_type, body) = multipart(&[json_part, file], end);
        let payload = good(&content_type, &body);
        let found = Uploaded {
            field: "files[0]".into(),
            name: "a.txt".into(),
            bytes: format!("hello{end}--Xy").into_bytes(),
        };
        assert_eq!((payload.json, payload.files), (json!({"content": "e1"}), vec![found]));
        assert!(payload.is_discord_form);
    }
    let content = "Content-Disposition: form-data; name=content\n\nline one\nline two";
    let (content_type, body) = multipart(&[content], "\r\n");
    assert_eq!(good(&content_type, &body).json, json!({"content": "line one\r\nline two"}));
    let (content_type, body) = multipart(&[file], "\r\n");
    let payload = good(&content_type, &body);
    assert_eq!((payload.json, payload.files.len()), (json!({}), 1), "a file alone");
    let from_file =
        "Content-Disposition: form-data; name=\"payload_json\"; filename=\"p.json\"\n\n{\"content\":\"x\"}";
    let (content_type, body) = multipart(&[from_file], "\n");
    assert_eq!(good(&content_type, &body).json, json!({"content": "x"}), "curl -F payload_json=@p.json");
    let slack = "Content-Disposition: form-data; name=\"text\"\n\nx";
    let (content_type, body) = multipart(&[slack], "\n");
    assert!(!good(&content_type, &body).is_discord_form);
}

#[test]
fn refusals_say_what_is_wrong_and_where() {
    for (content_type, body, at) in [
        ("application/json", "", "the body is empty"),
        ("application/json", "nonsense", "the body is no JSON: expected ident at line 1 column 2"),
        ("application/json", "\n [1]", "the body is an array, not an object, at line 2 column 2"),
        ("application/json", "\"secret\"", "the body is a string, not an object, at line 1 column 1"),
        ("text/plain", "17", "the body is a number, not an object, at line 1 column 1"),
        ("text/plain", "null", "the body is null, not an object, at line 1 column 1"),
        (FORM, "a=b", "the form has no field payload, payload_json, content or text"),
        (FORM, "payload=[]", "the form's field payload is an array, not an object, at line 1 column 1"),
        ("multipart/form-data", "x", "the content type names no boundary of a multipart form"),
        ("multipart/form-data; boundary=b", "x", "the body does not hold its boundary as a multipart form"),
    ] {
        assert_eq!(why(content_type, body.as_bytes()), at, "{content_type} {body}");
    }
    assert!(why("", b"{\"text\":\"secret\"").contains("line 1 column 16"));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    assert!(why("", deep.as_bytes()).contains("recursion limit"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..300), kind in 0usize..6) {
        let types = ["application/json", FORM, "multipart/form-data; boundary=b", "", "text/plain", "multipart/form-data"];
        let _ = read(types[kind], &body);
        let enclosed = [b"--b\r\n".as_slice(), &body, b"\r\n--b--"].concat();
        let _ = read(types[kind], &enclosed);
        let form = [b"payload=".as_slice(), &body].concat();
        let _ = read(types[kind], &form);
    }
}

#[test]
fn a_body_is_read_in_the_charset_that_it_names() {
    let read = |content_type: &str, body: &[u8]| {
        let arrived = Arrived { endpoint: Endpoint::Any, content_type, event: None, body };
        payload(&arrived).expect("is read").json["text"].as_str().map(str::to_owned)
    };
    let latin = b"{\"text\":\"gr\xf6\xdfe\"}";
    for content_type in ["application/json; charset=iso-8859-1", "application/json;charset=\"Windows-1252\""]
    {
        assert_eq!(read(content_type, latin).as_deref(), Some("größe"), "{content_type}");
    }
    let said = "{\"text\":\"größe\"}";
    assert_eq!(
        read("application/json; charset=iso-8859-1", said.as_bytes()).as_deref(),
        Some("größe"),
        "is UTF-8"
    );
    assert_eq!(read("application/json", latin).as_deref(), Some("gr\u{fffd}\u{fffd}e"));
}
