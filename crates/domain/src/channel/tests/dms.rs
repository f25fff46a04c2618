//! Decisions about direct messages: who has one, what a founding writes, whom a block keeps apart, and who names a group.

use ajet_protocol::{Channel, ChannelType, StreamId, Topic};

use super::*;
use crate::acl::{Affected, Scope};
use crate::channel::{Direct, DmFounding, NoDm, NotRenamed, React, RenameGroup, Unreact, found_dm};
use crate::need::{BlockOf, DirectOf, ReactionFacts};

/// The people of these numbers.
fn people(all: &[u128]) -> Vec<User> {
    all.iter().map(|n| user(*n)).collect()
}

fn key() -> Key {
    Key { text: "k".into(), fingerprint: 5, former: None }
}

fn founded(by: u128, all: &[u128], is_blocked: bool) -> Result<DmFounding, NoDm> {
    let direct = Direct { people: people(all), is_blocked };
    found_dm(CHANNEL, asked(by, direct), &key(), 1, &mut At(1_000))
}

#[test]
fn two_to_ten_people_have_a_direct_message_and_a_block_keeps_two_apart() {
    let ten: Vec<u128> = (1..=10).collect();
    let eleven: Vec<u128> = (1..=11).collect();
    let table: [(&[u128], bool, Result<ChannelType, NoDm>); 8] = [
        (&[], false, Err(NoDm::OnlyYourself)),
        (&[1], false, Err(NoDm::OnlyYourself)),
        (&[1, 2], false, Ok(ChannelType::Dm)),
        (&[1, 2], true, Err(NoDm::Blocked)),
        (&[1, 2, 3], false, Ok(ChannelType::GroupDm)),
        (&[1, 2, 3], true, Ok(ChannelType::GroupDm)),
        (&ten, false, Ok(ChannelType::GroupDm)),
        (&eleven, false, Err(NoDm::TooMany)),
    ];
    for (all, is_blocked, expected) in table {
        let kind = founded(1, all, is_blocked).map(|founding| founding.channel.kind);
        assert_eq!(kind, expected, "{all:?} {is_blocked}");
    }
}

#[test]
fn a_direct_message_begins_with_its_stream_its_people_and_an_event_for_them() {
    let founding = founded(1, &[1, 2, 3], false).expect("may");
    let (append, again) = (founding.append(), founding.append());
    assert_eq!((append.stream, append.acl.scope), (StreamId::from(CHANNEL), Scope::from(CHANNEL)));
    assert_eq!((append.founds, append.epoch, append.head), (true, 0, 0));
    assert!(append.acl.rests_on.is_empty(), "on no rights, since there are none yet");
    assert_eq!(append.raises, [1, 2, 3].map(|n| Affected::Person(user(n).id)));
    let at = Timestamp::from_unix_millis(1_000);
    for n in 1..=3 {
        let joins = Change::JoinChannel { channel_id: CHANNEL, user_id: user(n).id, at };
        assert!(append.changes.contains(&joins), "{n}");
    }
    let spent = append.changes.iter().find_map(|change| match change {
        Change::SpendKey(spent) => Some((spent.key.clone(), spent.object, spent.fingerprint)),
        _ => None,
    });
    assert_eq!(spent, Some((DmFounding::key(user(1).id, &key()), CHANNEL.0, 5)));
    let [event] = append.events.as_slice() else { panic!("{:?}", append.events) };
    assert_eq!((event.to.topic, event.to.audience), (Topic::Dm(CHANNEL), Audience::Seers(CHANNEL)));
    assert_eq!((event.event.seq, event.event.acl_version, event.event.community_id), (Some(1), None, None));
    let Ok(Some(Event::ChannelCreated(created))) = event.event.event() else { panic!("{event:?}") };
    assert_eq!(created.channel.members, people(&[1, 2, 3]));
    assert_eq!(again.changes, append.changes, "every attempt is the same");
    assert_eq!(again.events[0].event.id, event.event.id);
}

/// What is stored of a direct message.
struct Talk {
    core: ChannelCore,
    people: Vec<u128>,
    blocks: Vec<BlockOf>,
    name: String,
    /// What the batch at hand has asked.
    needs: Needs,
}

impl Talk {
    fn of(all: &[u128]) -> Self {
        let ids = people(all).into_iter().map(|person| person.id).collect();
        let core = ChannelCore::new(CHANNEL, None, Mint::above(1, None)).of_people(ids);
        let (people, name) = (all.to_vec(), "before".into());
        Self { core, people, blocks: Vec::new(), name, needs: Needs::default() }
    }

    fn channel(&self) -> Channel {
        let founding = founded(1, &self.people, false).expect("may");
        Channel { name: self.name.clone(), ..founding.channel }
    }

    /// Looks up what the batch asks, and nothing else. Of messages nothing is stored: the batch has written those that there are.
    fn facts(&self) -> Facts {
        let (needs, mut facts) = (&self.needs, Facts::default());
        for one in &needs.standings {
            let takes_part = self.people.iter().any(|n| user(*n).id == one.user);
            facts.put(*one, if takes_part { member(Role::Member) } else { Standing::default() });
        }
        needs.blocks.iter().for_each(|one| facts.put(*one, self.blocks.contains(one)));
        needs.messages.iter().for_each(|one| facts.put(*one, None));
        needs.heads.iter().for_each(|one| facts.put(*one, None));
        needs.reactions.iter().for_each(|one| facts.put(one.clone(), ReactionFacts::default()));
        needs.edit_windows.iter().for_each(|one| facts.put(*one, limits::EDIT_WINDOW_SECONDS));
        for one in &needs.directs {
            facts.put(*one, (*one == DirectOf(CHANNEL)).then(|| self.channel()));
        }
        facts
    }

    /// Decides a command of the batch, on what the batch asks.
    fn decide<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>) -> Decided<V> {
        asked.verb.needs(&self.core, &asked.by, &mut self.needs);
        let (facts, mut universe) = (self.facts(), At(1_000));
        let now = universe.now();
        let key = asked.key.as_ref();
        let mut turn = Turn { by: &asked.by, key, facts: &facts, seq: 2, now, universe: &mut universe };
        let decided = asked.verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        if let Ok(decision) = &decided {
            self.core.note(&decision.changes);
        }
        decided
    }
}

#[test]
fn of_two_people_neither_writes_once_one_has_blocked_the_other() {
    let block = |by: u128, of: u128| BlockOf { by: user(by).id, of: user(of).id };
    let table: [(&[u128], Vec<BlockOf>, Option<NotPosted>); 5] = [
        (&[1, 2], vec![], None),
        (&[1, 2], vec![block(1, 2)], Some(Silenced::Blocked.into())),
        (&[1, 2], vec![block(2, 1)], Some(Silenced::Blocked.into())),
        (&[1, 2], vec![block(1, 3), block(3, 1)], None),
        (&[1, 2, 3], vec![block(1, 2), block(2, 1)], None),
    ];
    for (all, blocks, refusal) in table {
        for by in [1, 2] {
            let mut talk = Talk { blocks: blocks.clone(), ..Talk::of(all) };
            assert_eq!(
                talk.decide(&post(by, "k", "x")).map(drop).err(),
                refusal,
                "{by} in {all:?}: {blocks:?}"
            );
        }
    }
    let mut talk = Talk { blocks: vec![block(1, 2)], ..Talk::of(&[1, 2]) };
    let stranger = talk.decide(&post(3, "k", "x")).map(drop).err();
    assert_eq!(stranger, Some(Denied::NotFound.into()), "who does not take part learns of no block");
}

/// I6: an edit and a reaction reach the other as a post does. What one has written can still be taken away.
#[test]
fn a_block_refuses_edits_and_reactions_and_lets_go_of_what_is_there() {
    let block = |by: u128, of: u128| BlockOf { by: user(by).id, of: user(of).id };
    let table: [(&[u128], Vec<BlockOf>, Option<Silenced>); 4] = [
        (&[1, 2], vec![], None),
        (&[1, 2], vec![block(1, 2)], Some(Silenced::Blocked)),
        (&[1, 2], vec![block(2, 1)], Some(Silenced::Blocked)),
        (&[1, 2, 3], vec![block(1, 2), block(2, 1)], None),
    ];
    for (all, blocks, refusal) in table {
        let mut talk = Talk::of(all);
        let posted = talk.decide(&post(1, "k", "hello")).expect("may");
        let id = message_of(posted.answer).id;
        let react = |by: u128, emoji: &str| asked(by, React { message_id: id, emoji: emoji.into() });
        for by in [1, 2] {
            talk.decide(&react(by, "👍")).map(drop).expect("may");
        }
        talk.blocks = blocks;
        let edited = talk.decide(&edit(1, id, "new")).map(drop).err();
        assert_eq!(edited, refusal.map(Into::into), "{all:?}: {:?}", talk.blocks);
        for by in [1, 2] {
            let reacted = talk.decide(&react(by, "🎉")).map(drop).err();
            assert_eq!(reacted, refusal.map(Into::into), "{by} in {all:?}: {:?}", talk.blocks);
            let back = asked(by, Unreact { message_id: id, emoji: "👍".into() });
            assert_eq!(talk.decide(&back).expect("may").changes.len(), 1);
        }
        talk.decide(&delete(1, id)).map(drop).expect("may");
    }
}

fn rename(by: u128, name: &str) -> Asked<RenameGroup> {
    asked(by, RenameGroup { name: name.into() })
}

#[test]
fn any_of_its_people_names_a_group_and_nothing_else_has_a_name() {
    type Case = (&'static [u128], u128, &'static str, Result<bool, NotRenamed>);
    let table: [Case; 6] = [
        (&[1, 2, 3], 1, "trip", Ok(true)),
        (&[1, 2, 3], 3, "trip", Ok(true)),
        (&[1, 2, 3], 3, "before", Ok(false)),
        (&[1, 2, 3], 4, "trip", Err(Denied::NotFound.into())),
        (&[1, 2], 1, "trip", Err(NotRenamed::NoGroup)),
        (&[1, 2], 4, "trip", Err(Denied::NotFound.into())),
    ];
    for (all, by, name, outcome) in table {
        let renamed = Talk::of(all).decide(&rename(by, name)).map(|decision| {
            let expected = Change::NameGroup { id: CHANNEL, name: name.into() };
            assert!(decision.changes.iter().all(|change| *change == expected), "{:?}", decision.changes);
            assert_eq!(decision.events.len(), decision.changes.len());
            assert!(decision.events.iter().all(|emit| emit.audience == Some(Audience::Seers(CHANNEL))));
            !decision.changes.is_empty()
        });
        assert_eq!(renamed, outcome, "{by} names {all:?} {name}");
    }
}

/// I7: each is decided after those before it.
#[test]
fn a_batch_knows_the_name_that_it_has_given() {
    let mut talk = Talk::of(&[1, 2, 3]);
    let names = ["trip", "trip", "before"];
    let renamed = names.map(|name| talk.decide(&rename(1, name)).expect("may").changes.len());
    assert_eq!(renamed, [1, 0, 1]);
}
