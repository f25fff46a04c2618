//! Decisions about what a person keeps for themselves: drafts, saved messages, messages to be sent later.

use ajet_protocol::{
    ChannelDraft, EventType, NotificationReason, Scheduled, ScheduledId, ScheduledState, Timestamp, UserId,
    limits,
};
use uuid::Uuid;

use super::{ANN, HERE, Still, THERE, core, message, user};
use crate::asked::{Key, Via};
use crate::change::{Change, DueNotice};
use crate::job::{JobRequest, NotDue};
use crate::need::{Facts, Find, Needs, SavedFacts, ScheduledFacts};
use crate::person::{
    CancelScheduled, NotKept, NotSaved, NotScheduled, PersonCore, Remind, RemoveDraft, SaveMessage, Schedule,
    SendStep, SetDraft, SettleScheduled, Unchangeable, UnsaveMessage, UpdateScheduled,
};
use crate::removed::removed;
use crate::verb::{Decided, Made, Verb};
use crate::writer::{Core, Turn};
use crate::{Caller, Denied, Universe};

const BOB: UserId = UserId(Uuid::from_u128(2));
const ID: ScheduledId = ScheduledId(Uuid::from_u128(70));

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_millis(ms)
}

/// What is stored of ann: a draft in one channel, message 4 saved with a reminder, and a message to be sent.
#[derive(Clone)]
struct Kept {
    many: i64,
    /// For when, in milliseconds.
    at: u64,
    state: ScheduledState,
    taken: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self { many: 1, at: 500, state: ScheduledState::Pending, taken: false }
    }
}

impl Kept {
    fn scheduled(&self) -> Scheduled {
        Scheduled {
            id: ID,
            channel_id: HERE,
            parent_id: None,
            body_md: "later".into(),
            send_at: at(self.at),
            state: self.state,
            reason: None,
            message_id: None,
            created_at: at(1),
        }
    }

    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        for one in &needs.drafts {
            let (channel_id, parent_id) = (one.channel, one.parent);
            let draft = ChannelDraft { channel_id, body_md: "so far".into(), parent_id, updated_at: at(0) };
            facts.put(*one, (one.channel == HERE && one.parent.is_none()).then_some(draft));
        }
        for one in &needs.saved {
            let (note, remind_at) = (Some("why".to_owned()), Some(at(self.at)));
            let saved = SavedFacts { channel_id: HERE, note, remind_at };
            facts.put(*one, (one.message == message(4)).then_some(saved));
        }
        for one in &needs.scheduled {
            let found = ScheduledFacts { scheduled: self.scheduled(), taken: self.taken };
            facts.put(*one, (one.id == ID).then_some(found));
        }
        for one in &needs.kept {
            facts.put(*one, self.many);
        }
        facts
    }

    fn decide<V: Verb<Entity = PersonCore>>(&self, by: &Caller, verb: &V) -> Decided<V> {
        self.batch().decide(by, verb)
    }

    fn batch(&self) -> Batch<'_> {
        Batch { kept: self, core: core(), needs: Needs::default() }
    }
}

/// Commands that are decided one after the other, on what was looked up for all of them.
struct Batch<'a> {
    kept: &'a Kept,
    core: PersonCore,
    needs: Needs,
}

impl Batch<'_> {
    fn decide<V: Verb<Entity = PersonCore>>(&mut self, by: &Caller, verb: &V) -> Decided<V> {
        verb.needs(&self.core, by, &mut self.needs);
        let facts = self.kept.facts(&self.needs);
        let mut universe = Still;
        let now = universe.now();
        let key = Key { text: "k".into(), fingerprint: 1, former: None };
        let mut turn = Turn { by, key: Some(&key), facts: &facts, seq: 1, now, universe: &mut universe };
        let decided = verb.decide(&mut self.core, &mut turn);
        assert!(!facts.take_unasked(), "a verb reads only what it asked for");
        if let Ok(decision) = &decided {
            self.core.note(&decision.changes);
        }
        decided
    }
}

fn ann() -> Caller {
    Caller::session(user(ANN))
}

fn bob() -> Caller {
    Caller::session(user(BOB))
}

fn server() -> Caller {
    Caller { via: Via::System, ..ann() }
}

#[test]
fn a_draft_is_kept_by_its_person_and_nothing_is_done_twice() {
    let set = |channel_id, body: &str| SetDraft { channel_id, parent_id: None, body_md: body.into() };
    let kept = Kept::default();
    let decision = kept.decide(&ann(), &set(HERE, "so far")).expect("decides");
    assert!(decision.changes.is_empty() && decision.events.is_empty(), "the same text");
    let decision = kept.decide(&ann(), &set(HERE, "further")).expect("decides");
    assert_eq!((decision.answer.body_md.as_str(), decision.answer.updated_at), ("further", at(1)));
    assert_eq!(decision.changes, [Change::KeepDraft { user_id: ANN, draft: decision.answer.clone() }]);
    assert_eq!(decision.events[0].kind, EventType::DraftUpdated);
    assert_eq!(kept.decide(&bob(), &set(HERE, "mine")).err(), Some(NotKept::Denied(Denied::NotFound)));
    let full = Kept { many: limits::DRAFTS, ..kept.clone() };
    assert_eq!(full.decide(&ann(), &set(THERE, "one more")).err(), Some(NotKept::TooMany));
    assert!(full.decide(&ann(), &set(HERE, "further")).is_ok(), "it replaces one");
    let remove = |channel_id| RemoveDraft { channel_id, parent_id: None };
    let gone = Change::RemoveDraft { user_id: ANN, channel_id: HERE, parent_id: None };
    assert_eq!(kept.decide(&ann(), &remove(HERE)).expect("decides").changes, [gone]);
    assert!(kept.decide(&ann(), &remove(THERE)).expect("decides").changes.is_empty());
    assert_eq!(kept.decide(&bob(), &remove(HERE)).err(), Some(Denied::NotFound));
}

/// What replaces something, or comes in the place of what was dropped in the same batch, counts for nothing.
#[test]
fn limits_count_what_is_there_after_all_that_a_batch_decided() {
    let set = |parent, body: &str| SetDraft {
        channel_id: THERE,
        parent_id: Some(message(parent)),
        body_md: body.into(),
    };
    let near = Kept { many: limits::DRAFTS - 1, ..Kept::default() };
    let mut batch = near.batch();
    for body in ["a", "ab", "abc"] {
        assert!(batch.decide(&ann(), &set(1, body)).is_ok(), "the same draft");
    }
    assert_eq!(batch.decide(&ann(), &set(2, "one more")).err(), Some(NotKept::TooMany));
    let remove = RemoveDraft { channel_id: HERE, parent_id: None };
    batch.decide(&ann(), &remove).expect("drops one that was there before");
    assert!(batch.decide(&ann(), &set(2, "one more")).is_ok());
    assert_eq!(batch.decide(&ann(), &set(3, "and one")).err(), Some(NotKept::TooMany));

    let save = |n, note: &str| SaveMessage {
        channel_id: HERE,
        message_id: message(n),
        note: Some(note.into()),
        remind_at: None,
    };
    let near = Kept { many: limits::SAVED - 1, ..Kept::default() };
    let mut batch = near.batch();
    for (n, note) in [(4, "a"), (4, "b"), (5, "a"), (5, "b")] {
        assert!(batch.decide(&ann(), &save(n, note)).is_ok(), "{n} {note}");
    }
    assert_eq!(batch.decide(&ann(), &save(6, "a")).err(), Some(NotSaved::TooMany));
    batch.decide(&ann(), &UnsaveMessage { message_id: message(4) }).expect("drops");
    assert!(batch.decide(&ann(), &save(6, "a")).is_ok());

    let schedule = Schedule { channel_id: HERE, parent_id: None, body_md: "s".into(), send_at: at(900) };
    let near = Kept { many: limits::SCHEDULED - 1, ..Kept::default() };
    let mut batch = near.batch();
    let Made::New(made) = batch.decide(&ann(), &schedule).expect("decides").answer else { panic!("new") };
    let update = UpdateScheduled { scheduled_id: made.id, body_md: Some("t".into()), send_at: None };
    batch.decide(&ann(), &update).expect("changes it");
    assert_eq!(batch.decide(&ann(), &schedule).err(), Some(NotScheduled::TooMany));
    batch.decide(&ann(), &CancelScheduled { scheduled_id: made.id }).expect("drops it");
    assert!(batch.decide(&ann(), &schedule).is_ok());
    batch.decide(&ann(), &CancelScheduled { scheduled_id: ID }).expect("drops one that was there before");
    assert!(batch.decide(&ann(), &schedule).is_ok());
    assert_eq!(batch.decide(&ann(), &schedule).err(), Some(NotScheduled::TooMany));
}

#[test]
fn a_message_is_saved_with_its_reminder() {
    let save = |n, note: &str, remind_at| SaveMessage {
        channel_id: HERE,
        message_id: message(n),
        note: Some(note.into()),
        remind_at,
    };
    let kept = Kept::default();
    let same = kept.decide(&ann(), &save(4, "why", Some(at(500)))).expect("decides");
    assert!(same.changes.is_empty(), "it is saved so");
    let decision = kept.decide(&ann(), &save(5, "", Some(at(600)))).expect("decides");
    let job = JobRequest::Remind { user_id: ANN, message_id: message(5), at: at(600) };
    let (note, remind_at) = (None, Some(at(600)));
    let saved = Change::SaveMessage {
        user_id: ANN,
        channel_id: HERE,
        message_id: message(5),
        note,
        remind_at,
        at: at(1),
    };
    assert_eq!(decision.changes, [saved, Change::RequestJob(job)]);
    assert_eq!(decision.events.len(), 1);
    let ended = Change::RequestJob(JobRequest::Remind { user_id: ANN, message_id: message(4), at: at(1) });
    let unset = kept.decide(&ann(), &save(4, "why", None)).expect("decides");
    assert_eq!(
        unset.changes[1..],
        *std::slice::from_ref(&ended),
        "its job is due at once, and finds nothing to do"
    );
    assert_eq!(kept.decide(&ann(), &save(5, "why", None)).expect("decides").changes.len(), 1, "no job");
    assert_eq!(kept.decide(&ann(), &save(5, "n", Some(at(1)))).err(), Some(NotSaved::TooEarly));
    let far = 1 + limits::AHEAD_SECONDS * 1000;
    assert!(kept.decide(&ann(), &save(5, "n", Some(at(far)))).is_ok());
    assert_eq!(kept.decide(&ann(), &save(5, "n", Some(at(far + 1)))).err(), Some(NotSaved::TooFar));
    let full = Kept { many: limits::SAVED, ..kept.clone() };
    assert_eq!(full.decide(&ann(), &save(5, "n", None)).err(), Some(NotSaved::TooMany));
    assert!(full.decide(&ann(), &save(4, "n", None)).is_ok());
    assert_eq!(kept.decide(&bob(), &save(5, "n", None)).err(), Some(Denied::NotFound.into()));
    for (n, was) in [(4, true), (5, false)] {
        let decision = kept.decide(&ann(), &UnsaveMessage { message_id: message(n) }).expect("decides");
        assert_eq!((decision.answer, decision.events.len()), (was, was.into()));
        let dropped = Change::UnsaveMessage { user_id: ANN, message_id: message(n) };
        let expected = if was { vec![dropped, ended.clone()] } else { vec![] };
        assert_eq!(decision.changes, expected);
    }
}

/// One that was set to another time, or whose message was dropped, counts no more.
#[test]
fn only_the_reminder_that_is_set_comes_and_only_by_the_server() {
    let remind = |n, ms| Remind { message_id: message(n), at: at(ms) };
    let kept = Kept::default();
    let decision = kept.decide(&server(), &remind(4, 500)).expect("decides");
    let [Change::SaveMessage { remind_at: None, .. }, Change::DueNotice(notice)] =
        decision.changes.as_slice()
    else {
        panic!("{:?}", decision.changes)
    };
    let expected = DueNotice {
        id: notice.id,
        user_id: ANN,
        reason: NotificationReason::SavedReminder,
        source_id: message(4).0,
        community_id: None,
        channel_id: None,
        actor: ANN,
        at: at(1),
    };
    assert_eq!(*notice, expected);
    assert_eq!(decision.events[0].kind, EventType::SavedUpdated);
    for (n, ms) in [(4, 400), (5, 500)] {
        assert!(kept.decide(&server(), &remind(n, ms)).expect("decides").changes.is_empty(), "{n} {ms}");
    }
    assert_eq!(kept.decide(&ann(), &remind(4, 500)).err(), Some(Denied::NotFound.into()));
}

/// An operator may have a job tried before its time.
#[test]
fn what_is_for_next_week_is_not_done_now() {
    let next_week = Kept { at: 7 * 86_400_000, ..Kept::default() };
    let (scheduled_id, time) = (ID, at(next_week.at));
    let take = SettleScheduled { scheduled_id, at: time, step: SendStep::Take };
    assert_eq!(next_week.decide(&server(), &take).err(), Some(NotDue::NotYet));
    let failed = SettleScheduled { step: SendStep::Failed("conflict".into()), ..take.clone() };
    assert_eq!(next_week.decide(&server(), &failed).err(), Some(NotDue::NotYet), "nor given up");
    let remind = Remind { message_id: message(4), at: time };
    assert_eq!(next_week.decide(&server(), &remind).err(), Some(NotDue::NotYet));
    let taken = Kept { taken: true, ..next_week };
    assert!(taken.decide(&server(), &take).is_ok(), "it was due by the clock of another node");
}

#[test]
fn a_message_is_scheduled_for_the_future() {
    let schedule =
        |ms| Schedule { channel_id: HERE, parent_id: None, body_md: "later".into(), send_at: at(ms) };
    let kept = Kept::default();
    let decision = kept.decide(&ann(), &schedule(500)).expect("decides");
    let Made::New(made) = decision.answer else { panic!("it is new") };
    assert_eq!(
        (made.state, made.send_at, decision.made),
        (ScheduledState::Pending, at(500), Some(made.id.0))
    );
    let job = JobRequest::SendScheduled { user_id: ANN, scheduled_id: made.id, at: at(500) };
    let row = Change::KeepScheduled { user_id: ANN, scheduled: made, taken: false };
    assert_eq!(decision.changes, [row, Change::RequestJob(job)]);
    assert_eq!(kept.decide(&ann(), &schedule(1)).err(), Some(NotScheduled::TooEarly));
    let far = 1 + limits::AHEAD_SECONDS * 1000;
    assert!(kept.decide(&ann(), &schedule(far)).is_ok());
    assert_eq!(kept.decide(&ann(), &schedule(far + 1)).err(), Some(NotScheduled::TooFar));
    assert_eq!(kept.decide(&bob(), &schedule(500)).err(), Some(Denied::NotFound.into()));
    let full = Kept { many: limits::SCHEDULED, ..kept };
    assert_eq!(full.decide(&ann(), &schedule(500)).err(), Some(NotScheduled::TooMany));
}

#[test]
fn what_waits_is_changed_and_what_is_being_sent_is_not() {
    let update = |body: Option<&str>, ms: Option<u64>| UpdateScheduled {
        scheduled_id: ID,
        body_md: body.map(Into::into),
        send_at: ms.map(at),
    };
    let kept = Kept::default();
    let count = |verb: &UpdateScheduled| kept.decide(&ann(), verb).map(|decision| decision.changes.len());
    assert_eq!(count(&update(Some("later"), Some(500))), Ok(0), "it is so");
    assert_eq!(count(&update(Some("sooner"), None)), Ok(1), "no other job");
    assert_eq!(count(&update(None, Some(400))), Ok(2), "a job for the new time");
    assert_eq!(count(&update(None, Some(1))), Err(Unchangeable::TooEarly));
    let far = 1 + limits::AHEAD_SECONDS * 1000;
    assert_eq!(count(&update(None, Some(far))), Ok(2));
    assert_eq!(count(&update(None, Some(far + 1))), Err(Unchangeable::TooFar));
    assert_eq!(kept.decide(&bob(), &update(None, None)).err(), Some(Denied::NotFound.into()));
    let cancel = CancelScheduled { scheduled_id: ID };
    let gone = Change::RemoveScheduled { user_id: ANN, id: ID };
    let ended = JobRequest::SendScheduled { user_id: ANN, scheduled_id: ID, at: at(1) };
    let remembered = removed(ANN, ID.0, at(1));
    let dropped = kept.decide(&ann(), &cancel).expect("decides").changes;
    let expected = [gone.clone(), remembered.clone(), Change::RequestJob(ended)];
    assert_eq!(dropped, expected, "its job finds nothing to do");
    assert_eq!(kept.decide(&bob(), &cancel).err(), Some(Denied::NotFound.into()));
    let taken = Kept { taken: true, ..kept.clone() };
    assert_eq!(taken.decide(&ann(), &update(Some("x"), None)).err(), Some(Unchangeable::Settled));
    assert_eq!(taken.decide(&ann(), &cancel).err(), Some(Unchangeable::Settled));
    let sent = Kept { state: ScheduledState::Sent, ..kept };
    assert_eq!(sent.decide(&ann(), &update(Some("x"), None)).err(), Some(Unchangeable::Settled));
    let dropped = sent.decide(&ann(), &cancel).expect("decides").changes;
    assert_eq!(dropped, [gone, remembered], "what was sent is dropped from the list");
}

#[test]
fn what_is_due_is_sent_in_steps() {
    let step = |ms, step| SettleScheduled { scheduled_id: ID, at: at(ms), step };
    let waits = Kept::default();
    let taken = Kept { taken: true, ..waits.clone() };
    let sent = Kept { state: ScheduledState::Sent, ..waits.clone() };
    let decision = waits.decide(&server(), &step(500, SendStep::Take)).expect("decides");
    assert_eq!(decision.answer, Some(Box::new(waits.scheduled())));
    assert!(matches!(decision.changes.as_slice(), [Change::KeepScheduled { taken: true, .. }]));
    let decision = taken.decide(&server(), &step(500, SendStep::Take)).expect("decides");
    assert!(decision.answer.is_some() && decision.changes.is_empty(), "a job that was cut off goes on");
    for (kept, ms) in [(&waits, 400), (&sent, 500)] {
        let failed = SendStep::Failed("muted".into());
        for one in [SendStep::Take, SendStep::Sent(message(9)), failed, SendStep::GiveBack] {
            let decision = kept.decide(&server(), &step(ms, one)).expect("decides");
            assert!(decision.answer.is_none() && decision.changes.is_empty() && decision.events.is_empty());
        }
    }
    let decision = taken.decide(&server(), &step(500, SendStep::Sent(message(9)))).expect("decides");
    let [Change::KeepScheduled { scheduled, taken: false, .. }] = decision.changes.as_slice() else {
        panic!("{:?}", decision.changes)
    };
    assert_eq!((scheduled.state, scheduled.message_id), (ScheduledState::Sent, Some(message(9))));
    assert_eq!(scheduled.body_md, "", "the message has the text");
    assert_eq!(decision.events[0].kind, EventType::ScheduledSent);
    let decision = taken.decide(&server(), &step(500, SendStep::Failed("muted".into()))).expect("decides");
    let [Change::KeepScheduled { scheduled, .. }] = decision.changes.as_slice() else {
        panic!("{:?}", decision.changes)
    };
    assert_eq!((scheduled.state, scheduled.reason.as_deref()), (ScheduledState::Failed, Some("muted")));
    assert_eq!((scheduled.body_md.as_str(), decision.events.len()), ("later", 1));
    assert_eq!(decision.events[0].kind, EventType::ScheduledFailed, "its author learns of it");
    let decision = taken.decide(&server(), &step(500, SendStep::GiveBack)).expect("decides");
    let scheduled = Box::new(waits.scheduled());
    assert_eq!(decision.changes, [Change::KeepScheduled { user_id: ANN, scheduled, taken: false }]);
    let decision = waits.decide(&server(), &step(500, SendStep::GiveBack)).expect("decides");
    assert!(decision.changes.is_empty(), "it was not taken");
    assert_eq!(waits.decide(&ann(), &step(500, SendStep::Take)).err(), Some(Denied::NotFound.into()));
}
