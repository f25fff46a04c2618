//! Decisions of a channel: a table of who may do what, and laws that hold for any run of commands.

use std::collections::HashMap;

use ajet_protocol::mint::Mint;
use ajet_protocol::{
    ChannelId, CommunityId, Event, Message, MessageId, Permissions, Role, Timestamp, User, UserId, limits,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::{Answer, Author, Change, ChannelCore, Command, Facts, Refusal};
use crate::writer::{Core, Turn};
use crate::{Draft, Standing, Universe};

struct At(u64);

impl Universe for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0)
    }
    fn entropy(&mut self) -> u64 {
        7
    }
}

fn user(n: u128) -> User {
    User {
        id: UserId(Uuid::from_u128(n)),
        username: format!("u{n}"),
        display_name: format!("U{n}"),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn member(role: Role) -> Standing {
    Standing {
        acl_version: 1,
        in_community: true,
        in_channel: true,
        sees_channel: true,
        permissions: Permissions::of_role(role),
        muted_until: None,
    }
}

fn facts(standings: &[(u128, Standing)]) -> Facts {
    let standings = standings.iter().map(|(n, standing)| (UserId(Uuid::from_u128(*n)), *standing)).collect();
    Facts { acl_version: 1, standings, ..Facts::default() }
}

fn core() -> ChannelCore {
    ChannelCore::new(ChannelId(Uuid::from_u128(50)), CommunityId(Uuid::from_u128(60)), Mint::above(1, None))
}

fn post(by: u128, key: &str, body: &str) -> Command {
    let author = Author::Person(user(by));
    Command::Post {
        author,
        key: key.into(),
        fingerprint: body.len() as i64,
        draft: Draft::compose(&body.into()).expect("shows something"),
        parent_id: None,
    }
}

fn decide(core: &mut ChannelCore, command: &Command, facts: &Facts, at: u64) -> Result<Answer, Refusal> {
    let decided = core
        .decide(command, &mut Turn { facts, seq: 1, universe: &mut At(at) })
        .map(|decision| decision.answer);
    core.settle(decided.is_ok());
    decided
}

fn posted(core: &mut ChannelCore, facts: &Facts, at: u64) -> Message {
    match decide(core, &post(1, "k", "hello"), facts, at) {
        Ok(Answer::Posted(message)) => *message,
        other => panic!("{other:?}"),
    }
}

fn reply(parent: MessageId, key: &str) -> Command {
    match post(1, key, "reply") {
        Command::Post { author, key, fingerprint, draft, .. } => {
            Command::Post { author, key, fingerprint, draft, parent_id: Some(parent) }
        }
        other => other,
    }
}

fn edit(by: u128, id: MessageId) -> Command {
    Command::Edit {
        by: UserId(Uuid::from_u128(by)),
        message_id: id,
        draft: Draft::compose(&"new".into()).expect("shows something"),
    }
}

#[test]
fn who_may_post() {
    let stranger = Standing::default();
    let outside = Standing { in_channel: false, ..member(Role::Member) };
    let hidden = Standing { in_channel: false, sees_channel: false, ..member(Role::Admin) };
    let muted = Standing { muted_until: Some(Timestamp::from_unix_millis(2_000)), ..member(Role::Member) };
    let silenced = Standing { permissions: Permissions::NONE, ..member(Role::Member) };
    let table = [
        (member(Role::Member), None),
        (member(Role::Owner), None),
        (stranger, Some(Refusal::NotFound)),
        (hidden, Some(Refusal::NotFound)),
        (outside, Some(Refusal::NotJoined)),
        (muted, Some(Refusal::Muted)),
        (silenced, Some(Refusal::Forbidden)),
    ];
    for (standing, refusal) in table {
        let decided = decide(&mut core(), &post(1, "k", "x"), &facts(&[(1, standing)]), 1_000);
        assert_eq!(decided.err(), refusal, "{standing:?}");
    }
    assert_eq!(
        decide(&mut core(), &post(1, "k", "x"), &facts(&[(1, muted)]), 2_001).err(),
        None,
        "the mute is over"
    );
}

#[test]
fn who_may_edit_and_until_when() {
    let mut facts = facts(&[(1, member(Role::Member)), (2, member(Role::Owner))]);
    let window = limits::EDIT_WINDOW_SECONDS * 1000;
    let mut channel = core();
    let message = posted(&mut channel, &facts, 1_000);
    let id = message.id;
    facts.messages.insert(id, message);
    assert_eq!(
        decide(&mut channel, &edit(2, id), &facts, 1_000).err(),
        Some(Refusal::Forbidden),
        "not even the owner"
    );
    assert_eq!(decide(&mut channel, &edit(1, id), &facts, 1_000 + window).err(), None);
    assert_eq!(
        decide(&mut channel, &edit(1, id), &facts, 1_001 + window).err(),
        Some(Refusal::EditWindowClosed)
    );
    let unknown = MessageId(Uuid::nil());
    assert_eq!(decide(&mut channel, &edit(1, unknown), &facts, 1_000).err(), Some(Refusal::NotFound));
}

#[test]
fn who_may_delete() {
    let delete = |by: u128, id| Command::Delete { by: UserId(Uuid::from_u128(by)), message_id: id };
    let facts = facts(&[(1, member(Role::Member)), (2, member(Role::Member)), (3, member(Role::Admin))]);
    let mut channel = core();
    let id = posted(&mut channel, &facts, 1_000).id;
    assert_eq!(decide(&mut channel, &delete(2, id), &facts, 1_000).err(), Some(Refusal::Forbidden));
    assert_eq!(decide(&mut channel, &delete(3, id), &facts, 1_000), Ok(Answer::Deleted));
}

#[test]
fn threads_are_one_level_deep() {
    let mut facts = facts(&[(1, member(Role::Member))]);
    let mut channel = core();
    let id = posted(&mut channel, &facts, 1_000).id;
    let Ok(Answer::Posted(first)) = decide(&mut channel, &reply(id, "r1"), &facts, 1_000) else {
        panic!("a reply")
    };
    facts.messages.insert(first.id, (*first).clone());
    assert_eq!(
        decide(&mut channel, &reply(first.id, "r2"), &facts, 1_000).err(),
        Some(Refusal::ParentIsReply)
    );
    let elsewhere = MessageId(Uuid::from_u128(9));
    assert_eq!(
        decide(&mut channel, &reply(elsewhere, "r3"), &facts, 1_000).err(),
        Some(Refusal::ParentUnknown)
    );
}

#[test]
fn a_deletion_carries_no_text() {
    let facts = facts(&[(1, member(Role::Member))]);
    let mut channel = core();
    let id = posted(&mut channel, &facts, 1_000).id;
    let command = Command::Delete { by: UserId(Uuid::from_u128(1)), message_id: id };
    let decision =
        channel.decide(&command, &mut Turn { facts: &facts, seq: 2, universe: &mut At(1_000) }).expect("may");
    assert_eq!(decision.events[0].payload.get(), format!(r#"{{"message_id":"{id}"}}"#));
}

/// What a reader of events knows, built from events alone.
fn reader(events: &[Event]) -> HashMap<MessageId, Option<String>> {
    let mut view = HashMap::new();
    for event in events {
        match event {
            Event::MessageCreated(one) | Event::MessageEdited(one) => {
                view.insert(one.message.id, Some(one.message.body_md.clone()));
            }
            Event::MessageDeleted(gone) => drop(view.insert(gone.message_id, None)),
            _ => {}
        }
    }
    view
}

/// What the store keeps, built from changes alone.
fn rows(changes: &[Change]) -> HashMap<MessageId, Option<String>> {
    let mut rows: HashMap<MessageId, Option<String>> = HashMap::new();
    for change in changes {
        match change {
            Change::Insert { message, .. } | Change::Edit { message, .. } => {
                rows.insert(message.id, Some(message.body_md.clone()));
            }
            Change::Delete { id, .. } => drop(rows.insert(*id, None)),
        }
    }
    rows
}

proptest! {
    /// I7: a reader of the events ends with what the store has; and a retry with the same key changes nothing.
    #[test]
    fn events_and_rows_tell_the_same_story(script in prop::collection::vec((0_u8..4, 0_usize..6), 1..60)) {
        let mut facts = facts(&[(1, member(Role::Owner))]);
        let (mut channel, mut seq) = (core(), 1);
        let (mut events, mut changes, mut ids): (Vec<Event>, Vec<Change>, Vec<MessageId>) = (vec![], vec![], vec![]);
        for (step, (what, which)) in script.into_iter().enumerate() {
            let target = ids.get(which % ids.len().max(1)).copied().unwrap_or(MessageId(Uuid::nil()));
            let by = UserId(Uuid::from_u128(1));
            let command = match what {
                0 => Command::Delete { by, message_id: target },
                1 => Command::Edit { by, message_id: target, draft: Draft::compose(&format!("edit {step}").into()).expect("shows something") },
                _ => post(1, &format!("k{which}"), "body"),
            };
            let turn = &mut Turn { facts: &facts, seq, universe: &mut At(1_000) };
            let Ok(decision) = channel.decide(&command, turn) else { continue };
            prop_assert_eq!(decision.events.len(), decision.changes.len());
            for event in decision.events {
                prop_assert_eq!(event.seq, Some(seq));
                seq += 1;
                events.extend(event.event().expect("decodes"));
            }
            // What a real activation would look up: the messages that are no longer in its cache.
            for change in &decision.changes {
                match change {
                    Change::Insert { message, .. } | Change::Edit { message, .. } => {
                        facts.messages.insert(message.id, (**message).clone());
                    }
                    Change::Delete { id, .. } => drop(facts.messages.entry(*id).and_modify(|one| one.deleted = true)),
                }
            }
            changes.extend(decision.changes);
            if let Answer::Posted(message) = decision.answer {
                ids.push(message.id);
            }
            // Now and then the batch goes out; what is decided before and after must not differ.
            if which % 2 == 0 {
                channel.settle(true);
            }
        }
        prop_assert_eq!(reader(&events), rows(&changes));
        let keys: Vec<_> = events.iter().filter_map(key_of).collect();
        let mut unique = keys.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(keys.len(), unique.len());
    }
}

fn key_of(event: &Event) -> Option<String> {
    match event {
        Event::MessageCreated(created) => Some(created.message.client_mutation_id.clone()),
        _ => None,
    }
}

#[test]
fn what_did_not_become_durable_is_forgotten() {
    let facts = facts(&[(1, member(Role::Member))]);
    let mut channel = core();
    let first =
        channel.decide(&post(1, "k", "one"), &mut Turn { facts: &facts, seq: 1, universe: &mut At(1_000) });
    let first: Option<Message> = match first.expect("may").answer {
        Answer::Posted(message) => Some(*message),
        _ => None,
    };
    channel.settle(false);
    let again = decide(&mut channel, &post(1, "k", "one"), &facts, 1_000).expect("may");
    assert!(matches!(again, Answer::Posted(message) if Some(message.id) != first.map(|one| one.id)));
    let replay = decide(&mut channel, &post(1, "k", "one"), &facts, 1_000).expect("may");
    assert!(matches!(replay, Answer::Replayed(_)));
    assert_eq!(decide(&mut channel, &post(1, "k", "three"), &facts, 1_000).err(), Some(Refusal::KeyReused));
}

/// M1: an edit answers with the message as it is now, whatever this activation remembers of it.
#[test]
fn an_edit_says_how_many_replies_there_are() {
    let mut facts = facts(&[(1, member(Role::Member))]);
    let mut channel = core();
    let message = posted(&mut channel, &facts, 1_000);
    let needs = channel.needs(&[&edit(1, message.id)], false);
    assert_eq!(needs.messages, [message.id], "an edit reads its message, remembered or not");
    facts.messages.insert(message.id, Message { reply_count: 3, ..message.clone() });
    let mut turn = Turn { facts: &facts, seq: 2, universe: &mut At(1_000) };
    let Answer::Posted(fresh) = channel.decide(&reply(message.id, "r"), &mut turn).expect("may").answer
    else {
        panic!("a reply")
    };
    let edited = channel.decide(&edit(1, message.id), &mut turn).expect("may");
    assert!(
        matches!(edited.answer, Answer::Edited(one) if one.reply_count == 4),
        "and one in this very batch"
    );
    assert!(!edited.events[0].payload.get().contains("reply_count"), "events leave it to the reader");
    let delete = Command::Delete { by: UserId(Uuid::from_u128(1)), message_id: fresh.id };
    channel.decide(&delete, &mut turn).expect("may");
    let again = channel.decide(&edit(1, message.id), &mut turn).expect("may");
    assert!(matches!(again.answer, Answer::Edited(one) if one.reply_count == 3));
}

/// H2: what the bus could never take is refused before it is appended.
#[test]
fn no_event_is_larger_than_the_bus_takes() {
    let facts = facts(&[(1, member(Role::Member))]);
    let (mut channel, huge) = (core(), "x".repeat(limits::EVENT_BYTES));
    let command = match post(1, "k", "hello") {
        Command::Post { author, key, fingerprint, draft, parent_id } => {
            let draft = Draft { body_html: huge, ..draft };
            Command::Post { author, key, fingerprint, draft, parent_id }
        }
        other => other,
    };
    assert_eq!(decide(&mut channel, &command, &facts, 1_000).err(), Some(Refusal::TooLarge));
    posted(&mut channel, &facts, 1_000);
}

/// M7: a webhook has no rights of its own.
#[test]
fn a_webhook_posts_for_as_long_as_its_maker_may_manage_webhooks() {
    let by_hook = |key: &str| Command::Post {
        author: Author::Webhook { user: user(9), maker: UserId(Uuid::from_u128(2)) },
        key: key.into(),
        fingerprint: 1,
        draft: Draft::compose(&"alert".into()).expect("shows something"),
        parent_id: None,
    };
    let mut channel = core();
    assert_eq!(channel.needs(&[&by_hook("a")], false).standings, [UserId(Uuid::from_u128(2))]);
    let hidden = Standing { sees_channel: false, in_channel: false, ..member(Role::Admin) };
    for (standing, refusal) in [
        (member(Role::Admin), None),
        (member(Role::Member), Some(Refusal::WebhookOff)),
        (hidden, Some(Refusal::WebhookOff)),
        (Standing::default(), Some(Refusal::WebhookOff)),
    ] {
        let decided = decide(&mut channel, &by_hook("a"), &facts(&[(2, standing)]), 1_000);
        assert_eq!(decided.err(), refusal, "{standing:?}");
    }
}

/// M5: an activation that holds nothing costs nothing, and one that holds much knows it without the texts.
#[test]
fn what_is_remembered_of_a_message_is_small() {
    assert!(std::mem::size_of::<super::core::Head>() <= 64);
}

#[test]
fn everybody_is_called_only_by_who_may() {
    let may_not = Standing {
        permissions: Permissions::of(&[ajet_protocol::Permission::SendMessages]),
        ..member(Role::Member)
    };
    for (standing, mentions) in [(member(Role::Member), 1), (may_not, 0)] {
        let facts = facts(&[(1, standing)]);
        let Ok(Answer::Posted(message)) = decide(&mut core(), &post(1, "k", "@<here> look"), &facts, 1)
        else {
            panic!("is posted all the same");
        };
        assert_eq!(message.mentions.len(), mentions);
        assert!(message.body_html.contains("@here"));
    }
}
