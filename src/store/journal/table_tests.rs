//! What no compiler sees in the tables of an append: a change without a row, a write past the fence, a row written twice.

use std::sync::Arc;

use ajet_domain::JobRequest;
use ajet_domain::acl::Scope;
use ajet_domain::journal::{AclCheck, DuplicateKey};
use ajet_domain::writer::SpentKey;
use ajet_protocol::{
    Category, CategoryId, Channel, ChannelId, ChannelType, CommunityId, CustomRole, InviteId, Mention,
    MentionType, Message, MessageId, NotificationId, NotificationType, NotifyLevel, Overwrite,
    OverwriteTarget, Permission, Permissions, PresenceMode, Role, RoleId, StreamId, Timestamp, Unread, User,
    UserId, Visibility, Webhook, WebhookId,
};
use uuid::Uuid;

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

fn user(bot: bool) -> User {
    User {
        id: PERSON,
        username: "w".into(),
        display_name: "W".into(),
        avatar_url: Some("https://w".into()),
        status_text: None,
        bot,
        created_at: AT,
    }
}

fn message(body: &str, bot: bool) -> Box<Message> {
    Box::new(Message {
        id: MESSAGE,
        channel_id: PLACE,
        author: user(bot),
        parent_id: None,
        body_md: body.into(),
        body_html: body.into(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: vec![Mention { kind: MentionType::Here, target_id: None }],
        reply_count: 0,
        pinned: false,
        seq: 3,
        client_mutation_id: "k".into(),
        created_at: AT,
        edited_at: None,
        deleted: false,
    })
}

fn posted(body: &str, bot: bool) -> Change {
    Change::InsertMessage { message: message(body, bot), template: body.into(), fingerprint: 9 }
}

/// The same, mentioning these besides.
fn calling(mentions: &[Mention]) -> Change {
    let mut message = message("a", false);
    message.mentions.extend_from_slice(mentions);
    Change::InsertMessage { message, template: "a".into(), fingerprint: 9 }
}

fn of_user(id: u128) -> Mention {
    Mention { kind: MentionType::User, target_id: Some(Uuid::from_u128(id)) }
}

fn notice(n: u128) -> NotificationId {
    NotificationId(Uuid::from_u128(n))
}

/// A notification of the message.
fn told() -> Change {
    let kind = NotificationType::Mention;
    let (id, source_id, actor) = (notice(11), MESSAGE.0, UserId(Uuid::from_u128(10)));
    let (user_id, channel_id, read) = (PERSON, PLACE, false);
    Change::AddNotification { id, user_id, kind, source_id, channel_id, actor, read, at: AT }
}

/// An account's new name.
fn profile(name: &str, is_seen: bool) -> Change {
    let user = Box::new(User { display_name: name.into(), ..user(false) });
    Change::UpdateProfile { user, presence: PresenceMode::Auto, is_seen }
}

fn edited(body: &str) -> Change {
    let mut message = message(body, false);
    message.edited_at = Some(AT);
    Change::EditMessage { message, template: body.into() }
}

fn channel() -> Box<Channel> {
    Box::new(Channel {
        id: PLACE,
        community_id: None,
        name: "c".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: 0,
        members: vec![],
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::default(),
        archived: false,
        slow_mode_s: 0,
        created_at: AT,
    })
}

fn webhook() -> Change {
    let webhook = Webhook {
        id: WebhookId(Uuid::from_u128(3)),
        channel_id: PLACE,
        name: "w".into(),
        avatar_url: None,
        url: None,
        created_by: PERSON,
        created_at: AT,
    };
    Change::AddWebhook { webhook, token_hash: vec![1], user: user(true) }
}

fn invite() -> Change {
    Change::AddInvite {
        id: InviteId(Uuid::from_u128(4)),
        code: "code".into(),
        by: PERSON,
        addressee: None,
        max_uses: None,
        expires_at: None,
        at: AT,
    }
}

fn spent() -> Change {
    let key = DuplicateKey { author: PERSON, key: "channels:k".into() };
    Change::SpendKey(SpentKey { key, object: Uuid::from_u128(5), fingerprint: 6, at: AT })
}

fn community() -> Change {
    Change::AddCommunity {
        id: CommunityId(Uuid::from_u128(9)),
        name: "C".into(),
        slug: "c".into(),
        default_channel: PLACE,
        at: AT,
    }
}

fn update_community() -> Change {
    let (id, name) = (CommunityId(Uuid::from_u128(9)), Some("N".into()));
    Change::UpdateCommunity { id, name, slug: None, default_channel: None }
}

fn audit() -> Change {
    let (id, action, target_id) = (Uuid::from_u128(7), "member.ban", Some(PERSON.0));
    let details = vec![("reason", "spam".to_owned())];
    Change::Audit { id, actor: PERSON, action, target_type: "user", target_id, details, at: AT }
}

fn category() -> Category {
    let community_id = CommunityId(Uuid::from_u128(9));
    Category { id: CategoryId(Uuid::from_u128(12)), community_id, name: "c".into(), position: 1 }
}

fn renamed() -> Change {
    Change::UpdateCategory { id: category().id, name: Some("d".into()), position: None }
}

fn moved() -> Change {
    Change::MoveChannel { id: PLACE, category_id: Some(category().id), position: 3 }
}

fn preferred() -> Change {
    let (notify, hidden) = (NotifyLevel::Mentions, true);
    Change::SetPreferences { user_id: PERSON, channel_id: PLACE, muted: true, notify, hidden }
}

/// A change of every kind, and the tables that it brings a row to.
fn every_change() -> Vec<(Change, &'static [&'static str])> {
    let user_id = PERSON;
    let all: Vec<(Change, &'static [&'static str])> = vec![
        (posted("a", false), &["messages"]),
        (calling(&[of_user(10)]), &["messages", "due_notices"]),
        (edited("b"), &["messages"]),
        (Change::DeleteMessage { id: MESSAGE, at: AT }, &["messages", "reactions"]),
        (Change::ClaimSystem { owner: PERSON, at: AT }, &["system_settings"]),
        (community(), &["communities"]),
        (update_community(), &["communities"]),
        (Change::DeleteCommunity { id: CommunityId(Uuid::from_u128(9)), at: AT }, &["communities"]),
        (Change::RevokeInvite { id: InviteId(Uuid::from_u128(4)), at: AT }, &["invites"]),
        (Change::AddMember { user_id, role: Role::Member, joined_at: AT }, &["community_members"]),
        (
            Change::RemoveMember { user_id },
            &["community_members", "channel_members", "member_roles", "channel_overwrites"],
        ),
        (Change::Mute { user_id, until: None }, &["community_members"]),
        (Change::Ban { user_id, actor: PERSON, reason: None, at: AT }, &["bans"]),
        (Change::Unban { user_id }, &["bans"]),
        (Change::AddChannel { channel: channel(), by: PERSON }, &["channels"]),
        (
            Change::UpdateChannel {
                id: PLACE,
                name: None,
                topic: None,
                visibility: Some(Visibility::Private),
            },
            &["channels"],
        ),
        (moved(), &["channels"]),
        (Change::ArchiveChannel { id: PLACE, at: Some(AT) }, &["channels"]),
        (Change::DeleteChannel { id: PLACE }, &["channels"]),
        (Change::AddCategory { category: category() }, &["channel_categories"]),
        (renamed(), &["channel_categories"]),
        (Change::RemoveCategory { id: CategoryId(Uuid::from_u128(12)) }, &["channel_categories"]),
        (Change::AddDm { channel: channel(), by: PERSON }, &["direct_messages"]),
        (Change::NameGroup { id: PLACE, name: "n".into() }, &["direct_messages"]),
        (Change::JoinChannel { channel_id: PLACE, user_id, at: AT }, &["channel_members"]),
        (Change::LeaveChannel { channel_id: PLACE, user_id }, &["channel_members"]),
        (invite(), &["invites"]),
        (Change::UseInvite { code: "code".into() }, &["invites"]),
        (webhook(), &["webhooks"]),
        (Change::RemoveWebhook { id: WebhookId(Uuid::from_u128(3)) }, &["webhooks"]),
        (spent(), &["mutations"]),
        (Change::RequestJob(JobRequest::DeleteChannel { channel_id: PLACE }), &["job_requests"]),
        (audit(), &["audit_log"]),
        (Change::AddReaction { message_id: MESSAGE, emoji: "👍".into(), user_id, at: AT }, &["reactions"]),
        (Change::RemoveReaction { message_id: MESSAGE, emoji: "👍".into(), user_id }, &["reactions"]),
        (preferred(), &["channel_preferences"]),
        (
            Change::MarkRead { user_id, channel_id: PLACE, message_id: MESSAGE },
            &["read_markers", "notifications"],
        ),
        (told(), &["notifications"]),
        (profile("Ann", true), &["users"]),
        (Change::SetDeactivated { user_id, at: Some(AT) }, &["users"]),
        (Change::Block { user_id, blocked: UserId(Uuid::from_u128(10)), at: AT }, &["blocks"]),
        (Change::Unblock { user_id, blocked: UserId(Uuid::from_u128(10)) }, &["blocks"]),
        (Change::ReadNotifications { user_id, ids: vec![notice(11)], at: AT }, &["notifications"]),
        (Change::ReadNotificationsBefore { user_id, newest: notice(11), at: AT }, &["notifications"]),
    ];
    let all: Vec<_> = all.into_iter().chain(changes_of_roles()).collect();
    for (change, _) in &all {
        // A new kind of change does not compile until it stands here, and so in the list above.
        match change {
            Change::AddMember { .. } | Change::RemoveMember { .. } | Change::Mute { .. } => {}
            Change::Ban { .. } | Change::Unban { .. } => {}
            Change::AddChannel { .. } | Change::UpdateChannel { .. } => {}
            Change::MoveChannel { .. } | Change::ArchiveChannel { .. } | Change::DeleteChannel { .. } => {}
            Change::AddCategory { .. } | Change::UpdateCategory { .. } | Change::RemoveCategory { .. } => {}
            Change::AddDm { .. } | Change::NameGroup { .. } => {}
            Change::JoinChannel { .. } | Change::LeaveChannel { .. } => {}
            Change::AddInvite { .. } | Change::UseInvite { .. } => {}
            Change::AddWebhook { .. } | Change::RemoveWebhook { .. } => {}
            Change::SpendKey(_) | Change::Audit { .. } => {}
            Change::RequestJob(_) => {}
            Change::AddReaction { .. } | Change::RemoveReaction { .. } => {}
            Change::MarkRead { .. } | Change::SetPreferences { .. } => {}
            Change::AddNotification { .. } => {}
            Change::UpdateProfile { .. } | Change::SetDeactivated { .. } => {}
            Change::Block { .. } | Change::Unblock { .. } => {}
            Change::ReadNotifications { .. } | Change::ReadNotificationsBefore { .. } => {}
            Change::InsertMessage { .. } | Change::EditMessage { .. } | Change::DeleteMessage { .. } => {}
            Change::ClaimSystem { .. } | Change::AddCommunity { .. } => {}
            Change::UpdateCommunity { .. } | Change::DeleteCommunity { .. } => {}
            Change::RevokeInvite { .. } => {}
            Change::AddRole { .. } | Change::UpdateRole { .. } | Change::RemoveRole { .. } => {}
            Change::SetRole { .. } | Change::SetNickname { .. } | Change::SetMemberRoles { .. } => {}
            Change::SetOverwrite(_) | Change::RemoveOverwrite { .. } => {}
        }
    }
    all
}

/// The part of [`every_change`] about custom roles and overwrites.
fn changes_of_roles() -> Vec<(Change, &'static [&'static str])> {
    let (user_id, channel_id, id) = (PERSON, PLACE, RoleId(Uuid::from_u128(12)));
    let permissions = vec![Permission::ViewChannel, Permission::ViewAudit];
    let community_id = CommunityId(Uuid::from_u128(9));
    let role =
        CustomRole { id, community_id, name: "R".into(), permissions: permissions.clone(), position: 1 };
    let update = Change::UpdateRole { id, name: None, permissions: Some(Permissions::NONE), position: None };
    let overwrite = Overwrite {
        channel_id,
        target_id: id.0,
        target_type: OverwriteTarget::Role,
        allow: permissions,
        deny: vec![],
    };
    vec![
        (Change::AddRole { role: Box::new(role), at: AT }, &["roles"]),
        (update, &["roles"]),
        (Change::RemoveRole { id }, &["roles", "channel_overwrites"]),
        (Change::SetRole { user_id, role: Role::Admin }, &["community_members"]),
        (Change::SetNickname { user_id, nickname: Some("n".into()) }, &["community_members"]),
        (Change::SetMemberRoles { user_id, roles: vec![id] }, &["member_roles"]),
        (Change::SetOverwrite(Box::new(overwrite)), &["channel_overwrites"]),
        (Change::RemoveOverwrite { channel_id, target_id: id.0 }, &["channel_overwrites"]),
    ]
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

/// The notifier has nothing to do for what mentions its author alone, a channel, or everybody who is there.
#[test]
fn a_new_message_is_due_where_it_mentions_others() {
    let channel = Mention { kind: MentionType::Channel, target_id: Some(Uuid::from_u128(10)) };
    let (author, other) = (of_user(1), of_user(10));
    let cases: [(&[Mention], bool); 5] = [
        (&[], false),
        (&[author], false),
        (&[channel], false),
        (&[other], true),
        (&[author, channel, other], true),
    ];
    for (mentions, expected) in cases {
        let rows = rows_of("due_notices", vec![calling(mentions)]);
        assert_eq!((rows.len(), leaves_due(&calling(mentions))), (usize::from(expected), expected));
        assert!(rows.iter().all(|row| row["message_id"] == json!(MESSAGE) && row["created_at"] == json!(AT)));
    }
    let mut improved = message("b", false);
    improved.mentions.push(other);
    let improved = Change::EditMessage { message: improved, template: "b".into() };
    assert!(!leaves_due(&improved) && rows_of("due_notices", vec![improved]).is_empty(), "edits tell no one");
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
