//! What a person typed never becomes markup of ours.

use ajet_protocol::events::MessagePayload;
use ajet_protocol::{ChannelId, Event, Message, MessageId, MessageKind, Timestamp, User, UserId};

use crate::{assets, docs, fragments, home, ops};

fn hostile(text: &str) -> Message {
    let created_at = Timestamp::from_unix_millis(0);
    let id = "0197f000-0000-7000-8000-000000000001".parse::<MessageId>().expect("an id");
    Message {
        id,
        channel_id: ChannelId(id.0),
        author: User {
            id: UserId(id.0),
            username: "u".into(),
            display_name: text.into(),
            avatar_url: None,
            status_text: None,
            bot: false,
            created_at,
        },
        parent_id: None,
        body_md: text.into(),
        body_html: String::new(),
        attachments: vec![],
        reactions: vec![],
        mentions: vec![],
        reply_count: 0,
        pinned: false,
        seq: 3,
        client_mutation_id: "k".into(),
        created_at,
        edited_at: None,
        deleted: false,
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: Vec::new(),
        poll: None,
        thread: None,
    }
}

const ATTACK: &str = "</textarea><script>alert(1)</script>\"' onload=x";

#[test]
fn names_and_texts_are_escaped_everywhere() {
    let message = hostile(ATTACK);
    let pages = [
        fragments::message(&message).into_string(),
        fragments::edit_form(&message).into_string(),
        home::sign_in(true, ATTACK, Some(ATTACK)).into_string(),
        home::start(&message.author, &[], true, Some(ATTACK)).into_string(),
        fragments::invite(ATTACK).into_string(),
        crate::again(ATTACK).into_string(),
    ];
    for page in pages {
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(!page.contains("\"' onload"), "{page}");
    }
}

#[test]
fn people_show_their_user_name_and_programs_a_badge() {
    let mut message = hostile("Ann");
    let person = fragments::message(&message).into_string();
    assert!(
        person.contains(r#"<strong dir="auto">Ann</strong> <span class="username">@u</span>"#),
        "{person}"
    );
    assert!(!person.contains("badge"), "{person}");
    let start = home::start(&message.author, &[], false, None).into_string();
    assert!(start.contains(r#"<span class="username">@u</span>"#), "{start}");
    message.author.bot = true;
    let program = fragments::message(&message).into_string();
    assert!(
        program.contains(r#"<strong dir="auto">Ann</strong> <span class="badge">app</span>"#),
        "{program}"
    );
    assert!(!program.contains("@u"), "a webhook's account has a made-up user name: {program}");
}

#[test]
fn a_new_message_is_put_in_by_its_number() {
    let event = Event::MessageCreated(MessagePayload { message: hostile("hi").into() });
    let page = fragments::live(&event).expect("shown").into_string();
    assert!(page.contains(r#"hx-swap="upsert key:data-seq""#) && page.contains(r#"data-seq="3""#), "{page}");
}

#[test]
fn pages_carry_no_inline_script_or_style() {
    let page = home::sign_in(true, "/", None).into_string();
    assert!(!page.contains("style=") && !page.contains("onclick"), "{page}");
    assert_eq!(page.matches("<script").count(), page.matches("<script src=").count());
}

#[test]
fn pages_need_nothing_from_elsewhere() {
    let message = hostile("Ann");
    let pages = [
        home::sign_in(true, "/", None).into_string(),
        home::start(&message.author, &[], true, None).into_string(),
        fragments::message(&message).into_string(),
        docs::page_of(&serde_json::json!({})).into_string(),
        ops::sign_in(None).into_string(),
    ];
    for page in pages {
        for sign in ["<img", "<picture", "<video", "<audio", "<iframe", "<object", "src=\"http", "srcset"] {
            assert!(!page.contains(sign), "{sign}: {page}");
        }
    }
    let sheet = assets::find(assets::STYLE).expect("embedded");
    let sheet = std::str::from_utf8(sheet.bytes).expect("text");
    assert!(
        !sheet.contains("url(") && !sheet.contains("@import"),
        "the content security policy allows neither"
    );
}

#[test]
fn all_scripts_are_one_file_with_htmx_first_and_ours_last() {
    let page = home::sign_in(true, "/", None).into_string();
    assert_eq!(page.matches("<script").count(), 1, "htmx does not wait for a later file");
    assert!(page.contains(&format!(r#"<script src="{}" defer>"#, assets::path(assets::SCRIPT))), "{page}");
    let script = assets::find(assets::SCRIPT).expect("embedded");
    let script = std::str::from_utf8(script.bytes).expect("text");
    let (sse, upsert) = (r#"registerExtension("sse""#, r#"registerExtension("upsert""#);
    let parts = ["var htmx=", sse, upsert, r#"createPolicy("fragments""#, "dataset.live"];
    let places: Vec<_> = parts.iter().map(|part| script.find(part).expect("in the script")).collect();
    assert!(places.is_sorted(), "{places:?}");
    for asset in assets::ALL {
        assert!(!asset.bytes.is_empty(), "{} is empty", asset.name);
    }
}
