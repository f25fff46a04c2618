//! What a writer does for every verb alike: answers that come late, one bad command among good ones, idempotency keys, the ACL
//! version of events, the audit row, and events that are too large or can't be addressed.

use std::collections::{BTreeMap, HashMap, VecDeque};

use ajet_protocol::mint::Mint;
use ajet_protocol::{Address, Addressed, Audience, EventType, Timestamp, Topic, User, UserId, limits};
use uuid::Uuid;

use super::numbers::{Answer, COMMUNITY, Command, Guess, NotTaken, Numbers, Refused, Row, Say, Take, Tell};
use super::{Effect, Found, Told, Writer};
use crate::acl::{Affected, Scope};
use crate::ask::AskError;
use crate::journal::{AclCheck, Append, DuplicateKey, Outcome, Rests, StreamPosition};
use crate::need::{Facts, Find, Needs, PriorResult};
use crate::verb::{Made, Verbs};
use crate::{Asked, Caller, Key, Standing, Universe};

/// The ACL version of everything that is looked up here.
const VERSION: u64 = 4;
/// The one that commits find: others have changed their own rights since.
const FOUND: u64 = 9;

struct Still;

impl Universe for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1)
    }
    fn entropy(&mut self) -> u64 {
        1
    }
}

const LATER: Timestamp = Timestamp::FAR;

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

/// A command; of a verb that takes a key, under one that no other command has.
fn asked(verb: impl Into<Command>) -> Asked<Command> {
    let verb: Command = verb.into();
    let text = Uuid::new_v4().to_string();
    let key = verb.keys().map(|_| Key { text, fingerprint: 1, former: None });
    Asked { by: Caller::session(user(1)), key, verb }
}

/// The same command under the key `k`.
fn keyed(verb: impl Into<Command>, fingerprint: i64, former: Option<i64>) -> Asked<Command> {
    Asked { key: Some(Key { text: "k".into(), fingerprint, former }), ..asked(verb) }
}

fn say(text: &str, raises: bool) -> Say {
    Say { text: text.into(), raises }
}

/// The first person's key `k`, as it is stored.
fn stored(key: &str) -> DuplicateKey {
    DuplicateKey::of_object(user(1).id, key)
}

/// The append is committed, and raises the version if it is to.
fn committed(append: &Append<Row>) -> Outcome {
    Outcome::Committed { acl_version: FOUND + u64::from(!append.raises.is_empty()) }
}

/// Plays the shell of a writer: looks things up, and commits what the store takes.
struct Shell {
    writer: Writer<Numbers, usize>,
    priors: HashMap<DuplicateKey, PriorResult>,
    committed: Vec<Append<Row>>,
    published: Vec<Addressed>,
}

impl Shell {
    fn new() -> Self {
        Self {
            writer: Writer::new(Numbers(Mint::above(1, None)), COMMUNITY.into(), 1, 0),
            priors: HashMap::new(),
            committed: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Looks up what is asked, and nothing else.
    fn facts(&self, needs: &Needs) -> Facts {
        let standing = Standing { acl_version: VERSION, ..Standing::default() };
        let mut facts = Facts::default();
        needs.standings.iter().for_each(|one| facts.put(*one, standing));
        needs.priors.iter().for_each(|one| facts.put(one.clone(), self.priors.get(&one.0).copied()));
        facts
    }

    /// Takes commands, decides the first one alone and the others after it, and answers each once, in their order.
    fn run(
        &mut self,
        commands: Vec<Asked<Command>>,
        fate: fn(&Append<Row>) -> Outcome,
    ) -> Vec<Told<Numbers>> {
        let mut effects = VecDeque::new();
        for (token, asked) in commands.into_iter().enumerate() {
            let new = self.writer.submit(asked, token, LATER, &mut Still);
            assert!(token == 0 || new.is_empty(), "the first look-up is still out");
            effects.extend(new);
        }
        let mut answers = BTreeMap::new();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Gather { needs, .. } => {
                    let facts = self.facts(&needs);
                    effects.extend(self.writer.gathered(Found::Looked(facts), &mut Still));
                }
                Effect::Append(append) => {
                    let outcome = fate(&append);
                    if matches!(outcome, Outcome::Committed { .. }) {
                        self.committed.push(append);
                    }
                    effects.extend(self.writer.appended(outcome, &mut Still));
                }
                Effect::Answer(token, told) => assert!(answers.insert(token, told).is_none(), "once"),
                Effect::Publish(events) => self.published.extend(events.iter().cloned()),
                Effect::Look | Effect::StepAside => panic!("no doubt about the stream"),
            }
        }
        assert!(self.writer.is_idle());
        answers.into_values().collect()
    }

    /// Runs commands whose appends are committed.
    fn all(&mut self, commands: Vec<Asked<Command>>) -> Vec<Result<Answer, AskError<Refused>>> {
        let told = self.run(commands, committed);
        told.into_iter().map(|one| one.expect("has not moved")).collect()
    }

    fn one(&mut self, command: Asked<Command>) -> Result<Answer, AskError<Refused>> {
        self.all(vec![command]).pop().expect("an answer")
    }

    /// Every committed row.
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.committed.iter().flat_map(|append| &append.changes)
    }

    fn rows_but_keys(&self) -> impl Iterator<Item = &Row> {
        self.rows().filter(|row| !matches!(row, Row::Spent(_)))
    }
}

#[test]
fn the_table_lists_every_verb_with_its_number() {
    let told = Tell(EventType::CommunityUpdated);
    let verbs: [Command; 4] = [Take(1).into(), say("a", false).into(), Guess.into(), told.into()];
    let numbers: Vec<_> = verbs.iter().map(Verbs::tag).zip(["Take", "Say", "Guess", "Tell"]).collect();
    assert_eq!(Command::LIST, numbers);
}

/// I8, I20: a constraint that one command breaks refuses that command, not the batch it was in.
#[test]
fn one_command_that_breaks_a_constraint_is_refused_alone() {
    let odd = |append: &Append<Row>| {
        let bad = append.changes.iter().any(|row| matches!(row, Row::Taken(number) if number % 2 == 1));
        if bad { Outcome::Constraint("odd".into()) } else { committed(append) }
    };
    let mut shell = Shell::new();
    let told = shell.run((0..=5).map(|number| asked(Take(number))).collect(), odd);
    assert_eq!(told.len(), 6);
    for (number, told) in (0..).zip(told) {
        match told {
            Some(Ok(Answer::Take(taken))) => assert_eq!((taken, number % 2), (number, 0)),
            Some(Err(no)) => {
                assert_eq!((no, number % 2), (AskError::Refused(Refused::Take(NotTaken::Odd)), 1));
            }
            other => panic!("{number}: {other:?}"),
        }
    }
    assert!(shell.rows().eq(&[Row::Taken(0), Row::Taken(2), Row::Taken(4)]));
}

/// An answer to what is no longer asked changes nothing: a writer that has stopped stays stopped.
#[test]
fn what_comes_late_does_not_wake_a_writer_that_stopped() {
    let sighting = StreamPosition { epoch: 1, head: 0, next: None, acl_version: 0 };
    let mut writer = Shell::new().writer;
    writer.submit(asked(Take(2)), 2, LATER, &mut Still);
    assert_eq!(writer.step_aside().len(), 2, "the caller is sent on, and the shell told");
    assert!(writer.gathered(Found::Looked(Facts::default()), &mut Still).is_empty());
    assert!(writer.appended(Outcome::Committed { acl_version: FOUND }, &mut Still).is_empty());
    assert!(writer.sighted(sighting, &mut Still).is_empty());
    let late = writer.submit(asked(Take(4)), 4, LATER, &mut Still);
    assert!(matches!(late[..], [Effect::Answer(4, None)]));
}

#[test]
fn a_verb_that_reads_what_it_did_not_ask_for_is_dropped_and_changes_nothing() {
    let mut shell = Shell::new();
    let told = shell.all(vec![asked(Take(0)), asked(Take(2)), asked(Guess), asked(Take(4))]);
    let expected = [Ok(0), Ok(2), Err(AskError::Poison), Ok(4)];
    let taken = told.into_iter().map(|one| {
        one.map(|answer| if let Answer::Take(number) = answer { number } else { panic!("{answer:?}") })
    });
    assert_eq!(taken.collect::<Vec<_>>(), expected);
    assert!(shell.rows().eq(&[Row::Taken(0), Row::Taken(2), Row::Taken(4)]));
    assert!(shell.committed.iter().all(|append| append.raises.is_empty()));
    let before = shell.committed.len();
    assert!(matches!(shell.one(asked(Guess)), Err(AskError::Poison)));
    assert_eq!(shell.committed.len(), before);
}

#[test]
fn a_key_that_made_something_answers_its_request_and_no_other_one() {
    let (object, mut shell) = (Uuid::from_u128(9), Shell::new());
    shell.priors.insert(stored("texts:k"), PriorResult { object, fingerprint: 7 });
    for (fingerprint, former, same) in
        [(7, None, true), (8, Some(7), true), (8, None, false), (8, Some(9), false)]
    {
        match shell.one(keyed(say("a", false), fingerprint, former)) {
            Ok(Answer::Say(Made::Before(made))) => assert!(same && made == object),
            Err(AskError::KeyReused) => assert!(!same, "{fingerprint} {former:?}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(shell.committed.is_empty());
    shell.priors.clear();
    assert!(shell.one(keyed(say("no", false), 7, None)).is_err());
    assert!(shell.one(keyed(Take(2), 7, None)).is_ok());
    assert!(
        shell.rows().eq(&[Row::Taken(2)]),
        "neither a refusal nor a verb that makes nothing spends a key"
    );
    assert!(matches!(shell.one(keyed(say("a", false), 8, Some(7))), Ok(Answer::Say(Made::New(())))));
    let spent = shell.rows().find_map(|row| if let Row::Spent(spent) = row { Some(spent) } else { None });
    let spent = spent.expect("the key");
    assert_eq!((&spent.key, spent.fingerprint), (&stored("texts:k"), 7), "the digest that older nodes know");
}

/// What the fence holds against what was committed since.
fn fence(rests_on: Vec<Rests>) -> AclCheck {
    AclCheck { scope: Scope::from(COMMUNITY), rests_on }
}

#[test]
fn events_get_the_acl_version_that_their_commit_found_or_made() {
    let mut shell = Shell::new();
    let texts = [("first", false), ("a", false), ("b", true), ("c", true)];
    shell.all(texts.map(|(text, raises)| asked(say(text, raises))).into());
    let stamps = shell.published.iter().map(|one| (one.event.seq, one.event.acl_version));
    let expected = [(1, FOUND), (2, FOUND + 1), (3, FOUND + 1), (4, FOUND + 1)];
    assert!(stamps.eq(expected.map(|(seq, version)| (Some(seq), Some(version)))));
    let once = vec![Affected::Person(user(1).id)];
    assert!(shell.committed.iter().map(|append| append.raises.clone()).eq([vec![], once]));
    let looked_up =
        fence(vec![Rests { scope: Scope::from(COMMUNITY), person: user(1).id, version: VERSION }]);
    assert!(shell.committed.iter().all(|append| append.acl == looked_up));
    let mut appended = shell.committed.iter().flat_map(|append| append.events.iter());
    assert!(appended.all(|one| one.event.acl_version.is_none()), "it is not guessed before");
}

#[test]
fn what_rests_on_no_standing_has_no_fence_of_rights() {
    let mut shell = Shell::new();
    assert!(shell.one(asked(Take(2))).is_ok());
    assert_eq!(shell.committed[0].acl, fence(vec![]));
}

/// The answer of the commit is lost, and with it the ACL version; a look at the stream finds both.
#[test]
fn events_whose_commit_gave_no_answer_get_the_acl_version_that_they_are_stored_with() {
    let mut shell = Shell::new();
    let effects = shell.writer.submit(asked(say("a", false)), 0, LATER, &mut Still);
    let [Effect::Gather { needs, .. }] = &effects[..] else { panic!("a look-up") };
    let facts = shell.facts(needs);
    let effects = shell.writer.gathered(Found::Looked(facts), &mut Still);
    let [Effect::Append(append)] = &effects[..] else { panic!("an append") };
    let next = append.events.first().map(|one| one.event.id);
    assert!(matches!(shell.writer.appended(Outcome::Unknown, &mut Still)[..], [Effect::Look]));
    let sighting = StreamPosition { epoch: 1, head: 1, next, acl_version: FOUND };
    let effects = shell.writer.sighted(sighting, &mut Still);
    let [Effect::Answer(0, Some(Ok(_))), Effect::Publish(events)] = &effects[..] else { panic!("done") };
    assert_eq!(events[0].event.acl_version, Some(FOUND));
}

#[test]
fn events_are_addressed_and_one_that_cannot_be_is_dropped_before_the_append() {
    let mut shell = Shell::new();
    // A message's event lacks its channel; what is for one person can't stand on a topic of many.
    let unfit = [EventType::MessageDeleted, EventType::NotificationNew].map(|kind| asked(Tell(kind)));
    let fit = asked(Tell(EventType::CommunityUpdated));
    let told = shell.all([asked(Take(0)), asked(Take(2))].into_iter().chain(unfit).chain([fit]).collect());
    assert!(matches!(told[..], [Ok(_), Ok(_), Err(AskError::Poison), Err(AskError::Poison), Ok(_)]));
    let to = Address { topic: Topic::Community(COMMUNITY), audience: Audience::Members };
    assert!(shell.published.iter().map(|one| (one.event.seq, one.to)).eq([(Some(1), to)]));
    assert!(shell.rows().eq(&[Row::Taken(0), Row::Taken(2)]));
}

#[test]
fn a_constraint_that_the_verb_does_not_know_is_no_refusal() {
    let mut shell = Shell::new();
    let told = shell.run(vec![asked(Take(2))], |_| Outcome::Constraint("even".into()));
    assert!(matches!(told[..], [Some(Err(AskError::Poison))]));
}

#[test]
fn the_audit_row_is_written_exactly_when_something_changed() {
    let mut shell = Shell::new();
    shell.all(vec![asked(say("", false)), asked(say("no", false)), asked(Take(2))]);
    assert!(shell.rows().eq(&[Row::Taken(2)]));
    assert!(shell.one(asked(say("a", false))).is_ok());
    let made =
        shell.rows().find_map(|row| if let Row::Spent(spent) = row { Some(spent.object) } else { None });
    assert!(made.is_some(), "the key is spent for what was made");
    let audited = Row::Audited { actor: user(1).id, action: "number.say", made };
    assert!(shell.rows_but_keys().eq(&[Row::Taken(2), Row::Said(1), audited]));
}

/// H2: what the bus could never take is refused before it is appended, and its neighbours are committed.
#[test]
fn an_event_that_is_too_large_leaves_nothing_in_its_batch() {
    let huge = "x".repeat(limits::EVENT_BYTES);
    let mut shell = Shell::new();
    let texts =
        [asked(say("a", false)), asked(say("bb", false)), asked(say(&huge, true)), asked(say("ccc", false))];
    let told = shell.all(texts.into());
    assert!(matches!(told[..], [Ok(_), Ok(_), Err(AskError::TooLarge), Ok(_)]));
    assert!(shell.published.iter().map(|one| one.event.seq).eq([Some(1), Some(2), Some(3)]));
    let lengths =
        shell.rows().filter_map(|row| if let Row::Said(length) = row { Some(*length) } else { None });
    assert!(lengths.eq([1, 2, 3]));
    assert!(shell.committed.iter().all(|append| append.raises.is_empty()));
    assert_eq!(shell.rows_but_keys().count(), 6, "each with its audit row");
}

/// A fault of ours: what is made without a key could be made twice.
#[test]
fn a_verb_that_makes_something_is_not_carried_out_without_a_key() {
    let mut shell = Shell::new();
    let told = shell.one(Asked { key: None, ..asked(say("a", false)) });
    assert!(matches!(told, Err(AskError::Poison)));
    assert_eq!(shell.rows().count(), 0);
}
