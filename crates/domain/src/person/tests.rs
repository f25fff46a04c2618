//! Decisions of a person: tables of markers and of muted channels, and what becomes of several that wait together.

mod drafts;
mod hide_dm;
mod notices;
mod notifications;
mod oneself;
mod preferences;
mod slash;
mod threads;
mod unread;

use std::collections::{BTreeMap, VecDeque};
use std::iter;

use ajet_protocol::mint::Mint;
use ajet_protocol::{
    Addressed, Audience, ChannelId, Code, CommunityId, Event, MessageId, NotificationId, NotifyLevel,
    PresenceMode, Timestamp, Topic, Unread, User, UserId,
};
use uuid::Uuid;

use super::{Change, Command, MarkRead, MuteChannel, NotMarked, PersonCore, Refused};
use crate::ask::AskError;
use crate::change::NoticeChange;
use crate::journal::{Append, Outcome, Rests};
use crate::need::{
    CommunityLevelFacts, Facts, Find, Joined, MarkerFacts, MatterFacts, Needs, NoticeFacts, PreferenceFacts,
    ProfileFacts, ThreadFacts, UnreadFromFacts, UnreadNotices, Wishes,
};
use crate::verb::{Decided, Verb};
use crate::writer::{Effect, Found, Told, Turn, Writer};
use crate::{Asked, Caller, Denied, Refusal, Universe};

const ANN: UserId = UserId(Uuid::from_u128(1));
const HERE: ChannelId = ChannelId(Uuid::from_u128(50));
const THERE: ChannelId = ChannelId(Uuid::from_u128(51));
const UNJOINED: ChannelId = ChannelId(Uuid::from_u128(52));
/// The community of the channels.
const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(60));
/// Its ACL version.
const VERSION: u64 = 7;

struct Still;

impl Universe for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1)
    }
    fn entropy(&mut self) -> u64 {
        1
    }
}

fn user(id: UserId) -> User {
    User {
        id,
        username: "ann".into(),
        display_name: "Ann".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

fn core() -> PersonCore {
    PersonCore::new(ANN, Mint::above(1, None))
}

fn message(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

fn mark(channel_id: ChannelId, n: u128) -> MarkRead {
    MarkRead { channel_id, message_id: message(n) }
}

fn mute(channel_id: ChannelId, muted: bool) -> MuteChannel {
    MuteChannel { channel_id, muted }
}

/// What is stored of ann, who is in all channels but one. Each has the messages 1 to 9, all by somebody else. She muted one, and is told
/// of mentions alone in all of them.
#[derive(Default)]
struct Stored {
    /// How far she has read.
    read_to: BTreeMap<ChannelId, MessageId>,
    /// The messages that she was told of, each with whether she has read that.
    notices: BTreeMap<NotificationId, (MessageId, bool)>,
    /// What she wants to be told of.
    wishes: Wishes,
    /// What she set for the community.
    level: NotifyLevel,
}

impl Stored {
    fn facts(&self, needs: &Needs) -> Facts {
        let is_there = |channel: ChannelId, asked: MessageId| {
            channel != UNJOINED && (message(1)..=message(9)).contains(&asked)
        };
        let joined = Joined { scope: COMMUNITY.into(), acl_version: VERSION };
        let mut facts = Facts::default();
        for one in &needs.markers {
            let count = 9 - i64::try_from(one.message.0.as_u128()).unwrap_or(9);
            let (read_to, unread) = (self.read_to.get(&one.channel).copied(), Unread { count, mentions: 1 });
            let found = MarkerFacts { read_to, unread, joined };
            facts.put(*one, is_there(one.channel, one.message).then_some(found));
        }
        for one in &needs.unread_from {
            let n = one.message.0.as_u128();
            // Of another channel than `HERE` she has read message 2 by joining it.
            let floor = if one.channel == HERE { 0 } else { 2 };
            let before = Some(n.saturating_sub(1).max(floor)).filter(|n| *n > 0);
            let count = 9 - i64::try_from(before.unwrap_or_default()).unwrap_or(9);
            let (read_to, unread) = (self.read_to.get(&one.channel).copied(), Unread { count, mentions: 1 });
            let found = UnreadFromFacts { read_to, before: before.map(message), unread, joined };
            facts.put(*one, is_there(one.channel, one.message).then_some(found));
        }
        for one in &needs.notices {
            let told = self.notices.values().any(|(source, _)| *source == one.message);
            let read = self.read_to.get(&one.channel) >= Some(&one.message);
            let (wishes, community) = (self.wishes.clone(), Some(COMMUNITY));
            let found = NoticeFacts { told, read, wishes, community, joined };
            facts.put(*one, is_there(one.channel, one.message).then_some(found));
        }
        self.put_rest(needs, joined, &mut facts);
        for one in &needs.preferences {
            let (muted, notify) = (one.channel == THERE, Some(NotifyLevel::Mentions));
            let (elsewhere, community) = (NotifyLevel::All, Some(COMMUNITY));
            let found = PreferenceFacts { muted, notify, elsewhere, community, hidden: false, joined };
            facts.put(*one, (one.channel != UNJOINED).then_some(found));
        }
        for one in &needs.threads {
            let n = one.message.0.as_u128();
            let set = match n {
                1 => Some(true),
                2 => Some(false),
                _ => None,
            };
            let found = ThreadFacts { channel: HERE, is_reply: n == 4, set };
            facts.put(*one, (1..=9).contains(&n).then_some(found));
        }
        for one in &needs.unread_notices {
            let unread = self.notices.iter().filter(|(_, (_, read))| !read).map(|(id, _)| *id);
            let found = match &one.ids {
                Some(ids) => {
                    UnreadNotices { ids: unread.filter(|id| ids.contains(id)).collect(), newest: None }
                }
                None => UnreadNotices { ids: vec![], newest: unread.max() },
            };
            facts.put(one.clone(), found);
        }
        facts
    }

    /// What is asked about notices that are about no message, and about what she set for them.
    fn put_rest(&self, needs: &Needs, joined: Joined, facts: &mut Facts) {
        for one in &needs.matters {
            let told = self.notices.values().any(|(source, _)| source.0 == one.notice);
            let joined = one.channel.map(|_| joined);
            let found = MatterFacts { told, wishes: self.wishes.clone(), joined };
            facts.put(*one, (one.channel != Some(UNJOINED)).then_some(found));
        }
        for one in &needs.community_levels {
            let found = CommunityLevelFacts { notify: self.level, member: joined };
            facts.put(*one, (one.community == COMMUNITY).then_some(found));
        }
        for one in &needs.quiet_hours {
            facts.put(*one, self.wishes.quiet.clone());
        }
        for one in &needs.profiles {
            let found = ProfileFacts { user: user(one.0), presence: PresenceMode::Auto, deactivated: false };
            facts.put(*one, Some(found));
        }
    }

    fn commit(&mut self, change: &Change) {
        match change {
            Change::MarkRead { channel_id, message_id, .. } => {
                self.read_to.insert(*channel_id, *message_id);
            }
            Change::MarkUnread { channel_id, message_id, .. } => {
                match message_id {
                    Some(message_id) => self.read_to.insert(*channel_id, *message_id),
                    None => self.read_to.remove(channel_id),
                };
            }
            Change::AddNotification { id, source_id, cause, read, .. } => {
                let of = cause.map_or(*source_id, |(notice, _)| notice);
                let before = self.notices.insert(*id, (MessageId(of), *read));
                assert_eq!(before, None, "ids rise");
            }
            Change::ReadNotifications { ids, .. } => {
                let read = self.notices.iter_mut().filter(|(id, _)| ids.contains(id));
                read.for_each(|(_, (_, read))| *read = true);
            }
            Change::ReadNotificationsBefore { newest, .. } => {
                self.notices.range_mut(..=*newest).for_each(|(_, (_, read))| *read = true);
            }
            Change::Notice(NoticeChange::SetCommunityLevel { notify, .. }) => self.level = *notify,
            Change::Notice(NoticeChange::SetQuietHours { hours, .. }) => self.wishes.quiet.clone_from(hours),
            Change::SetPreferences { .. } | Change::FollowThread { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// What a single command leads to.
fn decided<V: Verb<Entity = PersonCore>>(by: &Caller, verb: &V, stored: &Stored) -> Decided<V> {
    let (mut core, mut needs) = (core(), Needs::default());
    verb.needs(&core, by, &mut needs);
    let facts = stored.facts(&needs);
    let mut universe = Still;
    let now = universe.now();
    let mut turn = Turn { by, key: None, facts: &facts, seq: 1, now, universe: &mut universe };
    let decided = verb.decide(&mut core, &mut turn);
    assert!(!facts.take_unasked(), "a verb reads only what it asked for");
    decided
}

/// Ann, who has read up to message 4 of one channel.
fn reader() -> Stored {
    Stored { read_to: BTreeMap::from([(HERE, message(4))]), ..Stored::default() }
}

/// What a command of a person's session leads to, where ann has read up to message 4 of one channel, and muted another.
fn by_session<V: Verb<Entity = PersonCore>>(by: UserId, verb: &V) -> Decided<V> {
    decided(&Caller::session(user(by)), verb, &reader()).inspect(|decision| {
        assert_eq!(decision.events.len(), decision.changes.len());
        assert!(decision.raises.is_empty());
    })
}

/// The message that a single mark moves the marker to, or its refusal.
fn alone(by: UserId, verb: MarkRead) -> Result<Option<MessageId>, NotMarked> {
    by_session(by, &verb).map(|decision| match decision.changes.as_slice() {
        [] => None,
        [Change::MarkRead { user_id, message_id, .. }] => {
            assert_eq!(*user_id, ANN);
            Some(*message_id)
        }
        other => panic!("other rows: {other:?}"),
    })
}

#[test]
fn one_mutes_channels_that_one_has_joined_for_oneself_and_nothing_is_done_twice() {
    let bob = UserId(Uuid::from_u128(2));
    for (by, channel_id, muted, outcome) in [
        (ANN, HERE, true, Ok(true)),
        (ANN, HERE, false, Ok(false)),
        (ANN, THERE, true, Ok(false)),
        (ANN, THERE, false, Ok(true)),
        (ANN, UNJOINED, true, Err(Denied::Forbidden)),
        (bob, HERE, true, Err(Denied::NotFound)),
    ] {
        let changed = by_session(by, &mute(channel_id, muted)).map(|decision| {
            let (user_id, notify, hidden, hides) = (ANN, Some(NotifyLevel::Mentions), false, false);
            let expected = Change::SetPreferences { user_id, channel_id, muted, notify, hidden, hides };
            assert!(decision.changes.iter().all(|change| *change == expected), "{:?}", decision.changes);
            !decision.changes.is_empty()
        });
        assert_eq!(changed, outcome, "{by} {channel_id} {muted}");
    }
}

#[test]
fn a_marker_moves_on_and_never_back() {
    assert_eq!(alone(ANN, mark(HERE, 5)), Ok(Some(message(5))));
    assert_eq!(alone(ANN, mark(HERE, 4)), Ok(None), "where it stands");
    assert_eq!(alone(ANN, mark(HERE, 3)), Ok(None), "back");
    assert_eq!(alone(ANN, mark(THERE, 1)), Ok(Some(message(1))), "the first of a channel");
}

#[test]
fn only_messages_of_ones_own_channels_are_marked_and_only_by_oneself() {
    assert_eq!(alone(ANN, mark(UNJOINED, 5)), Err(NotMarked::NotYours));
    assert_eq!(alone(ANN, mark(HERE, 10)), Err(NotMarked::NotYours));
    assert_eq!(alone(UserId(Uuid::from_u128(2)), mark(HERE, 5)), Err(NotMarked::Denied(Denied::NotFound)));
    let said = NotMarked::NotYours.said();
    assert_eq!((said.code, said.field), (Code::Invalid, Some(("message_id", "not_found"))));
}

#[test]
fn of_a_command_of_somebody_else_nothing_is_looked_up() {
    fn asks<V: Verb<Entity = PersonCore>>(by: UserId, verb: &V) -> bool {
        let mut needs = Needs::default();
        verb.needs(&core(), &Caller::session(user(by)), &mut needs);
        !needs.is_empty()
    }
    for (by, expected) in [(ANN, true), (UserId(Uuid::from_u128(2)), false)] {
        assert_eq!([asks(by, &mark(HERE, 5)), asks(by, &mute(HERE, true))], [expected; 2], "{by}");
    }
}

/// A command of ann's own session.
fn by_ann(verb: impl Into<Command>) -> Asked<Command> {
    Asked { by: Caller::session(user(ANN)), key: None, verb: verb.into() }
}

/// Plays the shell of ann's writer: looks things up, and commits.
struct Shell {
    writer: Writer<PersonCore, usize>,
    stored: Stored,
    /// What becomes of the next appends; all others are committed.
    fates: Vec<Outcome>,
    committed: Vec<Append<Change>>,
    published: Vec<Addressed>,
}

impl Shell {
    fn new() -> Self {
        Self {
            writer: Writer::new(core(), ANN.into(), 1, 0),
            stored: Stored::default(),
            fates: Vec::new(),
            committed: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Has the commands wait together, behind one that is looked up just then; what each of them is told.
    fn together(&mut self, verbs: &[impl Into<Command> + Clone]) -> Vec<Result<(), AskError<Refused>>> {
        self.all(verbs.iter().cloned().map(by_ann).collect())
    }

    /// The same with the commands of any callers.
    fn all(&mut self, waiting: Vec<Asked<Command>>) -> Vec<Result<(), AskError<Refused>>> {
        let mut effects = VecDeque::new();
        for (token, asked) in iter::once(by_ann(mark(UNJOINED, 1))).chain(waiting).enumerate() {
            effects.extend(self.writer.submit(asked, token, Timestamp::FAR, &mut Still));
        }
        let mut told = BTreeMap::new();
        while let Some(effect) = effects.pop_front() {
            effects.extend(self.carried_out(effect, &mut told));
        }
        assert!(self.writer.is_idle());
        let answers = told.into_values().skip(1).map(|told| told.expect("it has not moved"));
        answers.map(|answer| answer.map(drop)).collect()
    }

    fn carried_out(
        &mut self,
        effect: Effect<PersonCore, usize>,
        told: &mut BTreeMap<usize, Told<PersonCore>>,
    ) -> Vec<Effect<PersonCore, usize>> {
        match effect {
            Effect::Gather { needs, .. } => {
                let found = Found::Looked(self.stored.facts(&needs));
                return self.writer.gathered(found, &mut Still);
            }
            Effect::Append(append) => {
                let fate = self.fates.pop().unwrap_or(Outcome::Committed { acl_version: 1 });
                if matches!(fate, Outcome::Committed { .. }) {
                    self.commit(append);
                }
                return self.writer.appended(fate, &mut Still);
            }
            Effect::Answer(token, answer) => assert!(told.insert(token, answer).is_none(), "once"),
            Effect::Publish(events) => self.published.extend(events.iter().cloned()),
            Effect::Look | Effect::StepAside => panic!("no doubt about the stream"),
        }
        Vec::new()
    }

    fn commit(&mut self, append: Append<Change>) {
        append.changes.iter().for_each(|change| self.stored.commit(change));
        self.committed.push(append);
    }

    /// The markers that readers were told of, message 0 where nothing is read, with how much is unread after each.
    fn told_of(&self) -> Vec<(ChannelId, MessageId, i64)> {
        let read = |one: &Addressed| match one.event.event() {
            Ok(Some(Event::ReadUpdated(read))) => {
                (read.channel_id, read.message_id.unwrap_or_else(|| message(0)), read.unread.count)
            }
            other => panic!("another event: {other:?}"),
        };
        self.published.iter().map(read).collect()
    }
}

#[test]
fn of_markers_that_wait_together_the_furthest_of_a_channel_makes_the_only_event() {
    let mut shell = Shell::new();
    let waiting = [mark(HERE, 2), mark(THERE, 3), mark(HERE, 7), mark(HERE, 5), mark(HERE, 7)];
    assert_eq!(shell.together(&waiting), vec![Ok(()); 5]);
    assert_eq!(shell.told_of(), [(THERE, message(3), 6), (HERE, message(7), 2)]);
    assert_eq!(shell.committed.len(), 1, "in one commit");
    assert_eq!(shell.together(&[mark(HERE, 6)]), [Ok(())]);
    assert_eq!((shell.committed.len(), shell.published.len()), (1, 2), "that is behind");
    assert_eq!(shell.together(&[mark(HERE, 8)]), [Ok(())]);
    let seqs: Vec<_> = shell.published.iter().map(|one| one.event.seq).collect();
    assert_eq!(seqs, [Some(1), Some(2), Some(3)]);
}

/// I6, and I7: what one session sets stands until the next one sets something else, also within a batch.
#[test]
fn of_settings_that_wait_together_each_is_decided_after_those_before_it() {
    let mut shell = Shell::new();
    let waiting = [mute(HERE, true), mute(HERE, true), mute(HERE, false), mute(THERE, true)];
    assert_eq!(shell.together(&waiting), vec![Ok(()); 4]);
    let told = shell.published.iter().map(|one| match one.event.event() {
        Ok(Some(Event::ChannelPreferences(set))) => (set.channel_id, set.muted),
        other => panic!("another event: {other:?}"),
    });
    assert_eq!(told.collect::<Vec<_>>(), [(HERE, true), (HERE, false)]);
    assert_eq!(shell.committed.len(), 1, "in one commit");
    let once = [Rests { scope: COMMUNITY.into(), person: ANN, version: VERSION }];
    assert_eq!(shell.committed[0].acl.rests_on, once, "the membership is the community's");
}

#[test]
fn a_command_that_is_refused_overtakes_no_other() {
    let mut shell = Shell::new();
    let refused = AskError::Refused(Refused::MarkRead(NotMarked::NotYours));
    assert_eq!(shell.together(&[mark(HERE, 2), mark(HERE, 12)]), [Ok(()), Err(refused)]);
    assert_eq!(shell.told_of(), [(HERE, message(2), 7)]);
}

#[test]
fn what_a_batch_marked_is_forgotten_where_it_did_not_become_durable() {
    let mut shell = Shell::new();
    shell.fates.push(Outcome::StaleAcl);
    assert_eq!(shell.together(&[mark(HERE, 2), mark(HERE, 3)]), [Ok(()), Ok(())]);
    assert_eq!(shell.told_of(), [(HERE, message(3), 6)]);
}

#[test]
fn the_events_of_a_person_are_for_that_person() {
    let mut shell = Shell::new();
    shell.together(&[mark(HERE, 2)]).into_iter().for_each(|answer| answer.expect("marks"));
    let (append, one) = (&shell.committed[0], &shell.published[0]);
    assert_eq!((one.to.topic, one.to.audience), (Topic::Person(ANN), Audience::Person));
    assert_eq!((one.event.community_id, one.event.channel_id), (None, None));
    assert_eq!((append.stream, one.event.stream), (ANN.into(), ANN.into()));
    assert_eq!((append.acl.scope, append.raises.len()), (ANN.into(), 0), "the version is that of the person");
}

/// I6: the membership that lets a person mark is the community's, and so is the version that the fence compares.
#[test]
fn a_mark_rests_on_the_version_of_the_community() {
    let mut shell = Shell::new();
    shell.together(&[mark(HERE, 2), mark(THERE, 3)]).into_iter().for_each(|answer| answer.expect("marks"));
    let once = [Rests { scope: COMMUNITY.into(), person: ANN, version: VERSION }];
    assert_eq!(shell.committed[0].acl.rests_on, once);
}
