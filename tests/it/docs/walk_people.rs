//! The part of the walk about people: oneself, others, whom one blocks, and accounts that are out of use.

use serde_json::{Value, json};

use super::walk::Walk;
use crate::support::NONE;

/// Ann owns the system.
pub async fn oneself_and_others(walk: &mut Walk, ann: &str, dave: &str) {
    let mine = json!({
        "display_name": "David", "status_text": null, "avatar_url": "https://example.org/d.png", "presence": "invisible",
    });
    let me = walk.go("me.update 200", &[], dave, mine).await;
    assert_eq!((&me["display_name"], &me["presence"]), (&json!("David"), &json!("invisible")));
    walk.go("me.update 401", &[], "", json!({})).await;
    walk.go("me.update 422", &[], dave, json!({ "display_name": "", "quiet_hours": null })).await;
    let dave_id = me["id"].as_str().expect("an id");
    let owner = walk.go("me.get 200", &[], ann, Value::Null).await;
    let ann_id = owner["id"].as_str().expect("an id");
    let start = walk.go("me.sync 200", &[], dave, Value::Null).await;
    assert_eq!(start["user"]["id"], me["id"]);
    walk.go("me.sync 401", &[], "", Value::Null).await;
    walk.go("users.get 200", &[dave_id], ann, Value::Null).await;
    walk.go("users.get 401", &[dave_id], "", Value::Null).await;
    walk.go("users.get 404", &[NONE], ann, Value::Null).await;
    walk.go("users.list 200", &["?q=dave&limit=1"], ann, Value::Null).await;
    walk.go("users.list 401", &[], "", Value::Null).await;
    walk.go("users.list 422", &["?q=%00"], ann, Value::Null).await;
    walk.go("users.list 422", &["?limit=0"], ann, Value::Null).await;
    pushed(walk, dave).await;
    exports(walk, ann, dave).await;
    sessions(walk, dave).await;
    blocks(walk, dave, [ann_id, dave_id]).await;
    deactivation(walk, ann, dave, ann_id).await;
}

async fn pushed(walk: &mut Walk, dave: &str) {
    let public = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    let keys = json!({ "p256dh": public, "auth": "BTBZMqHH6r4Tts7J_aSIgg" });
    let browser = json!({ "endpoint": "https://push.example/one", "keys": keys, "with_text": true });
    for status in [201, 200] {
        walk.go(&format!("push.add {status}"), &[], dave, browser.clone()).await;
    }
    let listed = walk.go("push.list 200", &[], dave, Value::Null).await;
    assert_eq!(listed["items"][0]["endpoint"], browser["endpoint"]);
    walk.go("push.list 401", &[], "", Value::Null).await;
    let keyed = |text: bool| json!({ "endpoint": browser["endpoint"], "keys": keys, "with_text": text, "client_mutation_id": "pa1" });
    walk.go("push.add 200", &[], dave, keyed(true)).await;
    walk.go("push.add 409", &[], dave, keyed(false)).await;
    walk.go("push.add 401", &[], "", browser.clone()).await;
    walk.go("push.add 422", &[], dave, json!({ "endpoint": "https://push.example/one" })).await;
    let endpoint = json!({ "endpoint": browser["endpoint"] });
    walk.go("push.remove 401", &[], "", endpoint.clone()).await;
    walk.go("push.remove 422", &[], dave, json!({})).await;
    walk.go("push.remove 204", &[], dave, endpoint).await;
}

async fn exports(walk: &mut Walk, ann: &str, dave: &str) {
    let keyed = json!({ "client_mutation_id": "export" });
    let export = walk.go("exports.create 202", &[], dave, keyed.clone()).await;
    let id = export["id"].as_str().expect("an id");
    let again = walk.go("exports.create 200", &[], dave, keyed).await;
    assert_eq!(again["id"], export["id"]);
    walk.go("exports.create 422", &[], dave, json!({ "all": true })).await;
    walk.go("exports.create 401", &[], "", Value::Null).await;
    for (status, id, by) in [(200, id, dave), (401, id, ""), (404, id, ann)] {
        walk.go(&format!("exports.get {status}"), &[id], by, Value::Null).await;
    }
}

async fn sessions(walk: &mut Walk, dave: &str) {
    let again = walk.go("auth.dev 200", &[], "", json!({ "username": "dave" })).await;
    let token = again["token"].as_str().expect("a token");
    let listed = walk.go("sessions.list 200", &[], token, Value::Null).await;
    let own = listed["items"].as_array().expect("a list").iter().find(|one| one["current"] == json!(true));
    let own = own.expect("the one that asks")["id"].as_str().expect("an id").to_owned();
    walk.go("sessions.list 401", &[], "", Value::Null).await;
    walk.go("sessions.list 422", &["?limit=0"], dave, Value::Null).await;
    for (status, id, by) in [(401, own.as_str(), ""), (404, NONE, dave), (204, own.as_str(), dave)] {
        walk.go(&format!("sessions.end {status}"), &[id], by, Value::Null).await;
    }
    walk.go("audit.own 200", &["?action=session.open&limit=1"], dave, Value::Null).await;
    walk.go("audit.own 401", &[], "", Value::Null).await;
    walk.go("audit.own 422", &["?action=Signing"], dave, Value::Null).await;
    walk.go("sessions.end_others 401", &[], "", Value::Null).await;
    walk.go("sessions.end_others 204", &[], dave, Value::Null).await;
}

async fn blocks(walk: &mut Walk, dave: &str, [ann_id, dave_id]: [&str; 2]) {
    for verb in ["set", "lift"] {
        for (status, who) in [(404, NONE), (422, dave_id), (204, ann_id)] {
            walk.go(&format!("blocks.{verb} {status}"), &[who], dave, Value::Null).await;
        }
        walk.go(&format!("blocks.{verb} 401"), &[ann_id], "", Value::Null).await;
        walk.go("blocks.list 200", &[], dave, Value::Null).await;
    }
    walk.go("blocks.list 401", &[], "", Value::Null).await;
    walk.go("blocks.list 422", &["?limit=0"], dave, Value::Null).await;
}

async fn deactivation(walk: &mut Walk, ann: &str, dave: &str, ann_id: &str) {
    for (status, query, by) in
        [(200, "?limit=2", ann), (401, "", ""), (403, "", dave), (422, "?target_id=x", ann)]
    {
        walk.go(&format!("audit.system {status}"), &[query], by, Value::Null).await;
    }
    let erin = json!({ "username": "erin" });
    let signed_in = walk.go("auth.dev 200", &[], "", erin.clone()).await;
    let erin_id = signed_in["user"]["id"].as_str().expect("an id");
    for (verb, sign_in) in [("deactivate", "auth.dev 403"), ("reactivate", "auth.dev 200")] {
        for (status, who, by) in [
            (401, erin_id, ""),
            (403, erin_id, dave),
            (404, NONE, ann),
            (422, ann_id, ann),
            (204, erin_id, ann),
        ] {
            walk.go(&format!("users.{verb} {status}"), &[who], by, Value::Null).await;
        }
        walk.go(sign_in, &[], "", erin.clone()).await;
    }
}
