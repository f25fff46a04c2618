//! The writer over the real cores, on facts that are given: idempotency keys, the ACL version of events, the audit row, and
//! events that are too large. What it does for any verb stands in `src/writer/tests.rs`.

use std::collections::{BTreeMap, HashMap, VecDeque};

use ajet_domain::ask::AskError;
use ajet_domain::channel::{self, ChannelCore};
use ajet_domain::community::{self, CommunityCore};
use ajet_domain::journal::{Append, DuplicateKey, Outcome, Rests};
use ajet_domain::need::{ChannelTotal, Facts, Find, Needs, PriorResult};
use ajet_domain::verb::{AnswerOf, Made, RefusedOf, Verbs};
use ajet_domain::writer::{Core, Effect, Found, Writer};
use ajet_domain::{Affected, Asked, Caller, Change, Draft, Key, Rank, Scope, Standing, Universe};
use ajet_protocol::mint::Mint;
use ajet_protocol::{
    Address, Addressed, Audience, ChannelId, ChannelType, CommunityId, Member, MessageId, Permissions, Role,
    Timestamp, Topic, User, UserId, Visibility, limits,
};
use uuid::Uuid;

use crate::requests::{draft, user};

/// The ACL version of everything that is looked up here.
const VERSION: u64 = 4;
/// The one that commits find: others have changed their own rights since.
const FOUND: u64 = 9;
const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(50));
const COMMUNITY: CommunityId = CommunityId(Uuid::from_u128(60));

struct Still;

impl Universe for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(1)
    }
    fn entropy(&mut self) -> u64 {
        1
    }
}

/// What a caller is told by an entity that has not moved.
type Answered<C> = Result<AnswerOf<C>, AskError<RefusedOf<C>>>;

/// Plays the shell of a writer: looks things up and commits.
struct Shell<C: Core> {
    writer: Writer<C, usize>,
    priors: HashMap<DuplicateKey, PriorResult>,
    /// What becomes of the next appends; all others are committed.
    fates: VecDeque<Outcome>,
    committed: Vec<Append<C::Change>>,
    published: Vec<Addressed>,
}

impl<C: Core> Shell<C> {
    fn new(core: C, head: u64) -> Self {
        let stream = core.place().stream;
        Self {
            writer: Writer::new(core, stream, 1, head),
            priors: HashMap::new(),
            fates: VecDeque::new(),
            committed: Vec::new(),
            published: Vec::new(),
        }
    }

    /// Looks up what is asked, and nothing else: everybody is a member, may do all, and stands above no one.
    fn facts(&self, needs: &Needs) -> Facts {
        let standing = Standing {
            acl_version: VERSION,
            in_community: true,
            in_channel: true,
            sees_channel: true,
            archived: false,
            slow_mode_s: 0,
            permissions: Permissions::of_role(Role::Owner),
            muted_until: None,
            rank: Rank::None,
        };
        let mut facts = Facts::default();
        needs.standings.iter().for_each(|one| facts.put(*one, standing));
        needs.heads.iter().for_each(|one| facts.put(*one, None));
        needs.priors.iter().for_each(|one| facts.put(one.clone(), self.priors.get(&one.0).copied()));
        needs.channel_tallies.iter().for_each(|one| facts.put(*one, ChannelTotal::default()));
        needs.accounts.iter().for_each(|one| facts.put(*one, true));
        needs.members.iter().for_each(|one| facts.put(*one, Some(member(one.0))));
        needs.living_invites.iter().for_each(|one| facts.put(*one, 0));
        needs.invites_made.iter().for_each(|one| facts.put(*one, 0));
        needs.edit_windows.iter().for_each(|one| facts.put(*one, limits::EDIT_WINDOW_SECONDS));
        facts
    }

    /// Takes commands, decides the first one alone and then the others, and answers each once, in their order.
    fn all(&mut self, commands: Vec<Asked<C::Command>>) -> Vec<Answered<C>> {
        let mut effects = VecDeque::new();
        for (token, asked) in commands.into_iter().enumerate() {
            effects.extend(self.writer.submit(asked, token, Timestamp::FAR, &mut Still));
        }
        let mut answers = BTreeMap::new();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Gather { needs, .. } => {
                    let facts = self.facts(&needs);
                    effects.extend(self.writer.gathered(Found::Looked(facts), &mut Still));
                }
                Effect::Append(append) => {
                    let acl_version = FOUND + u64::from(!append.raises.is_empty());
                    let outcome = self.fates.pop_front().unwrap_or(Outcome::Committed { acl_version });
                    if matches!(outcome, Outcome::Committed { .. }) {
                        self.committed.push(append);
                    }
                    effects.extend(self.writer.appended(outcome, &mut Still));
                }
                Effect::Answer(token, told) => {
                    let told = told.expect("has not moved");
                    assert!(answers.insert(token, told).is_none(), "each is answered once");
                }
                Effect::Publish(events) => self.published.extend(events.iter().cloned()),
                Effect::Look | Effect::StepAside => panic!("the stream is in no doubt"),
            }
        }
        assert!(self.writer.is_idle());
        answers.into_values().collect()
    }

    fn one(&mut self, command: Asked<C::Command>) -> Answered<C> {
        self.all(vec![command]).pop().expect("an answer")
    }

    /// Every committed row.
    fn rows(&self) -> impl Iterator<Item = &C::Change> {
        self.committed.iter().flat_map(|append| &append.changes)
    }
}

fn a_channel() -> Shell<ChannelCore> {
    Shell::new(ChannelCore::new(CHANNEL, Some(COMMUNITY), Mint::above(1, None)), 0)
}

fn a_community() -> Shell<CommunityCore> {
    Shell::new(CommunityCore::new(COMMUNITY, Mint::above(1, None)), 2)
}

fn member(id: UserId) -> Member {
    Member {
        user: User { id, ..user(0) },
        role: Role::Member,
        roles: vec![],
        nickname: None,
        avatar_url: None,
        muted_until: None,
        joined_at: Timestamp::from_unix_millis(0),
    }
}

/// A command; of a verb that takes a key, under one of its own.
fn asked<C: Verbs>(verb: impl Into<C>) -> Asked<C> {
    let verb: C = verb.into();
    let key = verb.keys().map(|_| Key {
        text: format!("{verb:?}").chars().take(64).collect(),
        fingerprint: 1,
        former: None,
    });
    Asked { by: Caller::session(user(1)), key, verb }
}

/// A command under the key `k`.
fn keyed<C: Verbs>(verb: impl Into<C>, fingerprint: i64, former: Option<i64>) -> Asked<C> {
    Asked { key: Some(Key { text: "k".into(), fingerprint, former }), ..asked(verb) }
}

/// A key of the caller, as it is stored.
fn stored(key: &str) -> DuplicateKey {
    // Those of objects stand behind a prefix, which a key that is given here does not.
    if key.contains(':') {
        DuplicateKey::of_object(user(1).id, key)
    } else {
        DuplicateKey::of_message(user(1).id, key)
    }
}

fn post(text: &str) -> channel::Post {
    channel::Post::of(draft(text))
}

fn create() -> community::CreateChannel {
    community::CreateChannel {
        name: "random".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
    }
}

/// The messages that a channel committed.
fn inserted(shell: &Shell<ChannelCore>) -> Vec<MessageId> {
    let inserted = |change: &Change| match change {
        Change::InsertMessage { message, .. } => Some(message.id),
        _ => None,
    };
    shell.rows().filter_map(inserted).collect()
}

/// An answer in a word, where `before` is this message.
fn said(answered: &Answered<ChannelCore>, id: MessageId) -> &'static str {
    match answered {
        Ok(channel::Answer::Post(Made::New(_))) => "new",
        Ok(channel::Answer::Post(Made::Before(object))) if *object == id.0 => "before",
        Err(AskError::KeyReused) => "reused",
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_channel_knows_a_key_again_within_a_batch_and_after_it() {
    let mut shell = a_channel();
    let mut told = shell.all(vec![
        asked(post("first")),
        keyed(post("one"), 1, None),
        keyed(post("one"), 1, None),
        keyed(post("two"), 2, None),
    ]);
    for (text, fingerprint, former) in [("one", 1, None), ("one", 3, Some(1)), ("two", 2, None)] {
        told.push(shell.one(keyed(post(text), fingerprint, former)));
    }
    let made = inserted(&shell);
    assert_eq!(made.len(), 2, "one each");
    let said: Vec<_> = told.iter().map(|one| said(one, made[1])).collect();
    assert_eq!(said, ["new", "new", "before", "reused", "before", "before", "reused"]);
}

#[test]
fn a_channel_looks_up_a_key_that_the_store_finds_spent() {
    let id = MessageId(Uuid::from_u128(9));
    for (fingerprint, former, expected) in [(1, None, "before"), (2, Some(1), "before"), (2, None, "reused")]
    {
        let mut shell = a_channel();
        shell.fates.push_back(Outcome::Spent(vec![stored("k")]));
        shell.priors.insert(stored("k"), PriorResult { object: id.0, fingerprint: 1 });
        assert_eq!(said(&shell.one(keyed(post("one"), fingerprint, former)), id), expected);
        assert!(shell.committed.is_empty());
    }
}

/// I8: repetitions of several keys come to an end, however the store finds one after the other spent.
#[test]
fn a_channel_remembers_all_keys_that_were_found_spent_until_the_batch_is_done() {
    let mut shell = a_channel();
    let under = |key: &str| {
        let key = Some(Key { text: key.into(), fingerprint: 1, former: None });
        Asked { key, ..asked(post("again")) }
    };
    let object = Uuid::from_u128(9);
    for key in ["k", "l"] {
        shell.fates.push_back(Outcome::Spent(vec![stored(key)]));
        shell.priors.insert(stored(key), PriorResult { object, fingerprint: 1 });
    }
    let told = shell.all(vec![under("k"), under("l")]);
    let said: Vec<_> = told.iter().map(|one| said(one, MessageId(object))).collect();
    assert_eq!((said, shell.committed.len()), (vec!["before", "before"], 0));
}

#[test]
fn what_did_not_become_durable_spends_no_key() {
    let mut shell = a_channel();
    shell.fates.push_back(Outcome::Failed);
    assert!(matches!(shell.one(keyed(post("one"), 1, None)), Err(AskError::Poison)));
    shell.fates.push_back(Outcome::StaleAcl);
    assert!(shell.one(keyed(post("two"), 2, None)).is_ok());
    let made = inserted(&shell);
    assert_eq!((made.len(), shell.published.len(), shell.published[0].event.seq), (1, 1, Some(1)));
    assert_eq!(said(&shell.one(keyed(post("two"), 2, None)), made[0]), "before", "as decided at last");
}

#[test]
fn a_community_keeps_the_keys_of_each_kind_apart() {
    let (object, mut shell) = (Uuid::from_u128(9), a_community());
    shell.priors.insert(stored("channels:k"), PriorResult { object, fingerprint: 7 });
    for (fingerprint, former) in [(7, None), (8, Some(7))] {
        match shell.one(keyed(create(), fingerprint, former)) {
            Ok(community::Answer::CreateChannel(Made::Before(made))) => assert_eq!(made, object),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(shell.one(keyed(create(), 8, None)), Err(AskError::KeyReused)));
    let invite =
        community::CreateInvite { code: "c".into(), max_uses: None, expires_at: None, addressee: None };
    assert!(shell.one(keyed(invite, 8, None)).is_ok());
    let spent = shell.rows().filter_map(|change| match change {
        Change::SpendKey(spent) => Some((spent.key.clone(), spent.fingerprint)),
        _ => None,
    });
    assert_eq!(spent.collect::<Vec<_>>(), [(stored("invites:k"), 8)]);
}

/// What the caller's commands rest on: their own rights, as they were looked up.
fn own_rights() -> Vec<Rests> {
    vec![Rests { scope: Scope::from(COMMUNITY), person: user(1).id, version: VERSION }]
}

#[test]
fn a_new_channel_raises_the_acl_and_its_event_is_for_those_who_see_it() {
    let mut shell = a_community();
    assert!(shell.one(keyed(create(), 1, None)).is_ok());
    let (Addressed { to, event }, append) = (&shell.published[0], &shell.committed[0]);
    let id = event.channel_id.expect("the channel");
    assert_eq!(*to, Address { topic: Topic::Community(COMMUNITY), audience: Audience::Seers(id) });
    assert_eq!((event.acl_version, event.seq), (Some(FOUND + 1), Some(3)));
    assert_eq!(append.raises, [Affected::Channel(id), Affected::Person(user(1).id)]);
    assert_eq!((append.acl.scope, &append.acl.rests_on), (Scope::from(COMMUNITY), &own_rights()));
}

#[test]
fn a_message_leaves_the_acl_version_as_it_is_and_is_for_those_who_joined() {
    let mut shell = a_channel();
    assert!(shell.one(keyed(post("one"), 1, None)).is_ok());
    let (Addressed { to, event }, append) = (&shell.published[0], &shell.committed[0]);
    assert_eq!(*to, Address { topic: Topic::Community(COMMUNITY), audience: Audience::Joined(CHANNEL) });
    assert_eq!((event.acl_version, append.raises.len()), (Some(FOUND), 0));
    assert_eq!((append.acl.scope, &append.acl.rests_on), (Scope::from(COMMUNITY), &own_rights()));
}

#[test]
fn a_community_audits_a_mute_and_nothing_that_changed_nothing() {
    let (mut shell, user_id) = (a_community(), user(2).id);
    let mute = community::Mute { user_id, seconds: None, reason: Some("spam".into()) };
    assert!(shell.one(asked(mute.clone())).is_ok());
    assert!(shell.one(asked(community::Unmute { user_id, reason: None })).is_ok(), "the store knows no mute");
    assert!(shell.one(asked(community::Mute { user_id: user(1).id, ..mute })).is_err(), "not oneself");
    let audits: Vec<_> = shell.rows().filter(|row| matches!(row, Change::Audit { .. })).collect();
    let [Change::Audit { actor, action, target_type, target_id, details, .. }] = audits.as_slice() else {
        panic!("one: {audits:?}");
    };
    assert_eq!((*actor, *action), (user(1).id, "member.mute"));
    assert_eq!((*target_type, *target_id), ("user", Some(user_id.0)));
    assert_eq!(*details, [("reason", "spam".to_owned())]);
    assert_eq!(shell.committed.len(), 1);
}

/// H2: what the bus could never take is refused before it is appended.
#[test]
fn no_event_is_larger_than_the_bus_takes() {
    let mut shell = a_channel();
    let huge = Draft { body_html: "x".repeat(limits::EVENT_BYTES), ..draft("hello") };
    let large = channel::Post::of(huge);
    assert!(matches!(shell.one(keyed(large, 1, None)), Err(AskError::TooLarge)));
    assert!(shell.committed.is_empty());
    assert!(shell.one(keyed(post("hello"), 2, None)).is_ok(), "its key is still free");
    assert_eq!(shell.published[0].event.seq, Some(1));
}
