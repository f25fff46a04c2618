//! Deliveries from GitHub.

use ajet_protocol::Code;
use serde_json::{Value, json};

use crate::support::hook::{FORM, Hook, payload_form, push, signature};
use crate::support::seen;

#[tokio::test]
async fn github_is_posted_once_per_delivery_and_only_if_its_signature_is_right() {
    let hook = Hook::new().await;
    let shown = "acme/app: anna pushed 1 commit to main\n0123456 Fix *it* — anna";
    let delivered = |id: &str, payload: &Value| {
        hook.json("/github", payload).header("x-github-event", "push").header("x-github-delivery", id)
    };
    let made = hook.made(delivered("d-1", &push())).await;
    assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "without a signature");
    let mut other = push();
    other["ref"] = json!("refs/heads/other");
    for again in [push(), other] {
        let made = hook.made(delivered("d-1", &again)).await;
        assert_eq!((made.told(), made.messages.len()), ((200, "ok"), 0), "a delivery is posted once");
    }
    let body = push().to_string();
    // Gitea sends an empty one where no secret is set.
    for (id, right) in [("d-2", signature(&hook.url, &body)), ("d-3", String::new())] {
        let made = hook.made(delivered(id, &push()).header("x-hub-signature-256", &right)).await;
        assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "{right:?}");
    }
    for wrong in [signature(&hook.url, "{}"), signature("https://x.example/other", &body), "sha256=00".into()]
    {
        let signed = delivered("d-4", &push()).header("x-hub-signature-256", &wrong);
        let (status, code, _) = hook.made(signed).await.refusal();
        assert_eq!((status, code), (403, Code::Forbidden), "{wrong}");
    }
    let body = payload_form(&body);
    let signed = hook.request("/github", FORM, body.clone()).header("x-github-event", "push");
    let made = hook.made(signed.header("x-hub-signature-256", signature(&hook.url, &body))).await;
    assert_eq!((made.told(), made.shown().as_str()), ((200, "ok"), shown), "as a form");
    hook.end().await;
}

#[tokio::test]
async fn github_events_say_something_known_or_not() {
    let hook = Hook::new().await;
    let ping = json!({"zen": "Keep it logically awesome.", "hook": {"events": ["push"]},
        "repository": {"full_name": "acme/app"}});
    let odd = json!({"action": "created", "sender": {"login": "anna"}});
    for (event, payload, words) in [
        ("ping", ping, ["acme/app", "Keep it logically awesome."]),
        ("sponsorship", odd, ["sponsorship", "anna"]),
    ] {
        let made = hook.made(hook.json("/github", &payload).header("x-github-event", event)).await;
        assert_eq!(made.told(), (200, "ok"), "{event}");
        let shown = seen(&made.only().body_html);
        assert!(words.iter().all(|word| shown.contains(word)), "{event}: {shown}");
    }
    hook.end().await;
}
