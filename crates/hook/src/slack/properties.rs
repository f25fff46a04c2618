//! All that a payload says is in the message, in order and letter by letter.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::said;
use crate::tests::bodies_that_fit;
use crate::{Arrived, Endpoint, read};

/// Texts that mean something in Markdown, in HTML or in Slack's markup.
const LITERAL: &[&str] = &[
    "*a*",
    "**b**",
    "_c_",
    "# d",
    "1. e",
    "- f",
    "> g",
    "<h>",
    "&copy;",
    "&lt;",
    "`i`",
    "``",
    "```",
    "||j||",
    "|",
    "[k](l)",
    "[",
    "]",
    "@<here>",
    "@",
    "#",
    "#<channel:0198c0de-0000-7000-8000-000000000000>",
    ":wave:",
    ":",
    "\\",
    "m\\",
    "\\*",
    "\\- n",
    "~~o~~",
    "~",
    "---",
    "***",
    "*",
    "_",
    "-",
    "1.",
    "5",
    ". p",
    "https://q.example/r_s*t*",
    "(https://u.example/v)",
    "www.w.example",
    "http://",
    "x < y",
    "  z  z",
    "t\nu",
    "\n- v",
    "é日本",
    "🚨",
    "plain words",
    "2*3*4",
    "snake_case",
    "<!here>",
    "<https://aa.example|bb>",
    "ends: ",
    "!",
    "a\r\nb",
];

/// Texts that Slack's markup shows as they are.
const MRKDWN: &[&str] = &[
    "x < 5",
    "vector<int>",
    "2*3*4",
    "*/5 * * * *",
    "# c",
    "5. d",
    "- e",
    "&copy;",
    "snake_case_name",
    "[j](k)",
    "||i||",
    "\\*",
    "---",
    "**x**",
    "~~y~~",
    "`",
    "• z",
    ":",
    "a:b",
    "1.",
    "@<x>",
    "https://m.example/a_b",
    "a\n# b",
    "(*.rs|*.toml)",
];

/// A part of a payload, and the texts that it shows.
type Part = (Value, Vec<String>);

fn literal() -> impl Strategy<Value = String> {
    select(LITERAL).prop_map(str::to_owned)
}

fn mrkdwn() -> impl Strategy<Value = String> {
    select(MRKDWN).prop_map(str::to_owned)
}

/// A text object of either kind.
fn object() -> impl Strategy<Value = Part> {
    prop_oneof![
        literal().prop_map(|text| (json!({"type": "plain_text", "text": text}), vec![text])),
        mrkdwn().prop_map(|text| (json!({"type": "mrkdwn", "text": text}), vec![text])),
    ]
}

/// A text object, or a string, which is Slack's markup.
fn text() -> impl Strategy<Value = Part> {
    prop_oneof![2 => object(), 1 => mrkdwn().prop_map(|text| (json!(text), vec![text]))]
}

/// Parts as a list, and all that they show.
fn listed(parts: Vec<Part>) -> Part {
    let (values, texts): (Vec<Value>, Vec<Vec<String>>) = parts.into_iter().unzip();
    (Value::Array(values), texts.concat())
}

fn styled() -> impl Strategy<Value = Part> {
    (literal(), 0_u8..32).prop_map(|(text, style)| {
        let is_set = |bit: u8| style & (1 << bit) != 0;
        let style = json!({"bold": is_set(0), "italic": is_set(1), "strike": is_set(2), "underline": is_set(3), "code": is_set(4)});
        (json!({"type": "text", "text": text, "style": style}), vec![text])
    })
}

fn element() -> impl Strategy<Value = Part> {
    let link = literal()
        .prop_map(|text| (json!({"type": "link", "url": "https://link.example", "text": text}), vec![text]));
    let user = Just((json!({"type": "user", "user_id": "U1"}), vec!["@U1".to_owned()]));
    let emoji = Just((json!({"type": "emoji", "name": "wave", "unicode": "1f44b"}), vec!["👋".to_owned()]));
    prop_oneof![4 => styled(), 1 => link, 1 => user, 1 => emoji]
}

fn rich_part() -> impl Strategy<Value = Part> {
    let section = || {
        vec(element(), 1..5).prop_map(|parts| {
            let (elements, texts) = listed(parts);
            (json!({"type": "rich_text_section", "elements": elements}), texts)
        })
    };
    let list = (vec(section(), 1..4), 0_u8..3, any::<bool>()).prop_map(|(items, indent, is_ordered)| {
        let (elements, texts) = listed(items);
        let style = if is_ordered { "ordered" } else { "bullet" };
        (json!({"type": "rich_text_list", "style": style, "indent": indent, "elements": elements}), texts)
    });
    let quote = vec(element(), 1..4).prop_map(|parts| {
        let (elements, texts) = listed(parts);
        (json!({"type": "rich_text_quote", "elements": elements}), texts)
    });
    let code = literal().prop_map(|text| {
        (json!({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}), vec![text])
    });
    prop_oneof![section(), list, quote, code]
}

fn block() -> impl Strategy<Value = Part> {
    let header = literal().prop_map(|text| {
        (json!({"type": "header", "text": {"type": "plain_text", "text": text}}), vec![text])
    });
    let section = (text(), vec(text(), 0..3)).prop_map(|((text, shown), fields)| {
        let (fields, more) = listed(fields);
        (json!({"type": "section", "text": text, "fields": fields}), [shown, more].concat())
    });
    let context = vec(text(), 1..4).prop_map(|parts| {
        let (elements, texts) = listed(parts);
        (json!({"type": "context", "elements": elements}), texts)
    });
    let rich = vec(rich_part(), 1..5).prop_map(|parts| {
        let (elements, texts) = listed(parts);
        (json!({"type": "rich_text", "elements": elements}), texts)
    });
    let unknown = (text(), vec(object(), 0..3)).prop_map(|((text, shown), parts)| {
        let (elements, more) = listed(parts);
        (json!({"type": "new", "text": text, "nested": {"elements": elements}}), [shown, more].concat())
    });
    prop_oneof![1 => header, 1 => section, 1 => context, 3 => rich, 1 => unknown]
}

fn attachment() -> impl Strategy<Value = Part> {
    let field = (literal(), mrkdwn())
        .prop_map(|(title, value)| (json!({"title": title, "value": value}), vec![title, value]));
    let parts = (mrkdwn(), literal(), literal(), mrkdwn(), vec(field, 0..3), vec(block(), 0..2), literal());
    parts.prop_map(|(pretext, author, title, text, fields, blocks, footer)| {
        let (fields, in_fields) = listed(fields);
        let (blocks, in_blocks) = listed(blocks);
        let value = json!({"pretext": pretext, "author_name": author, "title": title, "text": text, "fields": fields,
            "blocks": blocks, "footer": footer});
        (value, [vec![pretext, author, title, text], in_fields, in_blocks, vec![footer]].concat())
    })
}

/// A text without blanks and without what keeps marks apart. The name of an emoji is as good as the emoji.
fn squeezed(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2060}').collect();
    text.replace(":wave:", "👋")
}

fn check(payload: &Value, texts: &[String]) -> Result<(), TestCaseError> {
    let markdown = said(payload).into_markdown();
    let seen = squeezed(&ajet_markup::visible(&markdown));
    let mut at = 0;
    for text in texts {
        let text = squeezed(text);
        let found = seen[at..].find(&text);
        prop_assert!(found.is_some(), "{text:?} is not in {:?} of {markdown:?}", &seen[at..]);
        at += found.unwrap_or_default() + text.len();
    }
    Ok(())
}

proptest! {
    #[test]
    fn blocks_show_every_text(parts in vec(block(), 1..4)) {
        let (blocks, texts) = listed(parts);
        check(&json!({ "blocks": blocks }), &texts)?;
    }

    #[test]
    fn attachments_show_every_text(parts in vec(attachment(), 1..3)) {
        let (attachments, texts) = listed(parts);
        check(&json!({ "attachments": attachments }), &texts)?;
    }

    #[test]
    fn text_of_any_kind_is_shown(text in mrkdwn()) {
        check(&json!({ "text": text }), std::slice::from_ref(&text))?;
    }

    #[test]
    fn what_is_visible_makes_messages(text in "[ \\n*_~`<>|@#:!&;^.\\-0-9a-zé🚨\\\\/()\\[\\]]{0,60}") {
        for payload in [
            json!({ "text": text }),
            json!({"blocks": [{"type": "header", "text": text}, {"type": "rich_text", "elements": [text]}]}),
            json!({"attachments": [{"title": text, "title_link": text, "ts": text, "fields": [{"title": text, "value": text}]}]}),
        ] {
            let body = payload.to_string();
            let arrived = Arrived { endpoint: Endpoint::Slack, content_type: "", event: None, body: body.as_bytes() };
            let delivery = read(&arrived);
            prop_assert!(delivery.is_ok() || !ajet_markup::shows(&ajet_markup::escape(&text)), "{payload}");
            bodies_that_fit(&delivery)?;
        }
    }
}
