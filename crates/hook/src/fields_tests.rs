//! Payloads of programs that know only "a JSON webhook".

use serde_json::{Value, json};

use crate::slack::said;

fn table(cases: &[(Value, &str)]) {
    for (payload, expected) in cases {
        assert_eq!(said(payload).markdown(), *expected, "{payload}");
    }
}

#[test]
fn payloads_of_unknown_kind_show_every_field() {
    table(&[
        (json!({"message": "disk full", "severity": "high"}), "disk full\n\n**severity**: high"),
        (
            json!({"severity": "high", "load": 9.5, "is_up": false}),
            "**is_up**: false\n**load**: 9.5\n**severity**: high",
        ),
        (
            json!({"alert": {"name": "*db*", "hosts": ["a", "b"]}, "checks": [{"state": "- bad"}, "late"]}),
            "**hosts**: a, b\n**name**: \\*db\\*\n**state**: \\- bad\n**checks**: late",
        ),
        (json!({"log": "one\ntwo", "": "x"}), "x\n**log**:\none\ntwo"),
        (json!({"text": "\u{200b}", "severity": "high"}), "\u{200b}\n\n**severity**: high"),
        (
            json!({"title": "T", "severity": "high", "channel": "#ops", "token": "t", "host_id": 5}),
            "**T**\n\n**severity**: high",
        ),
        (json!({"content": {"a": 1}, "fields": {"host": "db"}}), "**host**: db\n\n**a**: 1"),
        (
            json!({"attachments": [{"severity": "high", "color": "danger", "type": "x"}]}),
            "**severity**: high",
        ),
        (
            json!({"username": "CI", "icon": "x", "id": 5, "avatar_url": "u", "flags": 4, "unfurl_links": true, "x": "\u{200b}"}),
            "",
        ),
    ]);
}
