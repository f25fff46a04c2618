//! Decisions about reminders, and about uses of bots' commands.

use ajet_protocol::events::{CommandAnswered, CommandInvoked};
use ajet_protocol::{
    CommandId, EventType, InvocationId, NotificationReason, ReminderId, Timestamp, UserId, limits,
};
use uuid::Uuid;

use super::{ANN, HERE, core, user};
use crate::asked::{Key, Via};
use crate::change::{Change, DueNotice, Reminder, SlashChange};
use crate::job::{JobRequest, NotDue};
use crate::need::{Facts, Find, InvocationFacts, Needs, Posting};
use crate::person::{
    AnswerCommand, BotAnswer, InvokeCommand, NotAnswered, NotReminded, PersonCore, RingReminder, SetReminder,
};
use crate::verb::{Decided, Made, Verb};
use crate::writer::{Core, Turn};
use crate::{Caller, Denied, Universe};

const BOT: UserId = UserId(Uuid::from_u128(2));
const REMINDER: ReminderId = ReminderId(Uuid::from_u128(80));
const INVOCATION: InvocationId = InvocationId(Uuid::from_u128(81));
/// When the reminder is due.
const DUE: u64 = 60_000;

struct Clock(u64);

impl Universe for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0)
    }
    fn entropy(&mut self) -> u64 {
        1
    }
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_unix_millis(ms)
}

/// What is stored of ann, and what a batch has decided on top.
struct Batch {
    core: PersonCore,
    waiting: i64,
    is_settled: bool,
    /// Whether the time for an answer is over by the clock of the database.
    is_over: bool,
    posting: Posting,
    now: u64,
}

impl Default for Batch {
    fn default() -> Self {
        let posting = Posting::Settled;
        Self { core: core(), waiting: 0, is_settled: false, is_over: false, posting, now: 1000 }
    }
}

impl Batch {
    fn at(now: u64) -> Self {
        Self { now, ..Self::default() }
    }

    fn facts(&self, needs: &Needs) -> Facts {
        let mut facts = Facts::default();
        needs.reminders.iter().for_each(|one| facts.put(*one, (one.id == REMINDER).then(reminder)));
        needs.reminder_counts.iter().for_each(|one| facts.put(*one, self.waiting));
        let (is_over, is_settled) = (self.is_over, self.is_settled);
        let (bot, answer, posting) = (BOT, self.is_settled.then_some(1), self.posting);
        let (channel_id, user_id) = (HERE, ANN);
        let found = InvocationFacts { bot, channel_id, user_id, is_over, is_settled, answer, posting };
        needs.invocations.iter().for_each(|one| facts.put(*one, (one.0 == INVOCATION).then_some(found)));
        facts
    }

    fn decide<V: Verb<Entity = PersonCore>>(&mut self, by: &Caller, verb: &V) -> Decided<V> {
        let mut needs = Needs::default();
        verb.needs(&self.core, by, &mut needs);
        let facts = self.facts(&needs);
        let mut universe = Clock(self.now);
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

fn bot() -> Caller {
    Caller { via: Via::Token, ..Caller::session(user(BOT)) }
}

fn server() -> Caller {
    Caller { via: Via::System, ..ann() }
}

fn reminder() -> Reminder {
    Reminder {
        id: REMINDER,
        user_id: ANN,
        channel_id: HERE,
        text: "tea".into(),
        remind_at: at(DUE),
        told_at: None,
        created_at: at(0),
    }
}

fn remind(seconds: u64) -> SetReminder {
    SetReminder { channel_id: HERE, text: "tea".into(), seconds }
}

#[test]
fn a_reminder_is_set_with_its_job() {
    let decision = Batch::default().decide(&ann(), &remind(60)).expect("may");
    let Made::New((id, remind_at)) = decision.answer else { panic!("is new") };
    assert_eq!((remind_at, decision.made), (at(61_000), Some(id.0)));
    let kept = Reminder { id, remind_at, created_at: at(1000), ..reminder() };
    let kept = Change::Slash(SlashChange::KeepReminder(Box::new(kept)));
    let job = JobRequest::RingReminder { user_id: ANN, reminder_id: id, at: remind_at };
    assert_eq!(decision.changes, [kept, Change::RequestJob(job)]);
    assert!(decision.events.is_empty());
}

#[test]
fn reminders_are_ones_own_bounded_and_within_a_year() {
    for (by, seconds, refusal) in [
        (bot(), 60, NotReminded::Denied(Denied::NotFound)),
        (ann(), 0, NotReminded::TooEarly),
        (ann(), limits::AHEAD_SECONDS + 1, NotReminded::TooFar),
    ] {
        assert_eq!(Batch::default().decide(&by, &remind(seconds)).err(), Some(refusal), "{seconds}");
    }
    assert!(Batch::default().decide(&ann(), &remind(limits::AHEAD_SECONDS)).is_ok());
    let mut near = Batch { waiting: limits::REMINDERS - 1, ..Batch::default() };
    assert!(near.decide(&ann(), &remind(60)).is_ok());
    assert_eq!(near.decide(&ann(), &remind(60)).err(), Some(NotReminded::TooMany), "in one batch");
}

#[test]
fn a_reminder_rings_once_and_not_too_early() {
    let ring = RingReminder { reminder_id: REMINDER, at: at(DUE) };
    let early = Batch::at(DUE - 6000).decide(&server(), &ring);
    assert_eq!(early.err(), Some(NotDue::NotYet));
    assert_eq!(Batch::at(DUE).decide(&ann(), &ring).err(), Some(Denied::NotFound.into()), "the server rings");
    let mut batch = Batch::at(DUE);
    let rung = batch.decide(&server(), &ring).expect("is due");
    let told = Reminder { told_at: Some(at(DUE)), ..reminder() };
    let Change::DueNotice(notice) = &rung.changes[0] else { panic!("{rung:?}", rung = rung.changes) };
    let expected = DueNotice {
        id: notice.id,
        user_id: ANN,
        reason: NotificationReason::Reminder,
        source_id: REMINDER.0,
        community_id: None,
        channel_id: None,
        actor: ANN,
        at: at(DUE),
    };
    assert_eq!(*notice, expected);
    assert_eq!(rung.changes[1], Change::Slash(SlashChange::KeepReminder(Box::new(told))));
    assert!(batch.decide(&server(), &ring).expect("again").changes.is_empty());
    for other in [
        RingReminder { at: at(DUE - 1), ..ring },
        RingReminder { reminder_id: ReminderId(Uuid::from_u128(82)), ..ring },
    ] {
        assert!(Batch::at(DUE).decide(&server(), &other).expect("nothing").changes.is_empty(), "{other:?}");
    }
}

#[test]
fn a_bot_is_told_of_its_command_by_the_server_alone() {
    let invoke = InvokeCommand {
        command_id: CommandId(Uuid::from_u128(90)),
        channel_id: HERE,
        text: "/deploy prod".into(),
    };
    assert_eq!(Batch::default().decide(&ann(), &invoke).err(), Some(Denied::NotFound));
    let by_bob = Caller { via: Via::System, ..bot() };
    let told = Batch::default().decide(&by_bob, &invoke).expect("decides");
    let Made::New(id) = told.answer else { panic!("is new") };
    assert_eq!(told.events[0].kind, EventType::CommandInvoked);
    let event: CommandInvoked = serde_json::from_str(told.events[0].payload.get()).expect("decodes");
    let text = "/deploy prod".to_owned();
    assert_eq!(event, CommandInvoked { invocation_id: id, channel_id: HERE, user_id: BOT, text });
    let job = JobRequest::ExpireInvocation { user_id: BOT, invocation_id: id, at: at(5000) };
    assert_eq!(told.changes[1], Change::RequestJob(job));
}

#[test]
fn a_command_is_answered_once_by_its_bot_and_in_time() {
    let answer = |answer| AnswerCommand { invocation_id: INVOCATION, answer, digest: 7 };
    let private = || answer(BotAnswer::Private("done".into()));
    let mut batch = Batch::at(DUE - 1);
    let told = batch.decide(&bot(), &private()).expect("in time");
    let event: CommandAnswered = serde_json::from_str(told.events[0].payload.get()).expect("decodes");
    assert_eq!((event.invocation_id, event.reply_md.as_str()), (INVOCATION, "done"));
    let settled = |ms, awaits_post| {
        let (id, at, answer) = (INVOCATION, at(ms), Some(7));
        [Change::Slash(SlashChange::SettleInvocation { id, at, answer, awaits_post })]
    };
    assert_eq!(told.changes, settled(DUE - 1, false));
    assert!(batch.decide(&bot(), &private()).expect("the same again").changes.is_empty());
    let changed = AnswerCommand { digest: 8, ..private() };
    assert_eq!(batch.decide(&bot(), &changed).err(), Some(NotAnswered::Over), "in one batch");
    // The clock of this node may be wrong by minutes, either way.
    for now in [1, 10 * DUE] {
        let refused = |is_over, is_settled| {
            Batch { is_over, is_settled, ..Batch::at(now) }.decide(&bot(), &private()).err()
        };
        assert_eq!(refused(false, false), None, "{now}");
        assert_eq!(refused(true, false), Some(NotAnswered::Over), "{now}");
        assert_eq!(refused(false, true), Some(NotAnswered::Over), "{now}");
    }
    let public = Batch::at(1).decide(&bot(), &answer(BotAnswer::Public)).expect("in time");
    assert!(public.events.is_empty(), "its message tells");
    assert_eq!(public.changes, settled(1, true));
    let not_there = Some(NotAnswered::NotDue(Denied::NotFound.into()));
    assert_eq!(Batch::at(1).decide(&ann(), &private()).err(), not_there, "not the bot");
    let other = AnswerCommand { invocation_id: InvocationId(Uuid::from_u128(83)), ..private() };
    assert_eq!(Batch::at(1).decide(&bot(), &other).err(), not_there);
}

#[test]
fn who_used_a_command_is_told_once_that_nobody_answered() {
    let none = AnswerCommand { invocation_id: INVOCATION, answer: BotAnswer::None, digest: 0 };
    let not_there = Some(NotAnswered::NotDue(Denied::NotFound.into()));
    let over = || Batch { is_over: true, ..Batch::at(1) };
    assert_eq!(over().decide(&bot(), &none).err(), not_there, "the server says so");
    let early = Batch::at(10 * DUE).decide(&server(), &none);
    assert_eq!(early.err(), Some(NotAnswered::NotDue(NotDue::NotYet)), "whatever the clock here says");
    let mut batch = over();
    let told = batch.decide(&server(), &none).expect("is over");
    let event: CommandAnswered = serde_json::from_str(told.events[0].payload.get()).expect("decodes");
    assert_eq!(event.reply_md, CommandAnswered::NO_ANSWER);
    assert!(batch.decide(&server(), &none).expect("again").changes.is_empty());
    let answered = Batch { is_settled: true, ..over() }.decide(&server(), &none).expect("nothing");
    assert!(answered.changes.is_empty() && answered.events.is_empty());
}

/// The node died between the two, or the message was refused.
#[test]
fn who_used_a_command_is_told_once_that_the_message_of_an_answer_did_not_come() {
    let none = AnswerCommand { invocation_id: INVOCATION, answer: BotAnswer::None, digest: 0 };
    let answered = |posting| Batch { is_settled: true, is_over: true, posting, ..Batch::at(1) };
    let mut batch = answered(Posting::Missing);
    let told = batch.decide(&server(), &none).expect("it did not come");
    let event: CommandAnswered = serde_json::from_str(told.events[0].payload.get()).expect("decodes");
    assert_eq!(event.reply_md, CommandAnswered::NO_MESSAGE);
    assert_eq!(told.changes, [Change::Slash(SlashChange::MissPost { id: INVOCATION })]);
    assert!(batch.decide(&server(), &none).expect("again").changes.is_empty(), "in one batch");
    assert!(answered(Posting::Settled).decide(&server(), &none).expect("nothing").events.is_empty());
    let not_yet = Some(NotAnswered::NotDue(NotDue::NotYet));
    assert_eq!(answered(Posting::Awaited).decide(&server(), &none).err(), not_yet, "it may still come");
    let mut batch = Batch::at(1);
    let public = AnswerCommand { answer: BotAnswer::Public, digest: 7, ..none.clone() };
    batch.decide(&bot(), &public).expect("in time");
    assert_eq!(batch.decide(&server(), &none).err(), not_yet, "in one batch");
}
