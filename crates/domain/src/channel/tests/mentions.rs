//! Whom a text may call.

use ajet_protocol::{Mention, MentionType};

use super::*;

/// A person who may write, and may not call everybody.
fn quiet() -> Standing {
    Standing { permissions: Permissions::of(&[Permission::SendMessages]), ..member(Role::Member) }
}

#[test]
fn everybody_is_called_only_by_who_may() {
    for (written, kind, shown) in
        [("@<here> look", MentionType::Here, "@here"), ("@<channel> look", MentionType::Everyone, "@channel")]
    {
        let calls = [Mention { kind, target_id: None }];
        for (standing, mentions) in [(member(Role::Member), &calls[..]), (quiet(), &calls[..0])] {
            let mut room = Room::with(&[(1, standing)]);
            let message = room.posted(&post(1, "k", written));
            assert_eq!(message.mentions, mentions, "is posted all the same");
            let marked = format!(r#"<span class="mention">{shown}</span>"#);
            assert!(message.body_html.contains(shown));
            assert_eq!(message.body_html.contains(&marked), !mentions.is_empty(), "else it is text");
        }
    }
}

#[test]
fn a_role_is_called_by_all_who_write() {
    let id = Uuid::from_u128(9);
    let mut room = Room::with(&[(1, quiet())]);
    let message = room.posted(&post(1, "k", &format!("@<role:{id}> and @<user:{id}>")));
    let of = |kind| Mention { kind, target_id: Some(id) };
    assert_eq!(message.mentions, [of(MentionType::Role), of(MentionType::User)]);
}

/// Also where the text that is replaced has called everybody, when its author still might.
#[test]
fn an_edit_calls_everybody_only_if_its_author_may() {
    for (written, kind, shown) in [
        ("@<here> again", MentionType::Here, "@here"),
        ("@<channel> again", MentionType::Everyone, "@channel"),
    ] {
        let calls = [Mention { kind, target_id: None }];
        for (standing, mentions) in [(member(Role::Member), &calls[..]), (quiet(), &calls[..0])] {
            let mut room = Room::with(&[(1, member(Role::Member))]);
            let id = room.posted(&post(1, "k", "@<here> and @<channel>")).id;
            room.standings.insert(user(1).id, standing);
            let message = room.alone(&edit(1, id, written), 1_000).expect("is edited all the same");
            assert_eq!(message.mentions, mentions, "{written}");
            assert_eq!(message.body_md, written, "stands there as it was typed");
            let marked = format!(r#"<span class="mention">{shown}</span>"#);
            assert!(message.body_html.contains(shown));
            assert_eq!(message.body_html.contains(&marked), !mentions.is_empty(), "else it is text");
            assert_eq!(room.stored[&id].mentions, mentions, "as it is answered");
        }
    }
}
