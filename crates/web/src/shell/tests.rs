//! What the frame tells: unread numbers, the page that is open, and names that stay text.

use ajet_protocol::{ChannelId, ChannelType, Timestamp, User, UserId, Visibility};
use maud::html;
use uuid::Uuid;

use super::*;
use crate::components::Icon;
use crate::viewer::Viewer;

const ATTACK: &str = "<script>alert(1)</script>\"' onload=x";

fn channel(unread: i64, mentions: i64) -> Entry<'static> {
    Entry {
        id: ChannelId(Uuid::from_u128(7)),
        name: "general",
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        address: "/c/x/channels/7",
        unread,
        mentions,
        is_muted: false,
        is_current: false,
    }
}

fn shown(one: &Entry<'_>) -> String {
    entry(&Viewer::default(), one).into_string()
}

#[test]
fn mentions_stand_before_unread_messages_and_both_are_said_in_words() {
    let both = shown(&channel(5, 2));
    assert!(
        both.contains("badge-mention") && both.contains("2 mentions") && !both.contains("badge-count"),
        "{both}"
    );
    let unread = shown(&channel(1, 0));
    assert!(unread.contains("badge-count") && unread.contains("1 unread message<"), "{unread}");
    assert!(unread.contains("is-unread"), "{unread}");
    let quiet = shown(&channel(0, 0));
    assert!(!quiet.contains("badge") && !quiet.contains("is-unread"), "{quiet}");
    let many = shown(&channel(1000, 0));
    assert!(many.contains(">99+<") && many.contains("1000 unread messages"), "{many}");
}

#[test]
fn what_events_change_has_an_id() {
    let one = shown(&channel(0, 0));
    let id = Uuid::from_u128(7);
    assert!(
        one.contains(&format!("id=\"channel-{id}\"")) && one.contains(&format!("id=\"unread-{id}\"")),
        "{one}"
    );
}

#[test]
fn the_open_page_is_told_to_screen_readers() {
    let open = shown(&Entry { is_current: true, ..channel(0, 0) });
    assert!(open.contains("aria-current=\"page\""), "{open}");
    assert!(!shown(&channel(0, 0)).contains("aria-current"));
}

#[test]
fn every_page_inside_has_the_way_out() {
    let shown = me(&Viewer::default(), &ann("Ann")).into_string();
    assert!(shown.contains(r#"<form method="post" action="/sign-out">"#), "{shown}");
}

fn ann(name: &str) -> User {
    User {
        id: UserId(Uuid::nil()),
        username: "ann".into(),
        display_name: name.into(),
        avatar_url: Some(ATTACK.into()),
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

#[test]
fn names_in_the_frame_stay_text() {
    let me = ann(ATTACK);
    let viewer = Viewer::default();
    let place = Place {
        id: Uuid::nil(),
        name: ATTACK,
        slug: "x",
        avatar_url: Some(ATTACK),
        is_unread: true,
        mentions: 1,
        is_current: true,
    };
    let dm = Dm {
        id: ChannelId(Uuid::nil()),
        name: ATTACK,
        address: "/dm/1",
        person: Some(&me),
        is_online: true,
        unread: 1,
        is_current: false,
    };
    let bar = Sidebar {
        title: ATTACK,
        acts: html! {},
        top: html! {},
        groups: vec![Group { name: Some(ATTACK), entries: vec![Entry { name: ATTACK, ..channel(1, 1) }] }],
        dms: vec![dm],
        me: &me,
    };
    let frame = Frame {
        rail: rail(&viewer, &[place]),
        sidebar: sidebar(&viewer, &bar),
        head: Head { icon: Icon::Channel, title: ATTACK, note: Some(ATTACK), acts: html! {} }.show(&viewer),
        main: html! {},
        pane: None,
    };
    let page = frame.show(&viewer).into_string();
    assert!(!page.contains("<script>") && !page.contains("\"' onload"), "{page}");
}
