//! Names behind `@` and `#`: which become mentions, and which stay text.

use ajet_protocol::{Mention, MentionType};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{Sign, mentions, typed_names, with_mentions};

const ID: Uuid = Uuid::from_u128(7);

/// Ann is a person, `ann_` another one, `crew` a role, and `ann` a channel as well.
fn cast(sign: Sign, name: &str) -> Option<Mention> {
    let (kind, target_id) = match (sign, name) {
        (Sign::At, "here") => (MentionType::Here, None),
        (Sign::At, "channel" | "everyone") => (MentionType::Everyone, None),
        (Sign::At, "ann" | "ann_" | "Änn") => (MentionType::User, Some(ID)),
        (Sign::At, "crew") => (MentionType::Role, Some(ID)),
        (Sign::Hash, "ann") => (MentionType::Channel, Some(ID)),
        _ => return None,
    };
    Some(Mention { kind, target_id })
}

/// A text as it is stored, with short ids.
fn stored(text: &str) -> String {
    with_mentions(text, &typed_names(text), cast).replace(&ID.to_string(), "7")
}

#[test]
fn names_become_mentions() {
    for (typed, expected) in [
        ("@ann", "@<user:7>"),
        ("hi @ann, @crew and @here!", "hi @<user:7>, @<role:7> and @<here>!"),
        ("@everyone @channel #ann", "@<channel> @<channel> #<channel:7>"),
        ("(@ann) \"@ann\" cc:@ann", "(@<user:7>) \"@<user:7>\" cc:@<user:7>"),
        ("@ann. @ann... @ann's @ann-", "@<user:7>. @<user:7>... @<user:7>'s @<user:7>-"),
        ("@ann_ _@ann_", "@<user:7> _@<user:7>"),
        ("**@ann** ~~#ann~~ ||@here||", "**@<user:7>** ~~#<channel:7>~~ ||@<here>||"),
        ("@Änn @bob #bob", "@<user:7> @bob #bob"),
        ("> @ann\n> x\n- #ann\n- @crew", "> @<user:7>\n> x\n- #<channel:7>\n- @<role:7>"),
        ("# @ann\n#ann", "# @<user:7>\n#<channel:7>"),
        ("@ann\r\n@ann", "@<user:7>\r\n@<user:7>"),
        ("[@ann](not a link)", "[@<user:7>](not a link)"),
    ] {
        assert_eq!(stored(typed), expected, "{typed:?}");
    }
}

#[test]
fn what_is_code_a_link_or_escaped_mentions_nobody() {
    for text in [
        "`@ann`",
        "``#ann ` @ann``",
        "```\n@ann\n```",
        "```rust\n#ann @here\n```",
        "```#ann\n```@ann",
        "```#ann\r\n```@ann",
        "```_#ann \n@ann\n```",
        "> ```\n> @ann\n> ```",
        "- `@ann`",
        "\\@ann \\#ann",
        "https://a.example/@ann https://a.example/#ann",
        "https://a.example/(@ann)",
        "[ask @ann](https://a.example/)",
        "[x](https://a.example/@ann)",
        "[x](/(@ann))",
        "joe@ann a#ann @@ann &#ann; <@ann>",
        "@ @. @- # ## #",
        "@<user:ann> #<channel:ann>",
    ] {
        assert_eq!(stored(text), text);
    }
}

#[test]
fn a_name_is_not_longer_than_a_name_and_a_text_calls_a_bounded_number() {
    let long = format!("@{}", "a".repeat(81));
    assert_eq!(typed_names(&long), []);
    assert_eq!(typed_names(&"@ann ".repeat(500)).len(), 100);
}

/// People do not type the characters that mark names. A text that has one of them is left as it is.
#[test]
fn a_text_with_marks_of_its_own_is_left_as_it_is() {
    assert_eq!(stored("`@\u{f0001}ann` @ann"), "`@\u{f0001}ann` @ann");
    assert_eq!(stored("@ann \u{ffffd}"), "@ann \u{ffffd}");
    assert_eq!(stored("@ann \u{e000}"), "@<user:7> \u{e000}", "others mark nothing");
}

/// A text of marks, names and signs.
fn typed() -> impl Strategy<Value = String> {
    let pieces = [
        "@ann",
        "#ann",
        "@here",
        "@",
        "#",
        " ",
        "\n",
        "`",
        "```",
        "*",
        "_",
        "~~",
        "||",
        "[",
        "](",
        ")",
        "<",
        ">",
        "> ",
        "- ",
        "\\",
        "https://a.b/",
        "x",
        ".",
        "(",
        "\r\n",
        ":",
        "é",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// What replaced a name is a mention to the parser, too.
    #[test]
    fn what_is_stored_mentions_what_was_replaced(text in typed()) {
        let names = typed_names(&text);
        let written = with_mentions(&text, &names, cast);
        let found = mentions(&written);
        for name in names {
            let meant = name.readings().find_map(|reading| cast(name.sign, reading));
            prop_assert!(meant.is_none_or(|meant| found.contains(&meant)), "{text:?} as {written:?}");
        }
    }
}
