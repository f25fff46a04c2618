//! Decisions about pins and purges, and which acts on messages the audit log gets.

use super::*;
use crate::Refusal;
use crate::channel::pinned::Unpinnable;
use crate::channel::{Pin, Purge, PurgeOnce, StripPreviews, Unpin};
use crate::need::PinFacts;
use crate::verb::AuditTarget;
use crate::writer::AuditRow;

/// A channel with messages of person 1, and those of them that are pinned.
pub(super) struct Hall {
    pub core: ChannelCore,
    standing: Standing,
    heads: HashMap<MessageId, Head>,
    pinned: HashSet<MessageId>,
    pub last_post: Option<Timestamp>,
    pub needs: Needs,
}

pub(super) fn nth(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(1_000 + n))
}

/// A hall with so many messages, in which everybody stands like this.
pub(super) fn hall(messages: u128, standing: Standing) -> Hall {
    let created_at = Timestamp::from_unix_millis(1);
    let head = Head { author: user(1).id, parent_id: None, created_at, deleted: false };
    let heads = (0..messages).map(|n| (nth(n), head)).collect();
    let (pinned, needs) = (HashSet::new(), Needs::default());
    Hall { core: core(), standing, heads, pinned, last_post: None, needs }
}

impl Hall {
    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        self.needs.standings.iter().for_each(|one| facts.put(*one, self.standing));
        self.needs.heads.iter().for_each(|one| facts.put(*one, self.heads.get(&one.0).copied()));
        let pins = self.pinned.len() as i64;
        for one in &self.needs.pins {
            facts.put(*one, PinFacts { pinned: self.pinned.contains(&one.0), pins });
        }
        self.needs.last_posts.iter().for_each(|one| facts.put(*one, self.last_post));
        facts
    }

    /// Decides one more command of the batch; of several that share it all are asked about first.
    pub fn decide<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>, at: u64) -> Decided<V> {
        asked.verb.needs(&self.core, &asked.by, &mut self.needs);
        let (facts, mut universe) = (self.facts(), At(at));
        let (by, key, now) = (&asked.by, asked.key.as_ref(), universe.now());
        let mut turn = Turn { by, key, facts: &facts, seq: 1, now, universe: &mut universe };
        let decided = asked.verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        if let Ok(decision) = &decided {
            self.core.note(&decision.changes);
        }
        decided
    }

    /// How many events a command leads to.
    fn told<V: Verb<Entity = ChannelCore>>(&mut self, asked: &Asked<V>) -> Result<usize, V::Refusal> {
        self.decide(asked, 1_000).map(|decision| decision.events.len())
    }
}

fn pin(by: u128, message_id: MessageId) -> Asked<Pin> {
    asked(by, Pin { message_id })
}

fn unpin(by: u128, message_id: MessageId) -> Asked<Unpin> {
    asked(by, Unpin { message_id })
}

fn strip(by: u128, message_id: MessageId) -> Asked<StripPreviews> {
    asked(by, StripPreviews { message_id, edited_at: None, shown_html: String::new() })
}

fn purge(ids: &[MessageId]) -> Asked<Purge> {
    asked(2, Purge { message_ids: ids.to_vec() })
}

#[test]
fn who_may_pin_and_unpin() {
    let may = Permissions::of(&[Permission::PinMessages]);
    let holder = Standing { permissions: may, in_channel: false, ..member(Role::Member) };
    let muted = Standing { muted_until: Some(Timestamp::FAR), ..member(Role::Admin) };
    let table: [(Standing, Option<Unpinnable>); 6] = [
        (member(Role::Admin), None),
        (holder, None),
        (member(Role::Member), Some(Denied::Forbidden.into())),
        (Standing::default(), Some(Denied::NotFound.into())),
        (muted, Some(Silenced::Muted.into())),
        (Standing { archived: true, ..member(Role::Owner) }, Some(Silenced::Archived.into())),
    ];
    for (standing, refusal) in table {
        let decided = hall(1, standing).told(&pin(2, nth(0)));
        assert_eq!(decided.err(), refusal, "{standing:?}");
        let mut pinned = hall(1, standing);
        pinned.pinned.insert(nth(0));
        assert_eq!(pinned.told(&unpin(2, nth(0))).err(), refusal, "{standing:?}");
    }
}

#[test]
fn a_pin_is_set_and_taken_away_once() {
    let mut hall = hall(2, member(Role::Admin));
    for (told, at) in [(1, nth(0)), (0, nth(0)), (1, nth(1))] {
        assert_eq!(hall.told(&pin(2, at)), Ok(told));
    }
    for (told, at) in [(1, nth(0)), (0, nth(0)), (1, nth(1))] {
        assert_eq!(hall.told(&unpin(3, at)), Ok(told), "also what another person pinned");
    }
    let pinned = hall.decide(&pin(2, nth(0)), 1_000).expect("may");
    let (message_id, user_id, at) = (nth(0), user(2).id, Timestamp::from_unix_millis(1_000));
    assert_eq!(pinned.changes, [Change::PinMessage { message_id, user_id, at }]);
    assert!(pinned.raises.is_empty());
}

#[test]
fn a_message_that_is_not_there_or_was_deleted_is_not_pinned() {
    let mut hall = hall(1, member(Role::Admin));
    assert_eq!(hall.told(&pin(2, nth(7))), Err(Denied::NotFound.into()));
    assert_eq!(hall.told(&unpin(2, nth(7))), Err(Denied::NotFound.into()));
    assert_eq!(hall.told(&pin(2, nth(0))), Ok(1));
    assert_eq!(hall.told(&delete(2, nth(0))), Ok(1));
    assert_eq!(hall.told(&pin(2, nth(0))), Err(Denied::NotFound.into()));
    assert_eq!(hall.told(&unpin(2, nth(0))), Ok(0), "it went with the message");
}

#[test]
fn a_channel_has_only_so_many_pins() {
    let most = u128::try_from(limits::PINS).expect("fits");
    let mut hall = hall(most + 1, member(Role::Admin));
    hall.pinned = (0..most - 1).map(nth).collect();
    assert_eq!(hall.told(&pin(2, nth(most - 1))), Ok(1));
    assert_eq!(hall.told(&pin(2, nth(most))), Err(Unpinnable::TooMany));
    assert_eq!(Unpinnable::TooMany.said().code.as_str(), "limit");
    assert_eq!(hall.told(&pin(2, nth(0))), Ok(0), "is pinned already");
    assert_eq!(hall.told(&unpin(2, nth(0))), Ok(1));
    assert_eq!(hall.told(&pin(2, nth(most))), Ok(1), "one went in the same batch");
}

#[test]
fn in_a_direct_message_everybody_pins() {
    let mut hall = hall(1, member(Role::Member));
    hall.core = ChannelCore::new(CHANNEL, None, Mint::above(1, None));
    assert_eq!(hall.told(&pin(2, nth(0))), Ok(1));
}

#[test]
fn a_purge_deletes_what_is_not_deleted_yet() {
    let mut hall = hall(3, member(Role::Admin));
    assert_eq!(hall.told(&delete(2, nth(1))), Ok(1));
    let all = [nth(0), nth(1), nth(2), nth(9)];
    let done = hall.decide(&purge(&all), 1_000).expect("may");
    assert_eq!((done.answer, done.events.len(), done.changes.len()), (3, 2, 2));
    let again = hall.decide(&purge(&all), 1_000).expect("may");
    assert_eq!((again.answer, again.events.len()), (3, 0), "a second attempt has nothing left to do");
}

/// What a repetition is answered stands under the key, also where nothing was deleted: what is posted afterwards stays.
#[test]
fn a_purge_under_a_key_is_kept_with_its_answer() {
    for (messages, deleted) in [(3, 3), (0, 0)] {
        let mut hall = hall(messages, member(Role::Admin));
        let once = asked(2, PurgeOnce { message_ids: vec![nth(0), nth(1), nth(2)] });
        assert!(once.verb.looks_key_up(), "a repetition names other messages");
        let done = hall.decide(&once, 1_000).expect("may");
        assert_eq!((done.answer, done.events.len()), (deleted, deleted as usize));
        assert_eq!(done.made.and_then(PurgeOnce::replayed), Some(deleted));
    }
    let refused = hall(1, member(Role::Member)).told(&asked(2, PurgeOnce { message_ids: vec![nth(0)] }));
    assert_eq!(refused.err(), Some(Denied::Forbidden));
}

#[test]
fn who_may_purge() {
    let archived = Standing { archived: true, in_channel: false, ..member(Role::Admin) };
    for (standing, refusal) in [
        (member(Role::Admin), None),
        (archived, None),
        (member(Role::Member), Some(Denied::Forbidden)),
        (Standing::default(), Some(Denied::NotFound)),
    ] {
        assert_eq!(hall(1, standing).told(&purge(&[nth(0)])).err(), refusal, "{standing:?}");
    }
}

/// The lines that the audit log gets of a command by a person.
fn audited<V: Verb<Entity = ChannelCore>>(hall: &mut Hall, asked: &Asked<V>) -> Option<Change> {
    asked.verb.needs(&hall.core, &asked.by, &mut hall.needs);
    let (facts, by, at) = (hall.facts(), asked.by.id(), Timestamp::from_unix_millis(1));
    let audit = asked.verb.audit()?;
    let row = AuditRow { id: Uuid::from_u128(9), actor: by, at, audit, made: None, changes: 3 };
    if hall.core.is_audited(&row.audit, by, &facts) { hall.core.audited(row) } else { None }
}

#[test]
fn what_moderators_do_to_messages_is_audited_with_their_channel() {
    let mut hall = hall(1, member(Role::Admin));
    let (id, message) = (nth(0), ("message", Some(nth(0).0)));
    let lines = [
        (audited(&mut hall, &delete(2, id)), "message.delete", message, "channel_id"),
        (audited(&mut hall, &strip(2, id)), "message.strip_previews", message, "channel_id"),
        (audited(&mut hall, &pin(2, id)), "message.pin", message, "channel_id"),
        (audited(&mut hall, &unpin(2, id)), "message.unpin", message, "channel_id"),
        (audited(&mut hall, &purge(&[id])), "message.purge", ("channel", Some(CHANNEL.0)), "count"),
    ];
    for (line, expected, target, detail) in lines {
        let Some(Change::Audit { action, target_type, target_id, details, .. }) = line else {
            panic!("{expected} is audited")
        };
        assert_eq!((action, (target_type, target_id)), (expected, target));
        assert_eq!(details.iter().map(|(name, _)| *name).collect::<Vec<_>>(), [detail], "{action}");
        assert_eq!(details[0].1 == "3", detail == "count", "as many as were deleted, not as were named");
    }
    assert_eq!(audited(&mut hall, &delete(1, id)), None, "what one wrote oneself");
    assert_eq!(audited(&mut hall, &strip(1, id)), None, "of what one wrote oneself");
    assert_eq!(audited(&mut hall, &post(2, "k", "x")), None);
    hall.core = ChannelCore::new(CHANNEL, None, Mint::above(1, None));
    assert_eq!(audited(&mut hall, &pin(2, id)), None, "a direct message has no audit log");
    assert_eq!(AuditTarget::OwnChannel.named(CHANNEL.0, None), ("channel", Some(CHANNEL.0)));
}

#[test]
fn a_custom_emoji_is_one_of_the_community() {
    use crate::channel::React;
    use crate::channel::react::Refused as NotAdded;
    use crate::need::{EmojiNamed, HeadOf, ReactionFacts};

    let unknown = Some(NotAdded::UnknownEmoji);
    for (is_there, community, refusal) in [(true, true, None), (false, true, unknown), (true, false, unknown)]
    {
        let mut hall = hall(1, member(Role::Member));
        if !community {
            hall.core = ChannelCore::new(CHANNEL, None, Mint::above(1, None));
        }
        let (message, emoji) = (nth(0), ":party:".to_owned());
        let react = asked(2, React { message_id: message, emoji: emoji.clone() });
        react.verb.needs(&hall.core, &react.by, &mut hall.needs);
        assert_eq!(hall.needs.emoji_names, [EmojiNamed("party".into())]);
        let mut facts = hall.facts();
        facts.put(HeadOf(message), hall.heads.get(&message).copied());
        facts.put(ReactionOf { message, user: user(2).id, emoji }, ReactionFacts::default());
        facts.put(EmojiNamed("party".into()), is_there);
        let mut universe = At(1_000);
        let now = universe.now();
        let by = &react.by;
        let mut turn = Turn { by, key: None, facts: &facts, seq: 1, now, universe: &mut universe };
        assert_eq!(react.verb.decide(&mut hall.core, &mut turn).err(), refusal);
    }
}
