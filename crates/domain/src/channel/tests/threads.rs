//! What a message has beside its text: where a reply stands, its poll, and that an edit keeps it.

use ajet_protocol::{MessageKind, Poll, PollOption};

use super::*;

fn poll() -> Poll {
    let option = |text: &str| PollOption::unchosen(text.into());
    Poll {
        question: "Lunch?".into(),
        options: vec![option("yes"), option("no")],
        multiple: false,
        closes_at: None,
        closed: false,
    }
}

#[test]
fn only_a_reply_also_stands_in_the_channel() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let also = |asked: Asked<Post>| asked.map(|post| Post { also_to_channel: true, ..post });
    let parent = room.posted(&also(post(1, "a", "first")));
    assert!(!parent.also_to_channel, "it stands there anyway");
    let quiet = room.posted(&reply(parent.id, "b"));
    let loud = room.posted(&also(reply(parent.id, "c")));
    assert_eq!((quiet.also_to_channel, loud.also_to_channel), (false, true));
    assert_eq!((loud.parent_id, loud.kind), (Some(parent.id), MessageKind::Text));
}

#[test]
fn an_edit_keeps_what_stands_beside_the_text() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let posted = room.posted(&post(1, "a", "first").map(|post| Post { poll: Some(poll().into()), ..post }));
    assert_eq!(posted.poll.as_ref().map(|poll| poll.question.as_str()), Some("Lunch?"));
    let edited = room.alone(&edit(1, posted.id, "second"), 2_000).expect("may edit");
    assert_eq!((edited.body_md.as_str(), edited.poll.is_some()), ("second", true));
}
