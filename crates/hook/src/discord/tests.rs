//! Discord's payloads as its clients send them.

use serde_json::{Value, json};

use super::to_markdown;
use crate::{Arrived, Delivery, Dialect, Endpoint, Refusal, read};

fn delivery(payload: &Value) -> Result<Delivery, Refusal> {
    let body = payload.to_string();
    read(&Arrived {
        endpoint: Endpoint::Any,
        content_type: "application/json",
        event: None,
        body: body.as_bytes(),
    })
}

fn markdown(payload: &Value) -> String {
    delivery(payload).expect("says something").bodies.join("\n\n")
}

fn table(cases: &[(Value, &str)]) {
    for (payload, shown) in cases {
        assert_eq!(markdown(payload), *shown, "{payload}");
        assert_eq!(delivery(payload).expect("says something").dialect, Dialect::Discord, "{payload}");
    }
}

#[test]
fn content_passes_as_it_is() {
    for text in
        ["hello", "**a** _b_ __c__ ||d||", "@everyone <@123> <@!4> <@&5> <#6>", "> q\n- i", "a <b> &amp; \\*"]
    {
        assert_eq!(markdown(&json!({"content": text, "tts": true, "flags": 4})), text);
    }
    table(&[
        (json!({"content": 17}), "17"),
        (json!({"content": "a\r\nb\u{0}"}), "a\nb"),
        (json!({"content": "x", "thread_name": "T*1"}), "**T\\*1**\nx"),
    ]);
}

#[test]
fn times_emoji_and_commands() {
    for (discord, shown) in [
        ("<t:1700000000>", "2023-11-14 22:13 UTC"),
        ("at <t:1700000000:R>!", "at 2023-11-14 22:13 UTC!"),
        ("<t:-1:f>", "1969-12-31 23:59 UTC"),
        ("<t:99999999999999999> <t:x> <t:1:Q>", "<t:99999999999999999> <t:x> <t:1:Q>"),
        ("<:party:123><a:dance_2:456>", ":party::dance_2:"),
        ("<:party:x> <a:b> <::1> <soap:Envelope>", "<:party:x> <a:b> <::1> <soap:Envelope>"),
        ("</play:12> </voice mute:34>", "/play /voice mute"),
        ("</p> </a:b> <//:1>", "</p> </a:b> <//:1>"),
        ("`<:a:1>` ``<t:1>`` \\<:a:1> <:a:1>", "`<:a:1>` ``<t:1>`` \\<:a:1> :a:"),
        ("```\n<:a:1>\n``` <:a:1>\n```\n<:a:1>", "```\n<:a:1>\n``` :a:\n```\n<:a:1>"),
        ("` <:a:1>\n`<:a:1>", "` <:a:1>\n`:a:"),
        ("`a\n\n<:a:1>`", "`a\n\n:a:`"),
        ("</_cmd:12>", "/\\_cmd"),
        ("<<:a:1>> < <", "<:a:> < <"),
    ] {
        assert_eq!(to_markdown(discord), shown, "{discord:?}");
    }
}

#[test]
fn an_embed_shows_all_of_its_parts() {
    let embed = json!({
        "author": {"name": "Ann", "url": "https://a.example", "icon_url": "https://a.example/i.png"},
        "title": "T", "url": "https://u.example", "description": "D *x* <:a:1>", "color": 255,
        "fields": [
            {"name": "Env", "value": "prod", "inline": true},
            {"name": "Log", "value": "```\nx\n```"},
            {"name": "Total:", "value": 3},
            {"name": "List", "value": "- one"},
            {"name": "\u{200b}", "value": "alone"},
            {"name": "Named", "value": null},
            {"name": "**Loud**", "value": true},
        ],
        "image": {"url": "https://i.example/a.png"}, "thumbnail": {"url": "attachment://t.png"},
        "video": {"url": "https://v.example/v"}, "provider": {"name": "Prov", "url": "https://p.example"},
        "footer": {"text": "Foot"}, "timestamp": "2024-05-06T07:08:09.123+02:00",
    });
    let shown = "[Ann](<https://a.example>)\n**[T](<https://u.example>)**\nD *x* :a:\n**Env**: prod\n**Log**:\n```\nx\n```\n\
                 **Total:** 3\n**List**:\n- one\nalone\n**Named**\n**Loud**: true\n[image](<https://i.example/a.png>)\n\
                 thumbnail (t.png)\n[video](<https://v.example/v>)\n\
                 [Prov](<https://p.example>) · Foot · 2024-05-06 05:08 UTC";
    assert_eq!(markdown(&json!({"embeds": [embed]})), shown);
}

#[test]
fn parts_of_embeds_stand_alone() {
    table(&[
        (json!({"embeds": [{"author": {"name": "deploy-bot"}}]}), "deploy-bot"),
        (
            json!({"embeds": [{"image": {"url": "https://i.example/a.png"}}]}),
            "[image](<https://i.example/a.png>)",
        ),
        (json!({"embeds": [{"url": "https://u.example"}]}), "<https://u.example>"),
        (json!({"embeds": [{"title": "a*b_c*d"}, {"title": 5}]}), "**a\\*b_c\\*d**\n\n**5**"),
        (json!({"embeds": {"description": "one"}}), "one"),
        (json!({"embeds": [{"timestamp": "soon"}, null, 5, {"footer": {"text": "f"}}]}), "soon\n\nf"),
        (json!({"embeds": [{"title": "T", "url": "javascript:x"}]}), "**T (javascript:x)**"),
        (json!({"content": "", "embeds": [{"title": "two\nlines"}]}), "**two lines**"),
        (json!({"embeds": [{"title": "run </_cmd:12> <t:0>"}]}), "**run /\\_cmd 1970-01-01 00:00 UTC**"),
        (json!({"embeds": ["a **b**", 5]}), "a **b**"),
        (
            json!({"embeds": [{"fields": [{"name": "hosts", "value": ["a", 2, true]}, "alone"]}]}),
            "**hosts**: a, 2, true\nalone",
        ),
        (json!({"embeds": [{"footer": "f", "timestamp": "1700000000"}]}), "f · 2023-11-14 22:13 UTC"),
    ]);
}

#[test]
fn polls_and_stickers() {
    let poll = json!({"question": {"text": "Which *one*?"}, "duration": 24, "answers": [
        {"poll_media": {"text": "red", "emoji": {"name": "🔥", "id": null}}},
        {"poll_media": {"text": "blue", "emoji": {"name": "wave_2", "id": "123"}}},
        {"poll_media": {"text": "3. none"}},
        {"poll_media": {}},
    ]});
    table(&[
        (json!({"poll": poll}), "**Which \\*one\\*?**\n- 🔥 red\n- :wave_2: blue\n- 3\\. none"),
        (json!({"content": "vote", "poll": {"question": {"text": "Q"}}}), "vote\n\n**Q**"),
        (json!({"sticker_items": [{"id": "1", "name": "cat"}]}), "sticker cat"),
        (json!({"sticker_ids": ["12"]}), "sticker 12"),
        (json!({"poll": "Q"}), "**Q**"),
    ]);
}

#[test]
fn components() {
    let rows = json!([
        {"type": 1, "components": [
            {"type": 2, "style": 5, "label": "Open", "url": "https://o.example"},
            {"type": 2, "style": 1, "label": "Ack", "custom_id": "ack", "emoji": {"name": "✅"}},
        ]},
        {"type": 1, "components": [{"type": 3, "custom_id": "s", "placeholder": "Pick", "options": [
            {"label": "A", "value": "a", "description": "first"}, {"label": "B", "value": "b", "emoji": {"name": "🅱"}},
        ]}]},
    ]);
    let layout = json!([{"type": 17, "accent_color": 1, "components": [
        {"type": 10, "content": "# Head\n**bold**"},
        {"type": 14, "divider": true},
        {"type": 14, "divider": false},
        {"type": 9, "components": [{"type": 10, "content": "text"}],
         "accessory": {"type": 11, "media": {"url": "https://i.example/t.png"}, "description": "a cat"}},
        {"type": 12, "items": [
            {"media": {"url": "https://i.example/1.png"}}, {"media": {"url": "attachment://2.png"}, "description": "two"},
        ]},
        {"type": 13, "file": {"url": "attachment://a.txt"}},
        {"type": 13, "file": {"url": "https://f.example/b"}, "name": "b"},
        {"type": 99, "label": "new", "component": {"type": 4, "placeholder": "type", "value": "v"}},
    ]}]);
    table(&[
        (json!({"components": rows}), "[Open](<https://o.example>) · ✅ Ack\nPick\n- A — first\n- 🅱 B"),
        (
            json!({"flags": 32768, "components": layout}),
            "# Head\n**bold**\n———\ntext\n[a cat](<https://i.example/t.png>)\n[image](<https://i.example/1.png>)\n\
             two (2.png)\n📎 a.txt\n📎 [b](<https://f.example/b>)\nnew\ntype\nv",
        ),
    ]);
}

#[test]
fn files_are_named_once() {
    let form = |json: &str, files: &str| {
        let body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{json}\r\n{files}--b--\r\n"
        );
        let content_type = "multipart/form-data; boundary=b";
        read(&Arrived { endpoint: Endpoint::Any, content_type, event: None, body: body.as_bytes() })
            .expect("says something")
    };
    let file =
        "--b\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.txt\"\r\n\r\nhello\r\n";
    let plain = form(r#"{"content":"e1"}"#, file);
    assert_eq!((plain.bodies, plain.dialect), (vec!["e1\n📎 a.txt".to_owned()], Dialect::Discord));
    let described = form(r#"{"attachments":[{"id":0,"filename":"a.txt","description":"the log"}]}"#, file);
    assert_eq!(described.bodies, ["📎 a.txt — the log"]);
    let whole = r#"{"attachments":[{"id":0,"filename":"a.txt","title":"Log","description":"the log","url":"https://f.example/a"}]}"#;
    assert_eq!(form(whole, file).bodies, ["📎 [a.txt](<https://f.example/a>) — Log — the log"]);
    let same = r#"{"attachments":[{"filename":"a.txt","title":"a.txt","url":"attachment://a.txt"}]}"#;
    assert_eq!(form(same, file).bodies, ["📎 a.txt"]);
    assert_eq!(form("{}", file).bodies, ["📎 a.txt"], "a file says something");
}

#[test]
fn fields_of_both_chats_are_shown() {
    for (payload, shown) in [
        (json!({"content": "c", "text": "*t*"}), "c\n\n**t**"),
        (json!({"content": "same", "text": "same"}), "same"),
        (json!({"text": "t", "embeds": [{"title": "E"}]}), "t\n\n**E**"),
    ] {
        assert_eq!(markdown(&payload), shown, "{payload}");
    }
    let both = markdown(&json!({
        "content": "c", "embeds": [{"title": "E"}], "attachments": [{"id": 1, "title": "A", "text": "body"}],
        "components": [{"type": 10, "content": "comp"}], "poll": {"question": {"text": "Q"}},
    }));
    let places: Vec<_> =
        ["c", "**E**", "A", "body", "comp", "**Q**"].iter().map(|part| both.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{both}");
}

#[test]
fn what_says_nothing_is_not_discords() {
    for payload in [
        json!({"text": "x", "content": "", "embeds": null}),
        json!({"text": "x", "content": null, "embeds": [{"color": 5}], "components": []}),
        json!({"text": "x", "content": {"a": 1}, "poll": {}, "sticker_ids": []}),
    ] {
        let delivery = delivery(&payload).expect("says something");
        assert_eq!((delivery.dialect, delivery.bodies), (Dialect::Slack, vec!["x".to_owned()]), "{payload}");
    }
    for payload in [
        json!({}),
        json!({"content": " \n"}),
        json!({"embeds": [{"color": 1}]}),
        json!({"content": "\u{200b}"}),
    ] {
        assert_eq!(delivery(&payload), Err(Refusal::SaysNothing), "{payload}");
    }
}

#[test]
fn deep_payloads_are_shown() {
    let mut component = json!({"type": 10, "content": "deep"});
    for _ in 0..50 {
        component = json!({"type": 17, "components": [component]});
    }
    assert_eq!(markdown(&json!({"components": [component]})), "deep");
}
