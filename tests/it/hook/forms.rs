//! Forms with files.

use ajet_protocol::{Code, Message};
use serde_json::json;

use crate::support::hook::{Hook, JSON, MULTIPART, form};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn a_form_with_files_names_them_and_waits_where_it_is_asked_to() {
    let hook = Hook::new().await;
    let body = form(&[
        ("name=\"payload_json\"", r#"{"content":"two files"}"#),
        ("name=\"files[0]\"; filename=\"a.txt\"", "hello"),
        ("name=\"files[1]\"; filename=\"b.log\"", "one\r\ntwo"),
    ]);
    for (query, status) in [("", 204), ("?wait=true", 200), ("?wait=1", 200), ("?wait=no", 204)] {
        let made = hook.made(hook.request(query, MULTIPART, body.clone())).await;
        let shown = made.shown();
        assert_eq!((made.status, shown.as_str()), (status, "two files\n📎 a.txt\n📎 b.log"), "{query}");
        let message = made.only();
        if status == 204 {
            assert!(made.answer.is_empty(), "{}", made.answer);
        } else {
            let waited: Message = serde_json::from_str(&made.answer).expect("the message");
            assert_eq!((waited.id, &waited.body_html), (message.id, &message.body_html), "{query}");
        }
    }
    let long = json!({"content": "a line of many words, again and again\n".repeat(150)});
    let made = hook.made(hook.json("?wait=true", &long)).await;
    let first: Message = serde_json::from_str(&made.answer).expect("a message");
    assert_eq!((made.messages.len(), first.id), (2, made.messages[0].id), "the first of several");
    hook.end().await;
}

#[tokio::test]
async fn a_form_may_be_as_large_as_its_files() {
    let hook = Hook::new().await;
    let with_file = |bytes: usize| {
        let file = "x".repeat(bytes);
        form(&[("name=\"content\"", "see file"), ("name=\"file\"; filename=\"big.bin\"", file.as_str())])
    };
    for bytes in [2 * MIB, 11 * MIB - 4096] {
        let made = hook.made(hook.request("", MULTIPART, with_file(bytes))).await;
        assert_eq!((made.status, made.shown().as_str()), (204, "see file\n📎 big.bin"), "{bytes}");
    }
    let without_files = json!({"text": "x".repeat(MIB)}).to_string();
    for (content_type, body) in [(MULTIPART, with_file(11 * MIB)), (JSON, without_files)] {
        let (status, code, _) = hook.made(hook.request("", content_type, body)).await.refusal();
        assert_eq!((status, code), (413, Code::TooLarge), "{content_type}");
    }
    hook.end().await;
}
