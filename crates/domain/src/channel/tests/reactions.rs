//! Decisions about reactions: who may react, how many emoji a message has, and what a batch makes of several commands on one.

use super::*;
use crate::Refusal;
use crate::channel::react::Refused as NotAdded;
use crate::channel::{React, Unreact};
use crate::need::ReactionFacts;

impl Room {
    /// What the store knows of a reaction.
    pub(super) fn stored_reaction(&self, asked: &ReactionOf) -> ReactionFacts {
        let here = || self.reacted.iter().filter(|one| one.message == asked.message);
        let different: HashSet<&str> = here().map(|one| one.emoji.as_str()).collect();
        ReactionFacts {
            mine: self.reacted.contains(asked),
            people: here().filter(|one| one.emoji == asked.emoji).count() as i64,
            different: different.len() as i64,
        }
    }

    /// The events that a command of the batch leads to; as many rows.
    fn events<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>) -> Result<Vec<Event>, V::Refusal> {
        let decision = self.decide(asked, 1_000)?;
        assert_eq!(decision.events.len(), decision.changes.len());
        assert!(decision.raises.is_empty());
        Ok(decision.events.into_iter().map(|emit| read(self, emit, 1)).collect())
    }

    /// How many those are.
    fn told<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>) -> Result<usize, V::Refusal> {
        self.events(asked).map(|events| events.len())
    }
}

fn react(by: u128, message_id: MessageId, emoji: &str) -> Asked<React> {
    asked(by, React { message_id, emoji: emoji.into() })
}

fn unreact(by: u128, message_id: MessageId, emoji: &str) -> Asked<Unreact> {
    asked(by, Unreact { message_id, emoji: emoji.into() })
}

/// A channel of three people, and a message in it.
fn a_room() -> (Room, MessageId) {
    let mut room = Room::with(&[1, 2, 3].map(|n| (n, member(Role::Member))));
    let id = room.posted(&post(1, "k", "hello")).id;
    (room, id)
}

/// Puts that many emoji under a message, as a batch of its own.
fn fill(room: &mut Room, id: MessageId, different: i64) {
    for n in 0..different {
        assert_eq!(room.told(&react(1, id, &format!("filler {n}"))), Ok(1));
    }
    room.settle(true);
}

#[test]
fn who_may_react() {
    let may = |one| Standing { permissions: Permissions::of(&[one]), ..member(Role::Member) };
    let hidden = Standing { in_channel: false, sees_channel: false, ..member(Role::Admin) };
    let outside = Standing { in_channel: false, ..member(Role::Owner) };
    let muted = Standing { muted_until: Some(Timestamp::from_unix_millis(2_000)), ..member(Role::Member) };
    let archived = Standing { archived: true, ..member(Role::Owner) };
    let table: [(Standing, Option<NotAdded>); 8] = [
        (archived, Some(Silenced::Archived.into())),
        (member(Role::Member), None),
        (may(Permission::AddReactions), None),
        (may(Permission::SendMessages), Some(Silenced::MayNotPost.into())),
        (Standing::default(), Some(Denied::NotFound.into())),
        (hidden, Some(Denied::NotFound.into())),
        (outside, Some(Silenced::NotJoined.into())),
        (muted, Some(Silenced::Muted.into())),
    ];
    for (standing, refusal) in table {
        let (mut room, id) = a_room();
        room.standings.insert(user(2).id, standing);
        assert_eq!(room.alone(&react(2, id, "👍"), 1_000).err(), refusal, "{standing:?}");
    }
}

#[test]
fn a_token_reacts_only_within_its_scopes() {
    let (mut room, id) = a_room();
    for (scope, refusal) in
        [(Permission::SendMessages, Some(Silenced::MayNotPost.into())), (Permission::AddReactions, None)]
    {
        let scopes = Some(Permissions::of(&[scope]));
        let by = Caller { via: Via::Token, scopes, ..Caller::session(user(2)) };
        let asked = Asked { by, ..react(2, id, "👍") };
        assert_eq!(room.alone(&asked, 1_000).err(), refusal);
    }
}

#[test]
fn a_message_that_is_not_there_or_was_deleted_takes_no_reactions_and_has_none() {
    let (mut room, id) = a_room();
    let unknown = MessageId(Uuid::nil());
    assert_eq!(room.told(&react(1, unknown, "👍")), Err(Denied::NotFound.into()));
    assert_eq!(room.told(&unreact(1, unknown, "👍")), Err(Denied::NotFound));
    assert_eq!(room.told(&react(2, id, "👍")), Ok(1));
    room.settle(true);
    assert_eq!(room.told(&react(2, id, "🎉")), Ok(1));
    assert_eq!(room.told(&delete(1, id)), Ok(1));
    for when in ["in the same batch", "after it"] {
        assert_eq!(room.told(&react(2, id, "🎉")), Err(Denied::NotFound.into()), "{when}");
        for emoji in ["👍", "🎉"] {
            assert_eq!(room.told(&unreact(2, id, emoji)), Ok(0), "{when}: it went with the message");
        }
        room.settle(true);
        assert!(room.reacted.is_empty(), "they went with the message");
    }
}

#[test]
fn ones_own_can_be_taken_back_by_who_sees_the_channel() {
    let muted = Standing { muted_until: Some(Timestamp::FAR), ..member(Role::Member) };
    let outside = Standing { in_channel: false, permissions: Permissions::NONE, ..member(Role::Member) };
    let hidden = Standing { sees_channel: false, ..outside };
    let archived = Standing { archived: true, ..member(Role::Member) };
    for (standing, told) in
        [(muted, Ok(1)), (outside, Ok(1)), (archived, Ok(1)), (hidden, Err(Denied::NotFound))]
    {
        let (mut room, id) = a_room();
        assert_eq!(room.told(&react(2, id, "👍")), Ok(1));
        room.settle(true);
        room.standings.insert(user(2).id, standing);
        assert_eq!(room.told(&unreact(2, id, "👍")), told, "{standing:?}");
    }
}

#[test]
fn again_changes_nothing_within_a_batch_and_after_it() {
    let (mut room, id) = a_room();
    for told in [1, 0] {
        assert_eq!(room.told(&react(2, id, "👍")), Ok(told));
        assert_eq!(room.told(&react(2, id, "👍")), Ok(0));
        assert_eq!(room.told(&unreact(3, id, "👍")), Ok(0), "is somebody else's");
        room.settle(true);
    }
    for told in [1, 0] {
        assert_eq!(room.told(&unreact(2, id, "👍")), Ok(told));
        assert_eq!(room.told(&unreact(2, id, "👍")), Ok(0));
        room.settle(true);
    }
    for _ in 0..3 {
        assert_eq!(room.told(&react(2, id, "👍")), Ok(1), "there");
        assert_eq!(room.told(&unreact(2, id, "👍")), Ok(1), "and back in one batch");
    }
}

#[test]
fn what_did_not_become_durable_is_no_reaction() {
    let (mut room, id) = a_room();
    assert_eq!(room.told(&react(2, id, "👍")), Ok(1));
    room.settle(false);
    assert_eq!(room.told(&unreact(2, id, "👍")), Ok(0));
    assert_eq!(room.told(&react(2, id, "👍")), Ok(1));
}

#[test]
fn an_event_says_whose_reaction_to_what_it_is() {
    let (mut room, id) = a_room();
    let payload = format!(r#"{{"message_id":"{id}","user_id":"{}","emoji":"👍"}}"#, user(2).id);
    let added = room.decide(&react(2, id, "👍"), 1_000).expect("may");
    let removed = room.decide(&unreact(2, id, "👍"), 1_000).expect("may");
    for (decision, kind) in [(added, "reaction.added"), (removed, "reaction.removed")] {
        let [emit] = &decision.events[..] else { panic!("one event") };
        assert_eq!((emit.kind.as_str(), emit.payload.get()), (kind, payload.as_str()));
        assert_eq!(emit.audience, Some(Audience::Joined(CHANNEL)));
    }
}

#[test]
fn an_emoji_goes_with_the_last_person_who_has_it() {
    let (mut room, id) = a_room();
    fill(&mut room, id, limits::REACTIONS - 1);
    for by in [2, 3] {
        assert_eq!(room.told(&react(by, id, "shared")), Ok(1));
    }
    room.settle(true);
    let one_more = react(1, id, "one more");
    assert_eq!(room.told(&one_more), Err(NotAdded::TooMany));
    assert_eq!(room.told(&react(1, id, "shared")), Ok(1), "is none more");
    for by in [1, 2, 3] {
        assert_eq!(room.told(&one_more), Err(NotAdded::TooMany));
        assert_eq!(room.told(&unreact(by, id, "shared")), Ok(1));
    }
    assert_eq!(room.told(&one_more), Ok(1));
    assert_eq!(room.told(&react(2, id, "shared")), Err(NotAdded::TooMany));
}

#[test]
fn each_message_has_its_own_reactions() {
    let (mut room, id) = a_room();
    fill(&mut room, id, limits::REACTIONS);
    let other = room.posted(&post(1, "k2", "another")).id;
    assert_eq!(room.told(&react(1, id, "one more")), Err(NotAdded::TooMany));
    assert_eq!(room.told(&react(1, other, "one more")), Ok(1));
}

/// A reaction costs no more than a post.
#[test]
fn a_reaction_to_a_new_message_looks_nothing_up() {
    let (mut room, id) = a_room();
    let asks = |room: &Room, verb: &Asked<React>| {
        let mut needs = Needs::default();
        verb.verb.needs(&room.core, &verb.by, &mut needs);
        room.core.narrow(&mut needs);
        (needs.heads.len(), needs.reactions.len())
    };
    assert_eq!(asks(&room, &react(2, id, "👍")), (0, 0));
    assert_eq!(room.told(&react(2, id, "👍")), Ok(1));
    room.settle(true);
    assert_eq!(asks(&room, &react(2, id, "👍")), (0, 0));
    room.core = core();
    assert_eq!(asks(&room, &react(2, id, "👍")), (1, 1), "another activation does not know it");
    assert_eq!(room.told(&react(2, id, "👍")), Ok(0));
}

/// Adds a reaction or takes it back: its events, or the refusal's name.
fn done(room: &mut Room, adds: bool, by: u128, to: (MessageId, &str)) -> Result<Vec<Event>, &'static str> {
    let (id, emoji) = to;
    if adds {
        room.events(&react(by, id, emoji)).map_err(Refusal::name)
    } else {
        room.events(&unreact(by, id, emoji)).map_err(Refusal::name)
    }
}

proptest! {
    /// I7: what readers make of the events is what the store has; and a batch is decided as its commands would be one by one.
    #[test]
    fn reactions_end_the_same_wherever_a_batch_ends(
        script in prop::collection::vec((any::<bool>(), 1_u128..4, 0_u8..6, 0_u8..5), 1..80)
    ) {
        let ((mut room, id), (mut singly, _)) = (a_room(), a_room());
        // Of six emoji, three find room.
        fill(&mut room, id, limits::REACTIONS - 3);
        singly.stored.clone_from(&room.stored);
        singly.reacted.clone_from(&room.reacted);
        // It remembers nothing of what it finds stored.
        singly.core = core();
        let mut heard = room.reacted.clone();
        for (adds, by, which, ends) in script {
            let emoji = format!("emoji {which}");
            let told = done(&mut room, adds, by, (id, emoji.as_str()));
            prop_assert_eq!(&told, &done(&mut singly, adds, by, (id, emoji.as_str())));
            singly.settle(true);
            for event in told.unwrap_or_default() {
                let one = ReactionOf { message: id, user: user(by).id, emoji: emoji.clone() };
                match event {
                    Event::ReactionAdded(_) => prop_assert!(heard.insert(one)),
                    Event::ReactionRemoved(_) => prop_assert!(heard.remove(&one)),
                    other => prop_assert!(false, "{:?}", other),
                }
            }
            if ends < 2 {
                room.settle(true);
            }
            // Another activation remembers nothing, and looks up.
            if ends == 1 {
                room.core = core();
            }
        }
        room.settle(true);
        prop_assert_eq!(&heard, &room.reacted);
        prop_assert_eq!(&singly.reacted, &room.reacted);
        let different: HashSet<_> = room.reacted.iter().map(|one| &one.emoji).collect();
        prop_assert!(different.len() as i64 <= limits::REACTIONS);
    }
}
