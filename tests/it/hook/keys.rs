//! Idempotency keys of payloads.

use ajet_protocol::Code;
use serde_json::{Value, json};

use crate::support::hook::Hook;

#[tokio::test]
async fn a_key_makes_the_messages_of_a_payload_once() {
    let hook = Hook::new().await;
    let long = json!({"text": "a line of many words, again and again\n".repeat(150)});
    let keyed = |payload: &Value, key: &[u8]| hook.json("", payload).header("idempotency-key", key);
    for messages in [2, 0, 0] {
        let made = hook.made(keyed(&long, b"build-7")).await;
        assert_eq!((made.told(), made.messages.len()), ((200, "ok"), messages));
    }
    let (status, code, _) = hook.made(keyed(&json!({"text": "other"}), b"build-7")).await.refusal();
    assert_eq!((status, code), (409, Code::Conflict));
    let (ann, general) = (&hook.world.ann, hook.world.general.id);
    let url = format!("{}/api/channels/{general}/messages", hook.world.base());
    let by_ann = |key: &[u8]| {
        let sent = hook.http.post(&url).bearer_auth(ann.token().expect("a token"));
        sent.header("idempotency-key", key).json(&json!({"body_md": "x"}))
    };
    for key in ["Schlüssel-1".as_bytes(), b"\xff"] {
        for sent in [keyed(&long, key), by_ann(key)] {
            let (status, code, _) = hook.made(sent).await.refusal();
            assert_eq!((status, code), (422, Code::Invalid));
        }
    }
    hook.end().await;
}
