//! Multipart bodies as clients send them, and hostile ones.

use std::time::{Duration, Instant};

use super::{Part, parts};
use crate::Refusal;

const TYPE: &str = "multipart/form-data; boundary=b";

fn good(body: &str) -> Vec<Part<'_>> {
    parts(TYPE, body.as_bytes()).expect("a form")
}

fn file_of(disposition: &str) -> Option<String> {
    let body = format!("--b\r\nContent-Disposition: {disposition}\r\n\r\nx\r\n--b--\r\n");
    good(&body).into_iter().next().and_then(|part| part.file)
}

#[test]
fn parts_have_names_and_values() {
    let body = "a preamble\r\n--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n\r\n--b  \r\n\
                CONTENT-TYPE: text/plain\r\ncontent-disposition: form-data;\r\n name=y\r\n\r\n--b\r\n--b\r\n\r\nno name\r\n\
                --b--\r\nan epilogue\r\n--b\r\n";
    let found: Vec<_> = good(body).into_iter().map(|part| (part.name, part.value.to_vec())).collect();
    assert_eq!(found, [("x".to_owned(), b"1\r\n".to_vec()), ("y".to_owned(), Vec::new())]);
}

#[test]
fn boundaries_are_lines() {
    let body = "--b\nContent-Disposition: form-data; name=x\n\n--bc\n --b\nx--b\n--b-\n";
    assert_eq!(good(body)[0].value, b"--bc\n --b\nx--b\n--b-", "the closing boundary may be missing");
    let quoted =
        parts("multipart/form-data; Boundary=\"a; b\"; x=y", b"--a; b\r\n\r\n\r\n--a; b--").expect("a form");
    assert!(quoted.is_empty());
}

#[test]
fn file_names() {
    for (disposition, name) in [
        ("form-data; name=\"f\"; filename=\"a b.txt\"", Some("a b.txt")),
        ("form-data; name=f; filename=a.txt", Some("a.txt")),
        ("form-data; name=f; filename=\"a\\\"b;c=d.txt\"", Some("a\"b;c=d.txt")),
        ("form-data; name=f; filename=\"a%22b.txt\"", Some("a\"b.txt")),
        ("form-data; name=f; filename=\"C:\\dir\\a.txt\"", Some("C:\\dir\\a.txt")),
        ("form-data; name=f; filename=\"x\"; filename*=UTF-8''na%C3%AFve%20%.txt", Some("naïve %.txt")),
        ("form-data; name=f; filename*=ISO-8859-1'en'%A3.txt", Some("£.txt")),
        ("form-data; name=f; filename=\"naïve.txt\"", Some("naïve.txt")),
        ("form-data; name=f; filename=\"\"", None),
        ("form-data; name=f", None),
        ("form-data; filename=\"open", Some("open")),
    ] {
        assert_eq!(file_of(disposition).as_deref(), name, "{disposition}");
    }
}

#[test]
fn limits() {
    let part = "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n";
    for count in [100, 101] {
        assert_eq!(good(&format!("{}--b--", part.repeat(count))).len(), 100, "what is over is left out");
    }
    for body in [
        format!("--b\r\nX: {}\r\n\r\n1\r\n--b--", "x".repeat(9000)),
        "--b\r\nContent-Disposition: form-data; name=x\r\n--b--".to_owned(),
    ] {
        let refused = parts(TYPE, body.as_bytes());
        assert!(matches!(refused, Err(Refusal::Malformed { .. })), "{refused:?}");
    }
    assert!(parts(&format!("multipart/form-data; boundary={}", "b".repeat(201)), b"").is_err());
    assert!(parts("multipart/form-data; boundary=\"\"", b"--\r\n").is_err());
}

#[test]
fn work_is_linear() {
    let started = Instant::now();
    for seed in ["\n", "--b", "--b\n", "-", "--b\nContent-Disposition: form-data; name=x\n\n", "a=b;", "\r"] {
        let body = format!("--b\n{}", seed.repeat(1_000_000 / seed.len()));
        let _ = parts(TYPE, body.as_bytes());
        let _ = parts(&format!("multipart/form-data; {}", seed.repeat(30_000 / seed.len())), body.as_bytes());
    }
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}
