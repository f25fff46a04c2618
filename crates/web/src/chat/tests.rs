//! What a person typed never becomes markup of ours, and what scripts rely on is there.

use std::collections::HashMap;

use ajet_protocol::events::{MessagePayload, RoleGone, SavedPayload};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, ChannelId, Event, InviteCode, InviteId, LinkPreview, Me,
    Member, Mention, MentionType, Message, MessageId, MessageKind, Notification, NotificationId,
    NotificationReason, NotificationType, Poll, PollOption, PresenceMode, Reaction, Role, RoleId, Saved,
    Sync, SyncedChannel, SyncedNotifications, SystemSettings, Timestamp, User, UserId,
};
use maud::Markup;
use serde_json::json;

use super::card::Whose;
use super::page::Sides;
use super::thread::Thread;
use super::{
    Chat, card, inbox, live, message, page, people, pins, preview, rows, saved, search, switcher, thread,
};
use crate::strings::Language;
use crate::viewer::Viewer;

const ATTACK: &str = "</textarea><script>alert(1)</script>\"' onload=x";
const ID: &str = "0197f000-0000-7000-8000-000000000001";

fn person(name: &str) -> User {
    User {
        id: UserId(ID.parse().expect("an id")),
        username: "u".into(),
        display_name: name.into(),
        avatar_url: None,
        status_text: Some(name.into()),
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

/// A message with everything that one can have, all of it called `text`.
fn said(text: &str) -> Message {
    let id: MessageId = ID.parse().expect("an id");
    let option = PollOption { text: text.into(), votes: 2, voted_by_me: true };
    Message {
        id,
        channel_id: ChannelId(id.0),
        author: person(text),
        parent_id: None,
        body_md: text.into(),
        body_html: String::new(),
        attachments: vec![Attachment {
            id: AttachmentId(id.0),
            filename: text.into(),
            content_type: text.into(),
            size_bytes: 1,
            width: Some(10),
            height: Some(10),
            status: AttachmentStatus::Clean,
            url: "/api/attachments/1".into(),
            alt: Some(text.into()),
            thumbnail_url: None,
        }],
        reactions: vec![Reaction { emoji: "👍".into(), count: 2, reacted_by_me: true }],
        mentions: vec![Mention { kind: MentionType::User, target_id: Some(id.0) }],
        reply_count: 0,
        pinned: true,
        seq: 3,
        client_mutation_id: text.into(),
        created_at: Timestamp::from_unix_millis(0),
        edited_at: Some(Timestamp::from_unix_millis(1)),
        deleted: false,
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: vec![LinkPreview {
            url: "https://a.example/".into(),
            title: Some(text.into()),
            description: Some(text.into()),
            site_name: Some(text.into()),
            image_url: Some("https://a.example/x.png".into()),
        }],
        poll: Some(Poll {
            question: text.into(),
            options: vec![option.clone(), option],
            multiple: false,
            closes_at: None,
            closed: false,
        }),
        thread: None,
    }
}

/// A direct message between the reader and somebody, both of them called `text`.
fn synced(text: &str) -> Sync {
    let channel = json!({
        "id": ID, "community_id": null, "name": text, "type": "dm", "visibility": "private", "topic": text, "category_id": null,
        "position": 0, "members": [person(text)], "last_message_id": null, "unread": { "count": 1, "mentions": 1 }, "muted": false,
        "created_at": "2026-01-01T00:00:00Z", "last_read_id": null, "joined": true,
        "my_permissions": ["view_channel", "send_messages", "attach_files"],
    });
    let channel: SyncedChannel = serde_json::from_value(channel).expect("a channel");
    Sync {
        cursor: text.into(),
        user: Me { user: person(text), email: None, presence: PresenceMode::Auto, quiet_hours: None },
        communities: vec![],
        channels: vec![],
        dms: vec![channel],
        notifications: SyncedNotifications::default(),
        blocks: vec![],
        drafts: vec![],
    }
}

fn chat_page(sync: &Sync, messages: &[Message]) -> Markup {
    let more = Sides { before: true, after: false };
    let viewer = Viewer::of(Some("de"), None, None);
    page::show(&Chat {
        viewer: &viewer,
        lang: Language::German,
        sync,
        open: &sync.dms[0],
        settings: &SystemSettings { edit_window_s: 60, ..SystemSettings::default() },
        own_roles: &[RoleId(ID.parse().expect("an id"))],
        messages,
        more,
        named: None,
    })
}

fn member(text: &str) -> Member {
    Member {
        user: person(text),
        role: Role::Member,
        roles: vec![],
        nickname: Some(text.into()),
        avatar_url: None,
        muted_until: None,
        joined_at: Timestamp::from_unix_millis(0),
    }
}

fn notification(text: &str) -> Notification {
    Notification {
        id: NotificationId(ID.parse().expect("an id")),
        kind: NotificationType::Mention,
        reason: NotificationReason::User,
        source_id: ID.parse().expect("an id"),
        community_id: None,
        channel_id: None,
        actor: person(text),
        preview: Some(text.into()),
        read: false,
        silent: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn told<'a>(
    notifications: &'a [Notification],
    invites: &'a HashMap<InviteId, InviteCode>,
) -> inbox::Told<'a> {
    inbox::Told { notifications, invites }
}

/// What the page offers is what the server takes; by a role somebody is called as by their name.
#[test]
fn scripts_know_who_reads_and_what_the_system_allows() {
    let page = chat_page(&synced("Ann"), &[]).into_string();
    assert!(
        page.contains(r#"data-edit-seconds="60""#) && page.contains(r#"data-upload-bytes="10485760""#),
        "{page}"
    );
    assert!(page.contains(&format!(r#"data-own-roles="{ID}""#)), "{page}");
}

#[test]
fn names_and_texts_are_escaped_everywhere() {
    let (one, sync) = (said(ATTACK), synced(ATTACK));
    let replies = std::slice::from_ref(&one);
    let thread = Thread {
        lang: Language::English,
        parent: &one,
        replies,
        has_more: true,
        draft: ATTACK,
        joined: true,
        takes_files: true,
    };
    let kept = Saved { message: one.clone(), note: Some(ATTACK.into()), remind_at: None };
    for shown in [
        message::row(Language::English, &one, false),
        message::edit_form(Language::English, &one),
        rows(Language::German, replies, true),
        thread::show(&thread),
        pins::show(Language::English, replies),
        people::show(Language::English, &[member(ATTACK)], Some(ATTACK)),
        saved::show(Language::English, &[kept], Some(ATTACK)),
        search::results(Language::English, &[], Some(ATTACK)),
        inbox::show(Language::English, &told(&[notification(ATTACK)], &HashMap::new()), Some(ATTACK), 1),
        card::show(Language::English, &one.author, Some(&member(ATTACK)), Whose::Blocked),
        switcher::targets(&sync),
        chat_page(&sync, replies),
        preview(ATTACK),
    ] {
        let shown = shown.into_string();
        assert!(!shown.contains("<script>alert"), "{shown}");
        assert!(!shown.contains("\"' onload"), "{shown}");
        assert!(!shown.contains(" style=") && !shown.contains(" onclick"), "{shown}");
        assert!(!shown.contains("src=\"http"), "nothing comes from elsewhere: {shown}");
    }
}

#[test]
fn a_link_of_a_preview_is_one_of_the_web() {
    let mut one = said("x");
    one.previews[0].url = "javascript:alert(1)".into();
    let shown = message::row(Language::English, &one, false).into_string();
    assert!(!shown.contains("javascript:"), "{shown}");
}

#[test]
fn rows_of_a_page_have_no_key() {
    let listed = rows(Language::English, &[said("k")], false).into_string();
    assert!(listed.contains("c-message") && !listed.contains("data-mutation"), "{listed}");
}

#[test]
fn scripts_find_in_a_row_what_differs_by_reader() {
    let shown = message::row(Language::English, &said("k"), true).into_string();
    for part in [
        r#"id="m-0197f000-0000-7000-8000-000000000001""#,
        r#"data-seq="3""#,
        r#"data-mutation="k""#,
        r#"data-at="0""#,
        r#"data-calls="0197f000-0000-7000-8000-000000000001""#,
        "c-message--grouped",
        r#"data-word="Edited""#,
        r#"aria-pressed="true""#,
        "hx-ignore",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn messages_of_one_author_stand_together_for_five_minutes() {
    let first = said("a");
    let later = |millis: u64| Message { created_at: Timestamp::from_unix_millis(millis), ..said("a") };
    assert!(message::is_grouped(Some(&first), &later(299_999)));
    assert!(!message::is_grouped(Some(&first), &later(300_000)));
    assert!(!message::is_grouped(None, &first));
    assert!(!message::is_grouped(Some(&said("b")), &first), "a webhook that speaks under another name");
    assert!(!message::is_grouped(Some(&Message { kind: MessageKind::System, ..said("a") }), &first));
}

#[test]
fn a_message_comes_live_as_its_row_and_a_deletion_as_its_event() {
    let event = Event::MessageCreated(MessagePayload { message: said("hi").into() });
    let shown = live::fragment(&event).expect("shown").into_string();
    assert!(shown.starts_with("<li class=\"c-message\""), "{shown}");
    assert!(!live::is_told(&event), "not a second time");
    let gone = Event::RoleDeleted(RoleGone { role_id: RoleId(ID.parse().expect("an id")) });
    assert!(live::fragment(&gone).is_none() && live::is_told(&gone), "what one may do follows from it");
}

#[test]
fn a_reminder_leads_to_its_message_and_the_list_of_what_is_saved_says_when() {
    let reason = NotificationReason::SavedReminder;
    let reminder = Notification { kind: reason.kind(), reason, channel_id: None, ..notification("why") };
    let source = reminder.source_id;
    let shown = inbox::items(Language::English, &told(&[reminder], &HashMap::new()), None).into_string();
    assert!(shown.contains(&format!(r#"href="/m/{source}""#)) && shown.contains("why"), "{shown}");
    let kept = |remind_at| {
        let kept = Saved { message: said("x"), note: Some("look".into()), remind_at };
        saved::items(Language::English, &[kept], None).into_string()
    };
    let waits = kept(Some(Timestamp::from_unix_millis(86_400_000)));
    assert!(waits.contains("look") && waits.contains(r#"datetime="1970-01-02T"#), "{waits}");
    assert!(kept(None).contains("look") && !kept(None).contains("data-remind"), "its time has come");
    let message_id = said("x").id;
    let gone = SavedPayload { message_id, channel_id: said("x").channel_id, saved: None };
    assert!(live::is_told(&Event::SavedUpdated(gone)));
}

#[test]
fn an_invite_leads_to_its_page_as_long_as_it_can_be_accepted() {
    let reason = NotificationReason::CommunityInvite;
    let invite = Notification { kind: reason.kind(), reason, channel_id: None, ..notification("come in") };
    let open = HashMap::from([(InviteId(invite.source_id), InviteCode::from("c0de"))]);
    let all = [invite];
    let shown = inbox::items(Language::English, &told(&all, &open), None).into_string();
    assert!(shown.contains(r#"href="/invite/c0de""#) && shown.contains("come in"), "{shown}");
    let over = inbox::items(Language::English, &told(&all, &HashMap::new()), None).into_string();
    assert!(!over.contains("<a ") && over.contains("come in"), "{over}");
    let other = [notification("x")];
    let shown = inbox::items(Language::English, &told(&other, &open), None).into_string();
    assert!(!shown.contains("/invite/"), "an id of something else is no invite: {shown}");
}

#[test]
fn the_page_speaks_the_language_of_its_reader() {
    let sync = synced("x");
    let shown = chat_page(&sync, &[]).into_string();
    assert!(shown.contains(r#"<html lang="de""#) && shown.contains("Hier beginnt der Kanal"), "{shown}");
    assert!(shown.contains("&quot;Deleted&quot;:&quot;Nachricht gelöscht&quot;"), "{shown}");
}

#[test]
fn a_card_says_the_role_in_its_readers_language() {
    let of = |lang| card::show(lang, &person("x"), Some(&member("x")), Whose::Own).into_string();
    assert!(
        of(Language::German).contains(">Mitglied<") && of(Language::English).contains(">Member<"),
        "{}",
        of(Language::German)
    );
}

#[test]
fn a_card_offers_to_block_everybody_but_oneself() {
    let of = |whose| card::show(Language::English, &person("x"), None, whose).into_string();
    assert!(of(Whose::Others).contains("data-block=") && of(Whose::Others).contains("data-write-to"));
    assert!(of(Whose::Blocked).contains("data-blocked") && !of(Whose::Blocked).contains("data-write-to"));
    assert!(!of(Whose::Own).contains("data-block") && !of(Whose::Own).contains("data-write-to"));
}

#[test]
fn a_link_of_an_invite_is_explained_in_its_readers_language() {
    let of = |lang| crate::fragments::invite(lang, "https://a.example/").into_string();
    assert!(
        of(Language::German).contains("Diesen Link") && of(Language::English).contains("this link"),
        "{}",
        of(Language::German)
    );
}

/// What is under way is shown as its author's before the server has it.
#[test]
fn a_message_that_is_under_way_has_its_authors_name() {
    let shown = chat_page(&synced("Ann"), &[]).into_string();
    assert!(shown.contains(r#"c-message--pending" data-name="Ann""#), "{shown}");
}

/// Of a channel that was not joined the page offers to join it, and no box.
#[test]
fn what_one_may_not_write_in_has_no_box() {
    let mut sync = synced("x");
    let shown = chat_page(&sync, &[]).into_string();
    assert!(shown.contains(r#"id="composer""#) && shown.contains(r##"href="#body""##), "{shown}");
    sync.dms[0].my_permissions = Some(vec![]);
    let shown = chat_page(&sync, &[]).into_string();
    assert!(!shown.contains(r#"id="composer""#) && !shown.contains(r##"href="#body""##), "{shown}");
    sync.dms[0].joined = false;
    let shown = chat_page(&sync, &[]).into_string();
    assert!(shown.contains("/join\"") && !shown.contains(r#"id="composer""#), "{shown}");
}
