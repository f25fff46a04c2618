//! Decisions of a channel: a table of who may do what, and laws that hold for any run of commands.

mod announce;
mod attachments;
mod dms;
mod mentions;
mod moderation;
mod polls;
mod previews;
mod reactions;
mod slow_mode;
mod threads;

use std::collections::{HashMap, HashSet};

use ajet_protocol::events::MessagePayload;
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    Audience, ChannelId, CommunityId, Event, EventId, Message, MessageId, Permission, Permissions, Role,
    Timestamp, User, UserId, limits,
};
use proptest::prelude::*;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::edit::Refused as NotEdited;
use super::post::Refused as NotPosted;
use super::{Change, ChannelCore, Delete, Edit, Head, Post, Silenced};
use crate::journal::DuplicateKey;
use crate::need::{Facts, Find, MessageOf, Needs, PriorResult, ReactionOf, StandingOf};
use crate::verb::{Decided, Made, Verb};
use crate::writer::{Core, Turn};
use crate::{Asked, Caller, Denied, Draft, Emit, Key, Numbered, Rank, Standing, Universe, Via, addressed};

const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(50));

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
        archived: false,
        slow_mode_s: 0,
        permissions: Permissions::of_role(role),
        muted_until: None,
        rank: Rank::None,
    }
}

fn core() -> ChannelCore {
    ChannelCore::new(CHANNEL, Some(CommunityId(Uuid::from_u128(60))), Mint::above(1, None))
}

/// A channel and what is stored of it.
struct Room {
    core: ChannelCore,
    standings: HashMap<UserId, Standing>,
    stored: HashMap<MessageId, Message>,
    reacted: HashSet<ReactionOf>,
    /// What the batch at hand has asked, and what it has decided.
    needs: Needs,
    tentative: Vec<Change>,
    seq: u64,
}

impl Room {
    fn with(standings: &[(u128, Standing)]) -> Self {
        Self {
            core: core(),
            standings: standings.iter().map(|(n, standing)| (user(*n).id, *standing)).collect(),
            stored: HashMap::new(),
            reacted: HashSet::new(),
            needs: Needs::default(),
            tentative: Vec::new(),
            seq: 1,
        }
    }

    /// Looks up what the batch asks, and nothing else.
    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for one in &self.needs.standings {
            facts.put(*one, self.standings.get(&one.user).copied().unwrap_or_default());
        }
        for one in &self.needs.messages {
            facts.put(*one, self.stored.get(&one.0).cloned());
        }
        for one in &self.needs.heads {
            facts.put(*one, self.stored.get(&one.0).map(head));
        }
        for one in &self.needs.reactions {
            facts.put(one.clone(), self.stored_reaction(one));
        }
        self.needs.edit_windows.iter().for_each(|one| facts.put(*one, limits::EDIT_WINDOW_SECONDS));
        facts
    }

    /// Decides one more command of the batch, as a writer does.
    fn decide<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>, at: u64) -> Decided<V> {
        asked.verb.needs(&self.core, &asked.by, &mut self.needs);
        self.core.narrow(&mut self.needs);
        let (facts, mut universe) = (self.facts(), At(at));
        let mut turn = Turn {
            by: &asked.by,
            key: asked.key.as_ref(),
            facts: &facts,
            seq: self.seq,
            now: universe.now(),
            universe: &mut universe,
        };
        let decided = asked.verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        if let Ok(decision) = &decided {
            self.core.note(&decision.changes);
            self.tentative.extend_from_slice(&decision.changes);
            self.seq += decision.events.len() as u64;
        }
        decided
    }

    /// The batch became durable, or did not.
    fn settle(&mut self, committed: bool) {
        self.core.settle(committed);
        self.needs = Needs::default();
        for change in self.tentative.drain(..).filter(|_| committed) {
            match change {
                Change::InsertMessage { message, .. } | Change::EditMessage { message, .. } => {
                    self.stored.insert(message.id, *message);
                }
                Change::DeleteMessage { id, .. } => {
                    self.stored.get_mut(&id).expect("only a stored message is deleted").deleted = true;
                    self.reacted.retain(|one| one.message != id);
                }
                Change::AddReaction { message_id: message, user_id: user, emoji, .. } => {
                    assert!(self.reacted.insert(ReactionOf { message, user, emoji }), "is new");
                }
                Change::RemoveReaction { message_id: message, user_id: user, emoji } => {
                    assert!(self.reacted.remove(&ReactionOf { message, user, emoji }), "is there");
                }
                other => panic!("no row of a message: {other:?}"),
            }
        }
    }

    /// Decides a command as a batch of its own.
    fn alone<V: Verb<Entity = ChannelCore>>(
        &mut self,
        asked: &Asked<V>,
        at: u64,
    ) -> Result<V::Answer, V::Refusal> {
        let decided = self.decide(asked, at).map(|decision| decision.answer);
        self.settle(decided.is_ok());
        decided
    }

    fn posted(&mut self, asked: &Asked<Post>) -> Message {
        message_of(self.alone(asked, 1_000).expect("may post"))
    }

    /// What the core knows that person 1 made under a key.
    fn prior(&self, key: &str) -> Option<PriorResult> {
        let key = DuplicateKey::of_message(user(1).id, key);
        self.core.prior(&key, &Facts::default())
    }
}

fn head(message: &Message) -> Head {
    Head {
        author: message.author.id,
        parent_id: message.parent_id,
        created_at: message.created_at,
        deleted: message.deleted,
    }
}

fn message_of(answer: Made<Box<RawValue>>) -> Message {
    match answer {
        Made::New(payload) => {
            let payload: MessagePayload = serde_json::from_str(payload.get()).expect("the event's payload");
            payload.message.into()
        }
        Made::Before(id) => panic!("no new message, but {id}"),
    }
}

fn draft(body: &str) -> Draft {
    Draft::compose(&body.into()).expect("shows something")
}

fn asked<V>(by: u128, verb: V) -> Asked<V> {
    Asked { by: Caller::session(user(by)), key: None, verb }
}

fn post(by: u128, key: &str, body: &str) -> Asked<Post> {
    let key = Key { text: key.into(), fingerprint: body.len() as i64, former: None };
    Asked { key: Some(key), ..asked(by, Post::of(draft(body))) }
}

fn reply(parent: MessageId, key: &str) -> Asked<Post> {
    post(1, key, "reply").map(|post| Post { parent_id: Some(parent), ..post })
}

fn edit(by: u128, message_id: MessageId, body: &str) -> Asked<Edit> {
    asked(by, Edit { message_id, draft: draft(body) })
}

fn delete(by: u128, message_id: MessageId) -> Asked<Delete> {
    asked(by, Delete { message_id })
}

#[test]
fn who_may_post() {
    let stranger = Standing::default();
    let outside = Standing { in_channel: false, ..member(Role::Member) };
    let hidden = Standing { in_channel: false, sees_channel: false, ..member(Role::Admin) };
    let muted = Standing { muted_until: Some(Timestamp::from_unix_millis(2_000)), ..member(Role::Member) };
    let silenced = Standing { permissions: Permissions::NONE, ..member(Role::Member) };
    let archived = Standing { archived: true, ..member(Role::Owner) };
    let table: [(Standing, Option<NotPosted>); 8] = [
        (archived, Some(Silenced::Archived.into())),
        (member(Role::Member), None),
        (member(Role::Owner), None),
        (stranger, Some(Denied::NotFound.into())),
        (hidden, Some(Denied::NotFound.into())),
        (outside, Some(Silenced::NotJoined.into())),
        (muted, Some(Silenced::Muted.into())),
        (silenced, Some(Silenced::MayNotPost.into())),
    ];
    for (standing, refusal) in table {
        let decided = Room::with(&[(1, standing)]).alone(&post(1, "k", "x"), 1_000);
        assert_eq!(decided.err(), refusal, "{standing:?}");
    }
    let decided = Room::with(&[(1, muted)]).alone(&post(1, "k", "x"), 2_001);
    assert_eq!(decided.err(), None, "the mute is over");
}

#[test]
fn a_token_posts_only_within_its_scopes() {
    let post_by_token = |scopes: Permissions| {
        let by = Caller { via: Via::Token, scopes: Some(scopes), ..Caller::session(user(1)) };
        let asked = Asked { by, ..post(1, "k", "x") };
        Room::with(&[(1, member(Role::Owner))]).alone(&asked, 1_000).err()
    };
    assert_eq!(post_by_token(Permissions::of(&[Permission::SendMessages])), None);
    assert_eq!(post_by_token(Permissions::NONE), Some(Silenced::MayNotPost.into()));
}

#[test]
fn who_may_edit_and_until_when() {
    let window = limits::EDIT_WINDOW_SECONDS * 1000;
    let mut room = Room::with(&[(1, member(Role::Member)), (2, member(Role::Owner))]);
    let id = room.posted(&post(1, "k", "hello")).id;
    assert_eq!(
        room.alone(&edit(2, id, "new"), 1_000).err(),
        Some(Denied::Forbidden.into()),
        "not even the owner"
    );
    assert_eq!(room.alone(&edit(1, id, "new"), 1_000 + window).err(), None);
    assert_eq!(room.alone(&edit(1, id, "new"), 1_001 + window).err(), Some(NotEdited::WindowClosed));
    let unknown = MessageId(Uuid::nil());
    assert_eq!(room.alone(&edit(1, unknown, "new"), 1_000).err(), Some(Denied::NotFound.into()));
    room.alone(&delete(1, id), 1_000).expect("may delete");
    assert_eq!(room.alone(&edit(1, id, "new"), 1_000).err(), Some(NotEdited::Gone));
}

/// What is there can still be taken away.
#[test]
fn an_archived_channel_takes_no_edits_and_lets_go_of_messages() {
    let mut room = Room::with(&[(1, member(Role::Member)), (2, member(Role::Admin))]);
    let (first, second) = (room.posted(&post(1, "k", "hello")).id, room.posted(&post(1, "l", "there")).id);
    for standing in room.standings.values_mut() {
        standing.archived = true;
    }
    assert_eq!(room.alone(&edit(1, first, "new"), 1_000).err(), Some(Silenced::Archived.into()));
    assert!(room.alone(&delete(2, first), 1_000).is_ok() && room.alone(&delete(1, second), 1_000).is_ok());
}

#[test]
fn who_may_delete() {
    let standings = [(1, member(Role::Member)), (2, member(Role::Member)), (3, member(Role::Admin))];
    let mut room = Room::with(&standings);
    let id = room.posted(&post(1, "k", "hello")).id;
    assert_eq!(room.alone(&delete(2, id), 1_000), Err(Denied::Forbidden));
    assert_eq!(room.alone(&delete(3, id), 1_000), Ok(()));
    let again = room.decide(&delete(3, id), 1_000).expect("may");
    assert_eq!((again.events.len(), again.changes.len()), (0, 0), "again changes nothing");
}

#[test]
fn threads_are_one_level_deep() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let id = room.posted(&post(1, "k", "hello")).id;
    let first = room.posted(&reply(id, "r1")).id;
    assert_eq!(room.alone(&reply(first, "r2"), 1_000).err(), Some(NotPosted::ParentIsReply));
    let elsewhere = MessageId(Uuid::from_u128(9));
    assert_eq!(room.alone(&reply(elsewhere, "r3"), 1_000).err(), Some(NotPosted::ParentUnknown));
    room.core = core();
    assert_eq!(
        room.alone(&reply(first, "r2"), 1_000).err(),
        Some(NotPosted::ParentIsReply),
        "whether the parent is remembered or looked up"
    );
}

#[test]
fn a_deletion_carries_no_text() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let id = room.posted(&post(1, "k", "hello")).id;
    let decision = room.decide(&delete(1, id), 1_000).expect("may");
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
            Change::InsertMessage { message, .. } | Change::EditMessage { message, .. } => {
                rows.insert(message.id, Some(message.body_md.clone()));
            }
            Change::DeleteMessage { id, .. } => drop(rows.insert(*id, None)),
            other => panic!("no row of a message: {other:?}"),
        }
    }
    rows
}

/// An event as its readers decode it.
fn read(room: &Room, emit: Emit, seq: u64) -> Event {
    let (id, at) = (EventId(Uuid::nil()), Timestamp::from_unix_millis(1_000));
    let numbered = Numbered { id, seq, at, actor: user(1).id };
    let one = addressed(room.core.place(), emit, numbered).expect("has a channel");
    one.event.event().expect("decodes").expect("of a known type")
}

/// The key of an event that creates a message, with the number that the message carries.
fn created_by(event: &Event) -> Option<(String, u64)> {
    match event {
        Event::MessageCreated(created) => {
            Some((created.message.client_mutation_id.clone(), created.message.seq))
        }
        _ => None,
    }
}

proptest! {
    /// I7: a reader of the events ends with what the store has; and a retry with the same key is known as one.
    #[test]
    fn events_and_rows_tell_the_same_story(script in prop::collection::vec((0_u8..4, 0_usize..6), 1..60)) {
        let mut room = Room::with(&[(1, member(Role::Owner))]);
        let (mut events, mut changes, mut ids): (Vec<Event>, Vec<Change>, Vec<MessageId>) = (vec![], vec![], vec![]);
        for (step, (what, which)) in script.into_iter().enumerate() {
            let target = ids.get(which % ids.len().max(1)).copied().unwrap_or(MessageId(Uuid::nil()));
            let (key, mut seq) = (format!("k{which}"), room.seq);
            let decided = match what {
                0 => room.decide(&delete(1, target), 1_000).ok().map(|one| one.map(|()| None)),
                1 => room.decide(&edit(1, target, &format!("edit {step}")), 1_000).ok().map(|one| one.map(|_| None)),
                // The writer answers a repetition itself.
                _ if room.prior(&key).is_some() => None,
                _ => room.decide(&post(1, &key, "body"), 1_000).ok().map(|one| one.map(Some)),
            };
            let Some(decision) = decided else { continue };
            prop_assert_eq!(decision.events.len(), decision.changes.len());
            prop_assert!(decision.raises.is_empty());
            for emit in decision.events {
                prop_assert_eq!(emit.channel, Some(CHANNEL));
                prop_assert_eq!(emit.audience, Some(Audience::Joined(CHANNEL)));
                let event = read(&room, emit, seq);
                prop_assert!(created_by(&event).is_none_or(|(_, own)| own == seq));
                events.push(event);
                seq += 1;
            }
            changes.extend(decision.changes);
            ids.extend(decision.answer.map(|answer| message_of(answer).id));
            // Now and then the batch goes out; what is decided before and after must not differ.
            if which % 2 == 0 {
                room.settle(true);
            }
        }
        prop_assert_eq!(reader(&events), rows(&changes));
        let keys: Vec<_> = events.iter().filter_map(created_by).map(|(key, _)| key).collect();
        let mut unique = keys.clone();
        unique.sort();
        unique.dedup();
        prop_assert_eq!(keys.len(), unique.len());
    }
}

#[test]
fn what_did_not_become_durable_is_forgotten() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let first = room.decide(&post(1, "k", "one"), 1_000).expect("may");
    let first = message_of(first.answer).id;
    let made = |id: MessageId| Some(PriorResult { object: id.0, fingerprint: 3 });
    assert_eq!(room.prior("k"), made(first), "the rest of the batch knows of it");
    room.settle(false);
    assert_eq!(room.prior("k"), None);
    let again = room.posted(&post(1, "k", "one")).id;
    assert_ne!(again, first);
    assert_eq!(room.prior("k"), made(again));
}

/// M1: an edit answers with the message as it is now, whatever this activation remembers of it.
#[test]
fn an_edit_says_how_many_replies_there_are() {
    let mut room = Room::with(&[(1, member(Role::Member))]);
    let id = room.posted(&post(1, "k", "hello")).id;
    let (new, mut needs) = (edit(1, id, "new"), Needs::default());
    new.verb.needs(&room.core, &new.by, &mut needs);
    room.core.narrow(&mut needs);
    assert_eq!(needs.messages, [MessageOf(id)], "an edit reads its message, remembered or not");
    room.stored.get_mut(&id).expect("was posted").reply_count = 3;
    let fresh = message_of(room.decide(&reply(id, "r"), 1_000).expect("may").answer);
    let edited = room.decide(&new, 1_000).expect("may");
    assert_eq!(edited.answer.reply_count, 4, "and one in this very batch");
    assert!(!edited.events[0].payload.get().contains("reply_count"), "events leave it to the reader");
    room.decide(&delete(1, fresh.id), 1_000).expect("may");
    let again = room.decide(&new, 1_000).expect("may");
    assert_eq!(again.answer.reply_count, 3);
}

/// M7: a webhook has no rights of its own.
#[test]
fn a_webhook_posts_for_as_long_as_its_maker_may_manage_webhooks() {
    let maker = user(2).id;
    let by_hook = Asked { by: Caller::webhook(user(9), maker), ..post(9, "a", "alert") };
    let mut needs = Needs::default();
    by_hook.verb.needs(&core(), &by_hook.by, &mut needs);
    assert_eq!(needs.standings, [StandingOf { user: maker, channel: Some(CHANNEL) }]);
    let hidden = Standing { sees_channel: false, in_channel: false, ..member(Role::Admin) };
    for (standing, refusal) in [
        (member(Role::Admin), None),
        (Standing { archived: true, ..member(Role::Admin) }, Some(Silenced::Archived.into())),
        (member(Role::Member), Some(NotPosted::WebhookOff)),
        (hidden, Some(NotPosted::WebhookOff)),
        (Standing::default(), Some(NotPosted::WebhookOff)),
    ] {
        let decided = Room::with(&[(2, standing)]).alone(&by_hook, 1_000);
        assert_eq!(decided.err(), refusal, "{standing:?}");
    }
}

/// M5: an activation that holds nothing costs nothing, and one that holds much knows it without the texts.
#[test]
fn what_is_remembered_of_a_message_is_small() {
    assert!(std::mem::size_of::<Head>() <= 64);
}
