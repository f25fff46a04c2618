//! The part of the walk about signing in on devices without a browser.

use ajet_protocol::DEVICE_GRANT;
use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::requests::{http, status};

pub async fn devices(walk: &mut Walk, base: &str, dave: &str) {
    let nameless = walk.request("auth.device", &[], "").form(&[("client_id", "")]);
    let refused = walk.answer("auth.device 400", nameless).await;
    assert_eq!(refused, json!({ "error": "invalid_request" }));
    let start = walk.request("auth.device", &[], "").form(&[("client_id", "walk")]);
    let started = walk.answer("auth.device 200", start).await;
    let text = |field: &str| started[field].as_str().expect("a text").to_owned();
    let poll = [
        ("grant_type", DEVICE_GRANT.to_owned()),
        ("device_code", text("device_code")),
        ("client_id", "walk".to_owned()),
    ];
    let pending = walk.request("auth.device_token", &[], "").form(&poll);
    let pending: Value = walk.answer("auth.device_token 400", pending).await;
    assert_eq!(pending, json!({ "error": "authorization_pending" }));
    let decision = [("user_code", text("user_code")), ("decision", "approve".to_owned())];
    let approving = http().post(format!("{base}/auth/device/decision")).bearer_auth(dave).form(&decision);
    assert_eq!(status(approving).await, 200);
    let given = walk.request("auth.device_token", &[], "").form(&poll);
    let given = walk.answer("auth.device_token 200", given).await;
    let token = given["access_token"].as_str().expect("a token");
    walk.go("me.get 200", &[], token, Value::Null).await;
}
