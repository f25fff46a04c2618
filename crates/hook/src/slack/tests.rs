//! Payloads as their senders make them, and the Markdown of their messages.

use serde_json::{Value, json};

use super::said;

fn markdown(payload: &Value) -> String {
    said(payload).into_markdown()
}

fn table(cases: &[(Value, &str)]) {
    for (payload, expected) in cases {
        assert_eq!(markdown(payload), *expected, "{payload}");
    }
}

/// The text that a reader sees of blocks.
fn seen(blocks: Value) -> String {
    ajet_markup::visible(&markdown(&json!({ "blocks": blocks }))).replace('\u{2060}', "")
}

#[test]
fn optional_fields_that_say_nothing_are_absent() {
    let gitea = json!({"channel": "#ci", "text": "[<https://git.example/a/b|a/b>] tag v1 created by anna", "username": "Gitea",
        "icon_url": "", "unfurl_links": 0, "link_names": 0, "attachments": null});
    table(&[
        (gitea, "\\[[a/b](<https://git.example/a/b>)\\] tag v1 created by anna"),
        (json!({"text": "x", "blocks": null, "attachments": {}}), "x"),
        (json!({"text": "x", "blocks": false, "attachments": 3}), "x"),
        (json!({"text": "x", "blocks": "", "attachments": [null, {}, ""]}), "x"),
        (
            json!({"text": {}, "attachments": [{"title": "T", "text": null, "fields": {}, "ts": "", "actions": [null]}]}),
            "**T**",
        ),
        (json!({"text": 5}), "5"),
        (json!({"text": {"type": "mrkdwn", "text": "*x*"}}), "**x**"),
        (json!({"text": "*x*", "mrkdwn": false}), "\\*x\\*"),
    ]);
}

#[test]
fn what_says_nothing_makes_no_message() {
    for payload in [
        json!({}),
        json!([]),
        json!("text"),
        json!({"text": "  "}),
        json!({"username": "CI", "icon_emoji": ":x:"}),
        json!({"blocks": [{"type": "actions"}, {"type": "section", "block_id": "b"}]}),
        json!({"attachments": [{"color": "danger", "callback_id": "c"}]}),
    ] {
        assert_eq!(markdown(&payload), "", "{payload}");
    }
}

#[test]
fn attachments_show_all_that_they_say() {
    let all = json!({"attachments": [{"author_name": "Anna", "title": "T", "text": "body", "footer": "Grafana",
        "image_url": "https://i.example/g.png",
        "actions": [{"type": "button", "text": "Runbook", "url": "https://r.example/1"}]}]});
    let numbers = json!({"attachments": [{"title": "Err", "fields": [{"title": "Times", "value": 3, "short": true},
        {"title": "Env", "value": "prod"}, {"title": "", "value": false}, {"title": "Alone"}]}]});
    let healthchecks = json!({"attachments": [{"title": "db is DOWN", "fields": [
        {"title": "Last Ping Body", "value": "```\npg_dump: error\n```"}, {"title": "Total", "value": "5"}]}]});
    let cron =
        json!({"attachments": [{"title": "t", "fields": [{"title": "Schedule:", "value": "*/5 * * * *"}]}]});
    table(&[
        (
            all,
            "Anna\n**T**\nbody\n[Runbook](<https://r.example/1>)\n[image](<https://i.example/g.png>)\nGrafana",
        ),
        (numbers, "**Err**\n**Times**: 3\n**Env**: prod\nfalse\n**Alone**"),
        (healthchecks, "**db is DOWN**\n**Last Ping Body**:\n```\npg_dump: error\n```\n**Total**: 5"),
        (cron, "**t**\n**Schedule:** \\*/5 \\* \\* \\* \\*"),
    ]);
}

#[test]
fn parts_of_attachments() {
    let one = |fields: Value| json!({ "attachments": [fields] });
    table(&[
        (
            one(json!({"title": "*a*", "title_link": "https://t.example"})),
            "**[\\*a\\*](<https://t.example>)**",
        ),
        (
            one(json!({"title_link": "https://t.example", "from_url": "https://t.example"})),
            "<https://t.example>",
        ),
        (
            one(json!({"author_name": "A", "author_link": "https://a.example", "author_subname": "- b"})),
            "[A](<https://a.example>) \\- b",
        ),
        (one(json!({"pretext": "*p*", "text": "_t_", "mrkdwn_in": []})), "**p**\n*t*"),
        (one(json!({"footer": "F", "ts": 1_392_734_382})), "F · 2014-02-18 14:39 UTC"),
        (one(json!({"text": "x", "ts": "1392734382.000100"})), "x\n2014-02-18 14:39 UTC"),
        (one(json!({"text": "x", "fallback": "f"})), "x"),
        (one(json!({"color": "good", "fallback": "<https://f.example|f>"})), "[f](<https://f.example>)"),
        (
            one(
                json!({"thumb_url": "https://i.example/t", "image_url": "https://i.example/i", "image_alt": "graph"}),
            ),
            "[graph](<https://i.example/i>)\n[thumbnail](<https://i.example/t>)",
        ),
        (
            one(json!({"service_name": "Git", "original_url": "https://o.example"})),
            "Git\n<https://o.example>",
        ),
        (
            one(json!({"fields": [{"title": "- a", "value": "- b"}, {"title": "c", "value": "> d"}]})),
            "**\\- a**: \\- b\n**c**:\n> d",
        ),
        (
            one(
                json!({"actions": [{"type": "select", "text": "Pick", "options": [{"text": "a", "value": "1"}, {"text": "b"}]}]}),
            ),
            "Pick · a · b",
        ),
        (one(json!({"text": "t", "footer": "f", "blocks": [{"type": "divider"}]})), "t\n\n———\n\nf"),
        (json!({"attachments": ["one", {"text": "two"}]}), "one\n\ntwo"),
        (json!({"fallback": "f", "pretext": "p", "fields": [{"title": "t", "value": "v"}]}), "p\n**t**: v"),
    ]);
}

#[test]
fn text_stands_before_blocks_that_do_not_say_it() {
    let section = |text: &str| json!([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]);
    table(&[
        (json!({"text": "Build passed!", "blocks": section("*build*  passed: 1")}), "**build**  passed: 1"),
        (json!({"text": "other", "blocks": section("said")}), "other\n\nsaid"),
        (json!({"text": "🚨", "blocks": section("said")}), "🚨\n\nsaid"),
        (json!({"text": "<!here>", "blocks": section("there")}), "@<here>\n\nthere"),
        (json!({"text": "x", "blocks": [{"type": "actions"}]}), "x"),
        (json!({"text": "x", "attachments": [{"text": "x"}]}), "x\n\nx"),
    ]);
}

#[test]
fn blocks() {
    let plain = |text: &str| json!({"type": "plain_text", "text": text});
    let button = json!({"type": "button", "text": plain("Go"), "url": "https://g.example", "value": "v"});
    let menu = json!({"type": "static_select", "placeholder": plain("Pick"), "options": [{"text": plain("a"), "value": "1"}]});
    let one = |block: Value| json!({ "blocks": [block] });
    table(&[
        (one(json!({"type": "header", "text": plain("*a* & - b")})), "**\\*a\\* & - b**"),
        (one(json!({"type": "header", "text": "- a"})), "**\\- a**"),
        (
            one(json!({"type": "header", "text": {"type": "plain_text", "text": ":tada: a", "emoji": true}})),
            "**:tada: a**",
        ),
        (
            one(
                json!({"type": "section", "text": plain("# a"), "fields": [{"type": "mrkdwn", "text": "*b*\nc"}, plain("_d_")], "accessory": button}),
            ),
            "\\# a\n**b**\nc\n\\_d\\_\n[Go](<https://g.example>)",
        ),
        (one(json!({"type": "section", "text": "*a*"})), "**a**"),
        (
            one(json!({"type": "actions", "elements": [button, {"type": "button", "text": "Stop"}, menu]})),
            "[Go](<https://g.example>) · Stop · Pick · a",
        ),
        (
            one(
                json!({"type": "context", "elements": [{"type": "image", "image_url": "https://i.example", "alt_text": "i"}, {"type": "mrkdwn", "text": "*a*"}, plain("- b")]}),
            ),
            "[i](<https://i.example>) · **a** · \\- b",
        ),
        (
            one(json!({"type": "image", "image_url": "https://i.example", "alt_text": ""})),
            "[image](<https://i.example>)",
        ),
        (
            one(
                json!({"type": "image", "slack_file": {"url": "https://f.example"}, "alt_text": "alt", "title": plain("title")}),
            ),
            "title\n[alt](<https://f.example>)",
        ),
        (
            one(
                json!({"type": "input", "label": plain("L"), "element": {"type": "plain_text_input", "placeholder": plain("P")}, "hint": plain("H")}),
            ),
            "L\nP\nH",
        ),
        (
            one(
                json!({"type": "video", "title": plain("V"), "video_url": "https://v.example", "author_name": "A", "provider_name": "B", "description": plain("D")}),
            ),
            "[V](<https://v.example>)\nD\nA · B",
        ),
        (one(json!({"type": "file", "external_id": "ABC", "source": "remote"})), "📎 ABC"),
        (
            one(
                json!({"type": "call", "call": {"v1": {"name": "Standup", "join_url": "https://c.example"}}}),
            ),
            "[Standup](<https://c.example>)",
        ),
        (
            one(
                json!({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, plain("- b")], ["c", 4]]}),
            ),
            "a | \\- b\nc | 4",
        ),
        (json!({"blocks": ["*a*", {"type": "divider"}]}), "**a**\n\n———"),
    ]);
}

#[test]
fn standard_markdown_passes_and_can_not_swallow_what_follows() {
    let blocks = json!([{"type": "markdown", "text": "# a\n```\nb"}, {"type": "section", "text": "c"}]);
    table(&[(json!({ "blocks": blocks }), "# a\n```\nb\n```\n\nc")]);
}

#[test]
fn unknown_blocks_show_every_text() {
    let card = json!({"type": "card", "block_id": "id", "hero": {"type": "image", "image_url": "https://i.example", "alt_text": "pic"},
        "title": {"type": "mrkdwn", "text": "*T*"}, "elements": [{"type": "button", "text": "B"}, "s", {"deep": [{"label": "- l"}]}], "value": 7});
    table(&[(json!({ "blocks": [card] }), "**T**\n7\nB\ns\n\\- l\n[pic](<https://i.example>)")]);
}

#[test]
fn rich_text_is_literal() {
    let rich = json!({"blocks": [{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "Hi ", "style": {"bold": true}},
            {"type": "emoji", "name": "wave"}, {"type": "text", "text": " 2*3*4"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a = *b"}]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "two"}]}]},
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "  after"}]}]}]});
    table(&[(rich, "**Hi** :wave: 2\\*3\\*4\n```\na = *b\n```\n- two\nafter")]);
}

fn section(elements: Value) -> Value {
    json!({"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]})
}

#[test]
fn rich_text_styles() {
    let text = |text: &str, style: Value| json!({"type": "text", "text": text, "style": style});
    let bold = json!({"bold": true});
    table(&[
        (section(json!([text("a", bold.clone()), text("b", bold.clone())])), "**ab**"),
        (section(json!([text("a", bold.clone()), text("b", json!({"italic": true}))])), "**a**\u{2060}*b*"),
        (
            section(json!([text("a", json!({"bold": true, "italic": true})), text("b", Value::Null)])),
            "**\u{2060}*a*\u{2060}**b",
        ),
        (
            section(json!([text("x", Value::Null), text(" a ", bold.clone()), text("y", Value::Null)])),
            "x **a** y",
        ),
        (
            section(json!([
                text("x", Value::Null),
                text("a", json!({"underline": true})),
                text("y", Value::Null)
            ])),
            "x\u{2060}__a__\u{2060}y",
        ),
        (section(json!([text("a\nb", bold.clone()), text(" ", bold.clone())])), "**a**\n**b**"),
        (section(json!([text("a*b", json!({"code": true, "strike": true}))])), "~~`a*b`~~"),
        (section(json!([text("``", json!({"code": true}))])), "\\`\\`"),
        (
            section(json!([text("https://x.example/a", Value::Null), text("b", bold)])),
            "<https://x.example/a>**b**",
        ),
        (section(json!([{"type": "text", "text": "5"}, {"type": "text", "text": ". x"}])), "5\\. x"),
    ]);
}

#[test]
fn rich_text_elements() {
    table(&[
        (
            section(
                json!([{"type": "link", "url": "https://a.example", "text": "- a", "style": {"bold": true}}]),
            ),
            "**[\\- a](<https://a.example>)**",
        ),
        (
            section(json!([{"type": "link", "url": "https://a.example"}, {"type": "text", "text": "b"}])),
            "<https://a.example>b",
        ),
        (
            section(
                json!([{"type": "link", "url": "https://a.example", "text": "c", "style": {"code": true}}]),
            ),
            "[`c`](<https://a.example>)",
        ),
        (section(json!([{"type": "link", "url": "slack://x", "text": "c"}])), "c (slack://x)"),
        (section(json!([{"type": "emoji", "name": "man", "unicode": "1f468-200d-1f4bb"}])), "👨\u{200d}💻"),
        (
            section(
                json!([{"type": "text", "text": "a"}, {"type": "emoji", "name": "tada"}, {"type": "text", "text": "b"}]),
            ),
            "a\u{2060}:tada:\u{2060}b",
        ),
        (
            section(
                json!([{"type": "user", "user_id": "U1"}, {"type": "text", "text": " "}, {"type": "channel", "channel_id": "C1", "name": "ops"}]),
            ),
            "@U1 #ops",
        ),
        (section(json!([{"type": "broadcast", "range": "channel"}])), "@<here>"),
        (
            section(json!([{"type": "date", "timestamp": 1_392_734_382, "format": "{date}"}])),
            "2014-02-18 14:39 UTC",
        ),
        (
            section(
                json!([{"type": "date", "timestamp": 1, "fallback": "then", "url": "https://d.example"}]),
            ),
            "[then](<https://d.example>)",
        ),
        (section(json!([{"type": "color", "value": "#F00"}])), "\\#F00"),
        (section(json!([{"type": "new", "label": "l"}, {"type": "new", "text": "*t*"}, 7])), "l\\*t\\*7"),
    ]);
}

#[test]
fn rich_text_lists() {
    let item =
        |text: &str| json!({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]});
    let list = |style: &str, indent: u32, offset: u32, items: &[&str]| {
        let items: Vec<Value> = items.iter().map(|text| item(text)).collect();
        json!({"type": "rich_text_list", "style": style, "indent": indent, "offset": offset, "border": 0, "elements": items})
    };
    let rich = |elements: Value| json!({"blocks": [{"type": "rich_text", "elements": elements}]});
    table(&[
        (
            rich(json!([
                list("ordered", 0, 0, &["a\nb", "# c"]),
                list("bullet", 1, 0, &["d"]),
                list("bullet", 2, 0, &["e"]),
                list("ordered", 0, 2, &["f"])
            ])),
            "1. a\n   b\n2. \\# c\n   - d\n     - e\n3. f",
        ),
        (rich(json!([list("bullet", 3, 0, &["a"])])), "- a"),
        (
            rich(
                json!([{"type": "rich_text_list", "style": "bullet", "border": 1, "elements": [item("a")]}]),
            ),
            "> - a",
        ),
        (
            rich(
                json!([{"type": "rich_text_quote", "elements": [{"type": "text", "text": "> a\n\nb"}]}, item("c")]),
            ),
            "> \\> a\n>\n> b\nc",
        ),
        (
            rich(
                json!([{"type": "rich_text_preformatted", "language": "rust", "elements": [{"type": "text", "text": "```\n"}, {"type": "link", "url": "https://a.example"}]}]),
            ),
            "````rust\n```\nhttps://a.example\n````",
        ),
    ]);
}

#[test]
fn lists_end_before_the_text_behind_them() {
    let item =
        |text: &str| json!({"type": "rich_text_section", "elements": [{"type": "text", "text": text}]});
    let list = json!({"type": "rich_text_list", "style": "bullet", "elements": [item("two")]});
    assert_eq!(seen(json!([{"type": "rich_text", "elements": [list, item("after")]}])), "two\nafter");
}

#[test]
fn depth_is_bounded_and_nothing_is_lost_below() {
    let mut section = json!({"type": "text", "text": "*deep*"});
    let mut unknown = json!({"title": "*deep*"});
    for _ in 0..60 {
        section = json!({"type": "rich_text_section", "elements": [section]});
        unknown = json!({"type": "new", "inner": {"type": "section", "accessory": unknown}});
    }
    assert_eq!(seen(json!([{"type": "rich_text", "elements": [section]}])), "*deep*");
    assert_eq!(seen(json!([unknown])), "*deep*");
}

#[test]
fn work_on_nested_things_that_say_nothing_is_bounded() {
    let mut silent = json!({});
    for _ in 0..30 {
        silent = json!({"type": "section", "accessory": {"type": "new", "inner": {"type": "actions", "elements": [silent, {"a": 1}]}}});
    }
    assert_eq!(markdown(&json!({ "blocks": [silent] })), "");
}

#[test]
fn what_other_programs_say_beside_the_text_is_shown() {
    let payload = json!({"version": "1.0", "title": "Disk", "text": "93 %", "message": "93 %", "subject": "db_1", "type": "warning"});
    assert_eq!(markdown(&payload), "**Disk**\n\n93 %\n\ndb_1");
}
