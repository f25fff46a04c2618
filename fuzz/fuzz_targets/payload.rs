//! Payloads of webhooks, of any dialect and form: never a panic, and always messages that fit and show something.
#![no_main]

use ajet_hook::{Arrived, Endpoint, MESSAGES, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, body)) = data.split_first() else { return };
    let endpoint = [Endpoint::Any, Endpoint::Slack, Endpoint::GitHub][usize::from(choice % 3)];
    let types = [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ];
    let content_type = types[usize::from(choice / 3) % types.len()];
    let events = [None, Some("push"), Some("issues"), Some("workflow_run"), Some("other")];
    let event = events[usize::from(choice / 16) % events.len()];
    let Ok(delivery) = read(&Arrived { endpoint, content_type, event, body }) else { return };
    assert!((1..=MESSAGES).contains(&delivery.bodies.len()));
    for body in delivery.bodies {
        assert!(body.chars().count() <= ajet_protocol::limits::BODY_CHARS);
        assert!(ajet_markup::shows(&body) && !body.contains('\0'));
    }
});
