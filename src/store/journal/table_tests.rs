//! What no compiler sees in the tables of a community's append: a change without a row, a write past the fence, a row written twice.

use ajet_domain::journal::DuplicateKey;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{
    Channel, ChannelId, ChannelType, InviteId, Role, Timestamp, Unread, User, UserId, Visibility, Webhook,
    WebhookId,
};
use uuid::Uuid;

use super::*;

const AT: Timestamp = Timestamp::FAR;
const PERSON: UserId = UserId(Uuid::from_u128(1));
const PLACE: ChannelId = ChannelId(Uuid::from_u128(2));

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
        created_at: AT,
    })
}

fn webhook() -> Change {
    let user = User {
        id: PERSON,
        username: "w".into(),
        display_name: "w".into(),
        avatar_url: None,
        status_text: None,
        bot: true,
        created_at: AT,
    };
    let webhook = Webhook {
        id: WebhookId(Uuid::from_u128(3)),
        channel_id: PLACE,
        name: "w".into(),
        avatar_url: None,
        url: None,
        created_by: PERSON,
        created_at: AT,
    };
    Change::AddWebhook { webhook, token_hash: vec![1], user }
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

fn audit() -> Change {
    let (id, action) = (Uuid::from_u128(7), "member.ban");
    Change::Audit { id, actor: PERSON, action, person: None, reason: None, at: AT }
}

/// A change of every kind, and the tables that it brings a row to.
fn every_change() -> Vec<(Change, &'static [&'static str])> {
    let user_id = PERSON;
    let all: Vec<(Change, &'static [&'static str])> = vec![
        (Change::AddMember { user_id, role: Role::Member, joined_at: AT }, &["community_members"]),
        (Change::RemoveMember { user_id }, &["community_members", "channel_members"]),
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
        (Change::JoinChannel { channel_id: PLACE, user_id, at: AT }, &["channel_members"]),
        (Change::LeaveChannel { channel_id: PLACE, user_id }, &["channel_members"]),
        (invite(), &["invites"]),
        (Change::UseInvite { code: "code".into() }, &["invites"]),
        (webhook(), &["webhooks"]),
        (Change::RemoveWebhook { id: WebhookId(Uuid::from_u128(3)) }, &["webhooks"]),
        (spent(), &["mutations"]),
        (audit(), &["audit_log"]),
    ];
    for (change, _) in &all {
        // A new kind of change does not compile until it stands here, and so in the list above.
        match change {
            Change::AddMember { .. } | Change::RemoveMember { .. } | Change::Mute { .. } => {}
            Change::Ban { .. } | Change::Unban { .. } => {}
            Change::AddChannel { .. } | Change::UpdateChannel { .. } => {}
            Change::JoinChannel { .. } | Change::LeaveChannel { .. } => {}
            Change::AddInvite { .. } | Change::UseInvite { .. } => {}
            Change::AddWebhook { .. } | Change::RemoveWebhook { .. } => {}
            Change::SpendKey(_) | Change::Audit { .. } => {}
        }
    }
    all
}

#[test]
fn every_change_brings_a_row_to_its_tables() {
    for (change, expected) in every_change() {
        let rows = Rows::of(std::slice::from_ref(&change));
        let touched: Vec<&str> = (0..TABLES.len())
            .filter(|table| (rows.touched() >> table) & 1 == 1)
            .map(|table| TABLES[table].name)
            .collect();
        assert_eq!(touched.len(), expected.len(), "{change:?}: {touched:?}");
        assert!(expected.iter().all(|table| touched.contains(table)), "{change:?}: {touched:?}");
    }
}

#[test]
fn every_table_reads_its_rows_and_writes_behind_the_fence() {
    for table in TABLES {
        assert_eq!(table.sql.matches("$rows").count(), 1, "{}: one bind", table.name);
        assert!(table.sql.contains("from admitted a"), "{}: behind the fence", table.name);
        for statement in ["insert into", "update ", "delete from"] {
            for (at, _) in table.sql.match_indices(statement) {
                let cte = table.sql[at..].split("\n)").next().unwrap_or_default();
                let bound = cte.contains("admitted") || cte.contains("_rows");
                assert!(bound, "{}: writes past the fence: {cte}", table.name);
            }
        }
    }
}

/// Of two operations on one row the later one stands: an upsert and a deletion in one statement would leave the row there.
#[test]
fn one_append_touches_a_row_once() {
    let ban = Change::Ban { user_id: PERSON, actor: PERSON, reason: None, at: AT };
    let rows = Rows::of(&[ban, Change::Unban { user_id: PERSON }]);
    let binds: Vec<_> = rows.binds().collect();
    assert_eq!(binds.len(), 1);
    assert_eq!(binds[0].0.len(), 1, "{:?}", binds[0].0);
    assert_eq!(binds[0].0[0]["op"], "lift");
}
