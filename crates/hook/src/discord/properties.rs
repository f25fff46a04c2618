//! What Discord shows literally is in the message literally, in order.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::tests::bodies_that_fit;
use crate::{Arrived, Endpoint, read};

/// Texts that could be taken for markup.
static LITERALS: [&str; 34] = [
    "plain words",
    "2*3*4",
    "*a*",
    "**b**",
    "_c_",
    "__d__",
    "snake_case_name",
    "~~e~~",
    "||f||",
    "`g`",
    "``",
    "```",
    "```rust",
    "> quote",
    ">>> quote",
    "# head",
    "- item",
    "* item",
    "1. item",
    "5.",
    "<html>",
    "<https://a.example>",
    "&copy; &lt;",
    "[label](https://a.example)",
    "[x]: y",
    "](<",
    "\\",
    "a\\",
    "\\*",
    ":tada:",
    "a:b::c:",
    "---",
    "@everyone",
    "https://a.example/x_y_(z)*",
];

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&LITERALS[..]).prop_map(str::to_owned),
        1 => (select(&LITERALS[..]), select(&LITERALS[..])).prop_map(|(one, two)| format!("{one} {two}")),
        1 => (select(&LITERALS[..]), select(&LITERALS[..])).prop_map(|(one, two)| format!("{one}{two}")),
    ]
}

/// A part of a payload, and the texts that it shows.
type Said = (Value, Vec<String>);

fn embed() -> impl Strategy<Value = Said> {
    (literal(), literal(), literal(), any::<bool>()).prop_map(|(author, title, footer, is_linked)| {
        let address = if is_linked { json!("https://u.example/x") } else { Value::Null };
        let embed = json!({
            "author": {"name": author, "url": address}, "title": title, "url": address, "description": "words",
            "footer": {"text": footer},
        });
        (embed, vec![author, title, footer])
    })
}

fn component() -> impl Strategy<Value = Said> {
    let button = (literal(), any::<bool>()).prop_map(|(label, is_linked)| {
        let address = if is_linked { json!("https://u.example/x") } else { Value::Null };
        (json!({"type": 2, "label": label, "url": address}), vec![label])
    });
    let menu = (literal(), literal(), literal()).prop_map(|(placeholder, label, description)| {
        let options = json!([{"label": label, "description": description, "value": "v"}]);
        (
            json!({"type": 3, "placeholder": placeholder, "options": options}),
            vec![placeholder, label, description],
        )
    });
    let picture = literal().prop_map(|description| {
        let media = json!({"url": "https://i.example/x.png"});
        (json!({"type": 11, "media": media, "description": description}), vec![description])
    });
    let unknown = (literal(), literal())
        .prop_map(|(label, value)| (json!({"type": 77, "label": label, "value": value}), vec![label, value]));
    let leaf = prop_oneof![button, menu, picture, unknown];
    leaf.prop_recursive(4, 12, 3, |inner| {
        (select(vec![1, 9, 17, 99]), proptest::collection::vec(inner, 1..4)).prop_map(|(kind, inner)| {
            let (components, said): (Vec<Value>, Vec<Vec<String>>) = inner.into_iter().unzip();
            (json!({"type": kind, "components": components}), said.concat())
        })
    })
}

fn poll() -> impl Strategy<Value = Said> {
    (literal(), proptest::collection::vec(literal(), 0..4)).prop_map(|(question, answers)| {
        let medias: Vec<_> = answers.iter().map(|answer| json!({"poll_media": {"text": answer}})).collect();
        let poll = json!({"question": {"text": question}, "answers": medias});
        (poll, [vec![question], answers].concat())
    })
}

fn without_blanks(text: &str) -> String {
    // The joiner keeps a backslash apart from what follows, and shows nothing.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2060}').collect()
}

proptest! {
    #[test]
    fn literal_texts_are_shown_in_order(
        embeds in proptest::collection::vec(embed(), 0..3),
        components in proptest::collection::vec(component(), 0..3),
        poll in poll(),
    ) {
        let (embeds, mut said): (Vec<Value>, Vec<Vec<String>>) = embeds.into_iter().unzip();
        let (components, more): (Vec<Value>, Vec<Vec<String>>) = components.into_iter().unzip();
        said.extend(more);
        said.push(poll.1);
        let body = json!({"embeds": embeds, "components": components, "poll": poll.0}).to_string();
        let arrived = Arrived { endpoint: Endpoint::Any, content_type: "", event: None, body: body.as_bytes() };
        let bodies = read(&arrived).expect("says something").bodies;
        let shown = bodies.iter().map(|body| ajet_markup::visible(body)).collect::<Vec<_>>().join("\n");
        let shown = without_blanks(&shown);
        let mut rest = shown.as_str();
        for literal in said.concat() {
            let literal = without_blanks(&literal);
            let Some(at) = rest.find(&literal) else {
                return Err(TestCaseError::fail(format!("{literal:?} is not in {rest:?} of {bodies:?}")));
            };
            rest = &rest[at + literal.len()..];
        }
    }

    #[test]
    fn an_object_with_a_text_is_read(names in proptest::collection::vec(0usize..12, 0..8), values in proptest::collection::vec(0usize..9, 8)) {
        let fields = ["content", "embeds", "components", "poll", "attachments", "text", "username", "avatar_url", "stickers",
            "blocks", "payload_json", "thread_name"];
        let kinds = [Value::Null, json!(""), json!("x"), json!(5), json!(true), json!([]), json!({}),
            json!([null, 5, "x", {"type": "2", "title": [], "name": {}}]), json!({"url": 5, "text": {"text": "x"}})];
        let object: serde_json::Map<String, Value> =
            names.iter().zip(&values).map(|(name, value)| (fields[*name].to_owned(), kinds[*value].clone())).collect();
        let says = object.iter().any(|(name, value)| {
            !["username", "avatar_url"].contains(&name.as_str()) && value == "x"
        });
        let body = Value::Object(object).to_string();
        for endpoint in [Endpoint::Any, Endpoint::Slack, Endpoint::GitHub] {
            let delivery = read(&Arrived { endpoint, content_type: "", event: None, body: body.as_bytes() });
            prop_assert!(delivery.is_ok() || !says, "{body}");
            bodies_that_fit(&delivery)?;
        }
    }
}
