//! What no compiler sees in the tables of an append: a change without a row, a write past the fence, a row written twice.

#[path = "table_bots.rs"]
mod bots;
#[path = "table_changes.rs"]
mod changes;

use std::sync::Arc;

use ajet_domain::JobRequest;
use ajet_domain::acl::Scope;
use ajet_domain::change::{DueNotice, NoticeChange};
use ajet_domain::journal::{AclCheck, DuplicateKey};
use ajet_domain::writer::SpentKey;
use ajet_protocol::{
    Category, CategoryId, Channel, ChannelDraft, ChannelId, ChannelType, CommunityId, CustomRole, InviteId,
    Mention, MentionType, Message, MessageId, MessageKind, NotificationId, NotificationReason, NotifyLevel,
    Overwrite, OverwriteTarget, Permission, Permissions, PresenceMode, Role, RoleId, Scheduled, ScheduledId,
    ScheduledState, StreamId, Timestamp, Unread, User, UserId, Visibility, Webhook, WebhookId,
};
use uuid::Uuid;

use self::changes::*;
use super::*;
use crate::store::journal::tables::leaves_due;

const AT: Timestamp = Timestamp::FAR;
const PERSON: UserId = UserId(Uuid::from_u128(1));
const PLACE: ChannelId = ChannelId(Uuid::from_u128(2));
const MESSAGE: MessageId = MessageId(Uuid::from_u128(8));

fn append(changes: Vec<Change>) -> Append<Change> {
    Append {
        stream: StreamId(PLACE.0),
        epoch: 1,
        head: 0,
        founds: false,
        acl: AclCheck { scope: Scope(PLACE.0), rests_on: Vec::new() },
        events: Arc::default(),
        changes,
        raises: Vec::new(),
    }
}

/// The rows that an append of these changes brings to a table.
fn rows_of(name: &str, changes: Vec<Change>) -> Vec<Value> {
    let table = TABLES.iter().find(|table| table.name == name).expect("a table of this name");
    merged(table, &append(changes))
}

/// A nickname that is taken away is told from one that stays.
#[test]
fn a_new_role_and_a_new_nickname_are_one_row() {
    let (user_id, role) = (PERSON, Change::SetRole { user_id: PERSON, role: Role::Admin });
    let renamed = Change::SetNickname { user_id, nickname: None };
    let alone = rows_of("community_members", vec![role.clone()]);
    assert_eq!((&alone[0]["role"], &alone[0]["renames"]), (&json!("admin"), &Value::Null));
    let both = rows_of("community_members", vec![role, renamed]);
    assert_eq!((both.len(), &both[0]["role"], &both[0]["renames"]), (1, &json!("admin"), &json!(true)));
}

/// What is set after a direct message was hidden does not hide it anew, and in one append takes nothing from that it was.
#[test]
fn what_is_set_beside_hiding_leaves_it_as_it_was() {
    let muted = |hides: bool| Change::SetPreferences {
        user_id: PERSON,
        channel_id: PLACE,
        muted: !hides,
        notify: Some(NotifyLevel::All),
        hidden: true,
        hides,
    };
    assert_eq!(rows_of("channel_preferences", vec![muted(false)])[0]["hides"], Value::Null);
    let both = rows_of("channel_preferences", vec![muted(true), muted(false)]);
    assert_eq!((both.len(), &both[0]["hides"], &both[0]["muted"]), (1, &json!(true), &json!(true)));
}

#[test]
fn every_change_brings_a_row_to_its_tables() {
    for (change, expected) in every_change() {
        let mut rows = Rows::default();
        rows.push(&append(vec![change.clone()]));
        let touched: Vec<&str> =
            TABLES.iter().zip(rows.touched()).filter_map(|(table, own)| own.then_some(table.name)).collect();
        assert_eq!(touched.len(), expected.len(), "{change:?}: {touched:?}");
        assert!(expected.iter().all(|table| touched.contains(table)), "{change:?}: {touched:?}");
    }
}

#[test]
fn every_row_has_its_stream_and_the_columns_of_its_table() {
    for (change, tables) in every_change() {
        for name in tables {
            let table = TABLES.iter().find(|table| table.name == *name).expect("a table of this name");
            let columns = table.columns.split(',').filter_map(|column| column.split_whitespace().next());
            let columns: Vec<&str> = columns.chain(["stream"]).collect();
            for row in rows_of(name, vec![change.clone()]) {
                assert_eq!(row["stream"], json!(PLACE));
                let fields = row.as_object().expect("an object").keys();
                let unknown: Vec<_> = fields.filter(|field| !columns.contains(&field.as_str())).collect();
                assert!(unknown.is_empty(), "{name}: {unknown:?} of {change:?}");
                assert!(table.key.iter().all(|field| columns.contains(field)), "{name}: {:?}", table.key);
            }
        }
    }
}

#[test]
fn every_table_writes_behind_the_fence_and_reads_its_own_rows() {
    for Table { name, writes, spent, .. } in TABLES {
        let rows = format!("{name}_rows r");
        let join = format!("{rows} join admitted a on a.id = r.stream");
        for cte in writes.split("\n)") {
            let writing = ["insert into", "update ", "delete from"].iter().any(|verb| cte.contains(verb));
            assert!(!writing || cte.contains(&join), "{name}: writes past the fence: {cte}");
        }
        assert!(spent.is_none_or(|spent| spent.contains(&rows)), "{name}: looks at its own keys");
    }
}

/// One name twice is refused by PostgreSQL, and a CTE that has a table's name hides the table.
#[test]
fn no_two_ctes_have_one_name() {
    let mut names: Vec<&str> = Vec::new();
    for table in TABLES {
        names.push(table.name);
        names.extend(table.writes.split(" as (\n").filter_map(|before| before.split_whitespace().last()));
        // What stands behind the last one is no name.
        names.pop();
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}

/// Of two operations on one row the later one stands: an upsert and a deletion in one statement would leave the row there.
#[test]
fn one_append_touches_a_row_once() {
    let ban = Change::Ban { user_id: PERSON, actor: PERSON, reason: None, at: AT };
    let rows = rows_of("bans", vec![ban.clone(), Change::Unban { user_id: PERSON }]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["op"], "lift");
    let other = Change::Ban { user_id: UserId(Uuid::from_u128(10)), actor: PERSON, reason: None, at: AT };
    assert_eq!(rows_of("bans", vec![ban, other]).len(), 2);
}

/// A verb may rename a channel and move it: the row says what each of the two sets, and nothing of the rest.
#[test]
fn changes_of_one_channel_in_an_append_are_one_row() {
    let update = Change::UpdateChannel { id: PLACE, name: Some("d".into()), topic: None, visibility: None };
    let rows = rows_of("channels", vec![update, moved()]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    let row = &rows[0];
    assert_eq!((&row["op"], &row["name"], &row["sets_topic"]), (&json!("update"), &json!("d"), &json!(true)));
    assert_eq!((&row["moves"], &row["position"], row.get("archives")), (&json!(true), &json!(3), None));
}

/// Two streams may have rows of one key: a person is in many communities.
#[test]
fn rows_of_different_streams_are_kept_apart() {
    let unban = || append(vec![Change::Unban { user_id: PERSON }]);
    let mut rows = Rows::default();
    rows.push(&unban());
    rows.push(&Append { stream: StreamId(PERSON.0), ..unban() });
    assert_eq!(rows.into_tables().map(|rows| rows.len()).sum::<usize>(), 2);
}

#[test]
fn what_happens_to_a_message_within_an_append_is_one_row() {
    let row = |changes: Vec<Change>| {
        let rows = rows_of("messages", changes);
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].clone()
    };
    let gone = || Change::DeleteMessage { id: MESSAGE, at: AT };
    let new = row(vec![posted("a", false)]);
    assert_eq!((&new["is_new"], &new["key"], &new["fingerprint"]), (&json!(true), &json!("k"), &json!(9)));
    assert_eq!(new["mentions"], json!([{"type": "here", "target_id": null}]));
    let improved = row(vec![posted("a", false), edited("b"), edited("c")]);
    assert_eq!((&improved["is_new"], &improved["fingerprint"]), (&json!(true), &json!(9)));
    assert_eq!((&improved["body_md"], &improved["body_html"]), (&json!("c"), &json!("c")));
    assert_eq!((&improved["edited_at"], &improved["deleted_at"]), (&json!(AT), &Value::Null));
    let emptied = row(vec![posted("a", false), edited("b"), gone()]);
    assert_eq!((&emptied["is_new"], &emptied["body_md"]), (&json!(true), &json!("")));
    assert_eq!((&emptied["mentions"], &emptied["deleted_at"]), (&json!([]), &json!(AT)));
    let changed = row(vec![edited("b"), gone()]);
    assert_eq!((&changed["is_new"], &changed["body_html"]), (&Value::Null, &json!("")));
    assert_eq!((&changed["edited_at"], &changed["deleted_at"]), (&json!(AT), &json!(AT)));
}

/// What a search finds of a message is what it says last, and nothing once it is deleted.
#[test]
fn what_is_found_of_a_message_is_one_row() {
    let vectors = |changes| -> Vec<Value> {
        rows_of("message_search", changes).into_iter().map(|row| row["vector"].clone()).collect()
    };
    let author = ":by:00000000000000000000000000000001";
    let found = vectors(vec![posted("a", false), edited("Bé")]);
    assert_eq!(found, [json!(format!("'{author}' 'be':1"))]);
    let indexed = Change::IndexMessage { message: message("c", false) };
    assert_eq!(vectors(vec![edited("b"), indexed]), [json!(format!("'{author}' 'c':1"))]);
    assert_eq!(vectors(vec![edited("b"), Change::DeleteMessage { id: MESSAGE, at: AT }]), [json!("")]);
}

/// A person's name is the account's, and may change; a webhook may call itself differently in each message.
#[test]
fn a_message_keeps_the_name_of_its_author_where_that_is_a_webhook() {
    let names = |bot| {
        let row = rows_of("messages", vec![posted("a", bot)]).remove(0);
        (row["author_name"].clone(), row["author_avatar_url"].clone())
    };
    assert_eq!(names(true), (json!("W"), json!("https://w")));
    assert_eq!(names(false), (Value::Null, Value::Null));
}

/// The notifier has nothing to do for what mentions its author alone, or a channel.
#[test]
fn a_new_message_is_due_where_it_concerns_others() {
    let with = |mentions: &[Mention], parent_id| {
        let message = Message { mentions: mentions.to_vec(), parent_id, ..*message("a", false) };
        Change::InsertMessage { message: Box::new(message), template: "a".into(), fingerprint: 9 }
    };
    let channel = Mention { kind: MentionType::Channel, target_id: Some(Uuid::from_u128(10)) };
    let role = Mention { kind: MentionType::Role, target_id: Some(Uuid::from_u128(10)) };
    let [here, everyone] =
        [MentionType::Here, MentionType::Everyone].map(|kind| Mention { kind, target_id: None });
    let (author, other) = (of_user(1), of_user(10));
    // Whether it is due, and whether it calls people whom it does not name.
    let cases: [(&[Mention], bool, bool); 8] = [
        (&[], false, false),
        (&[author], false, false),
        (&[channel], false, false),
        (&[other], true, false),
        (&[author, channel, other], true, false),
        (&[role], true, true),
        (&[here], true, true),
        (&[other, everyone], true, true),
    ];
    for (mentions, is_due, broad) in cases {
        let posted = with(mentions, None);
        assert_eq!(leaves_due(&posted), is_due, "{mentions:?}");
        let rows = rows_of("due_notices", vec![posted]);
        assert_eq!(rows.len(), usize::from(is_due), "{mentions:?}");
        assert!(rows.iter().all(|row| row["message_id"] == json!(MESSAGE) && row["created_at"] == json!(AT)));
        assert!(rows.iter().all(|row| row["broad"] == json!(broad)), "{mentions:?}");
    }
    assert!(leaves_due(&with(&[], Some(MessageId(Uuid::from_u128(7))))), "a reply");
    let improved = Message { mentions: vec![other], ..*message("b", false) };
    let improved = Change::EditMessage { message: Box::new(improved), template: "b".into() };
    assert!(!leaves_due(&improved) && rows_of("due_notices", vec![improved]).is_empty(), "edits tell no one");
}

/// A message in a direct message has two reasons to be due, and one row.
#[test]
fn what_is_due_is_one_row_for_each_thing() {
    let direct = Change::Notice(NoticeChange::DueMessage { message_id: MESSAGE, at: AT });
    let rows = rows_of("due_notices", vec![posted("a", false), direct.clone()]);
    assert_eq!((rows.len(), &rows[0]["broad"]), (1, &json!(true)));
    assert!(leaves_due(&direct) && leaves_due(&due(12)));
    let rows = rows_of("due_notices", vec![due(12), due(13)]);
    assert_eq!((rows.len(), &rows[0]["told_as"]), (2, &json!("muted")));
}

/// What several commands of a person read does not replace each other, and nothing replaces what is added.
#[test]
fn what_is_told_and_read_in_one_append_is_all_kept() {
    let user_id = PERSON;
    let some = |n: u128| Change::ReadNotifications { user_id, ids: vec![notice(n)], at: AT };
    let marked = |n: u128, message_id| Change::MarkRead {
        user_id,
        channel_id: ChannelId(Uuid::from_u128(n)),
        message_id,
    };
    let all = Change::ReadNotificationsBefore { user_id, newest: notice(11), at: AT };
    let changes = vec![told(), some(11), some(12), all, marked(2, MESSAGE), marked(3, MESSAGE)];
    assert_eq!(rows_of("notifications", changes).len(), 6);
    let further = MessageId(Uuid::from_u128(9));
    let rows = rows_of("notifications", vec![marked(2, MESSAGE), marked(2, further)]);
    assert_eq!((rows.len(), &rows[0]["source_id"]), (1, &json!(further)), "the last one stands");
}

/// A text that is kept and dropped in one append is gone, and one of another place stays.
#[test]
fn of_a_draft_that_is_kept_and_dropped_the_later_counts() {
    let keep = |parent_id: Option<MessageId>| {
        let draft = ChannelDraft { channel_id: PLACE, body_md: "d".into(), parent_id, updated_at: AT };
        Change::KeepDraft { user_id: PERSON, draft: Box::new(draft) }
    };
    let drop = Change::RemoveDraft { user_id: PERSON, channel_id: PLACE, parent_id: None };
    let rows = rows_of("drafts", vec![keep(None), keep(Some(MESSAGE)), drop]);
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!((&rows[0]["op"], &rows[1]["op"]), (&json!("drop"), &json!("keep")));
}

/// A change that no one sees does not hide one before it that others are still to be told of.
#[test]
fn what_an_append_says_of_an_account_is_one_row() {
    let out_of_use = Change::SetDeactivated { user_id: PERSON, at: Some(AT) };
    let rows = rows_of("users", vec![profile("a", true), out_of_use, profile("b", false)]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["display_name"], &rows[0]["is_seen"]), (&json!("b"), &json!(true)));
    assert_eq!((&rows[0]["is_use"], &rows[0]["deactivated_at"]), (&json!(true), &json!(AT)));
}

// The merge rules of the tables of a community hold for the rows of one verb: an append of two could add a channel and rename it.
const _: () = assert!(<ajet_domain::community::CommunityCore as ajet_domain::writer::Core>::BATCH == 1);

/// Nodes of release 0.1.0 read the person and the reason in columns of their own.
#[test]
fn an_audited_person_and_the_reason_stand_in_columns_of_their_own() {
    let row = rows_of("audit_log", vec![audit()]).remove(0);
    assert_eq!((&row["person_id"], &row["reason"]), (&json!(PERSON), &json!("spam")));
    assert_eq!((&row["target_id"], &row["details"]), (&json!(PERSON), &json!({"reason": "spam"})));
    let (id, target_id) = (Uuid::from_u128(7), Some(PLACE.0));
    let other = Change::Audit {
        id,
        actor: PERSON,
        action: "channel.update",
        target_type: "channel",
        target_id,
        details: vec![],
        at: AT,
    };
    let row = rows_of("audit_log", vec![other]).remove(0);
    assert_eq!(
        (&row["person_id"], &row["reason"], &row["details"]),
        (&Value::Null, &Value::Null, &json!({}))
    );
}
