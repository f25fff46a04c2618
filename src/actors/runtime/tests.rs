//! Activation, crashes, poison, passivation and the gate, against a store in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ajet_cluster::Kind;
use ajet_domain::acl::Scope;
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::asked::{Asked, Caller};
use ajet_domain::event::Place;
use ajet_domain::journal::{Append, DuplicateKey, Outcome, StreamPosition};
use ajet_domain::need::{Facts, Needs, PriorResult};
use ajet_domain::verb::{Decided, Listed, Repeats, Verb};
use ajet_domain::writer::{AuditRow, Core, Decision, SpentKey, Turn};
use ajet_domain::{refusals, verbs};
use ajet_protocol::mint::Mint;
use ajet_protocol::{Addressed, CommunityId, StreamId, Timestamp, Topic, User, UserId};
use futures::future::join_all;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entity, Host, HostSettings, Services, Tell};
use crate::store::StoreError;
use crate::store::streams::Takeover;

/// A counter that adds, crashes on a poison number, and refuses zero.
struct Counter;

const POISON: u64 = 666;
const COMMITTED: Outcome = Outcome::Committed { acl_version: 1 };

#[derive(Default)]
struct Memory {
    epochs: AtomicU64,
    total: AtomicU64,
    /// Appends wait while this is held.
    hold: Mutex<Vec<(Tell, u64)>>,
    holding: std::sync::atomic::AtomicBool,
    /// The streams are not there any more: appends have no outcome, and a look finds nothing.
    gone: std::sync::atomic::AtomicBool,
}

pub struct CounterCore {
    mint: Mint,
    tentative: u64,
}

/// Adds a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Add(u64);

verbs! {
    CounterCore { 1 Add since 3 }
}

refusals! {
    pub enum NotAdded {
        Zero => Conflict: "It is zero.",
    }
}

impl Verb for Add {
    type Entity = CounterCore;
    type Answer = u64;
    type Refusal = NotAdded;
    const REPEATS: Repeats = Repeats::InTurn;

    fn needs(&self, _: &CounterCore, _: &Caller, _: &mut Needs) {}
    fn decide(&self, core: &mut CounterCore, _: &mut Turn<'_>) -> Decided<Self> {
        assert_ne!(self.0, POISON, "poison");
        if self.0 == 0 {
            return Err(NotAdded::Zero);
        }
        core.tentative += self.0;
        Ok(Decision { events: vec![], changes: vec![self.0], raises: vec![], made: None, answer: self.0 })
    }
}

impl Core for CounterCore {
    type Command = Command;
    type Change = u64;
    const BATCH: usize = 8;
    const LOOKS_KEYS_UP: bool = false;

    fn place(&self) -> Place {
        let community = CommunityId(Uuid::nil());
        Place {
            stream: community.into(),
            topic: Topic::Community(community),
            community: Some(community),
            channel: None,
        }
    }
    fn mint(&mut self) -> &mut Mint {
        &mut self.mint
    }
    fn narrow(&self, _: &mut Needs) {}
    fn learn(&mut self, _: &Facts) {}
    fn prior(&self, _: &DuplicateKey, _: &Facts) -> Option<PriorResult> {
        None
    }
    fn spend(&self, _: SpentKey) -> Option<u64> {
        None
    }
    fn audited(&self, _: AuditRow<'_>) -> Option<u64> {
        None
    }
    fn note(&mut self, _: &[u64]) {}
    fn settle(&mut self, _: bool) {}
}

impl Services for Memory {
    async fn take_over(&self, _: Kind, stream: StreamId) -> Result<Option<Takeover>, StoreError> {
        if stream.0.is_nil() || self.gone.load(Ordering::SeqCst) {
            return Ok(None);
        }
        let epoch = self.epochs.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(Some(Takeover { epoch, head: 0, floor: None }))
    }
    async fn sight(&self, _: StreamId, head: u64) -> Result<Option<StreamPosition>, StoreError> {
        let epoch = self.epochs.load(Ordering::SeqCst);
        let sighting = StreamPosition { epoch, head, next: None, acl_version: 0 };
        Ok((!self.gone.load(Ordering::SeqCst)).then_some(sighting))
    }
    fn publish(&self, _: &[Addressed]) {}
    fn publish_backlog(&self, _: Topic, _: StreamId, _: u64) {}
    fn heard(&self, _: Scope, _: u64) {}
    fn node_number(&self) -> u16 {
        0
    }
}

impl Entity for Counter {
    type Core = CounterCore;
    type Id = CommunityId;
    type Services = Memory;
    const KIND: Kind = Kind::Community;
    const NAME: &'static str = "counter";

    async fn load(_: &Arc<Memory>, _: CommunityId, mint: Mint) -> Result<Option<CounterCore>, StoreError> {
        Ok(Some(CounterCore { mint, tentative: 0 }))
    }
    fn recall(_: &Memory, _: Place, _: &Needs) -> Option<Facts> {
        Some(Facts::default())
    }
    async fn gather(_: &Arc<Memory>, _: Place, _: Needs) -> Result<Facts, StoreError> {
        Ok(Facts::default())
    }
    fn append(memory: &Arc<Memory>, append: Append<u64>, tell: Tell) {
        if memory.gone.load(Ordering::SeqCst) {
            return tell(Outcome::Unknown);
        }
        let sum = append.changes.iter().sum();
        if memory.holding.load(Ordering::SeqCst) {
            return memory.hold.lock().push((tell, sum));
        }
        memory.total.fetch_add(sum, Ordering::SeqCst);
        tell(COMMITTED);
    }
}

/// A host, asked again and again until it answers or the deadline passes, as a router does.
#[derive(Clone)]
struct Patient(Host<Counter>);

impl Patient {
    async fn ask(&self, id: CommunityId, number: u64) -> Result<u64, AskError<NotAdded>> {
        let deadline = Instant::now() + Duration::from_secs(3);
        let asked = Asked { by: Caller::session(user()), key: None, verb: Command::from(Add(number)) };
        loop {
            match tokio::time::timeout_at(deadline.into(), self.0.ask(id, &asked, deadline)).await {
                Ok(Some(Ok(Answer::Add(sum)))) => return Ok(sum),
                Ok(Some(Err(no))) => return Err(no.refine(Add::own_refusal).expect("its own refusal")),
                Ok(None) => tokio::time::sleep(Duration::from_millis(2)).await,
                Err(_) => return Err(AskError::Unavailable(Unavailable::NoAnswer)),
            }
        }
    }
}

fn user() -> User {
    User {
        id: UserId(Uuid::nil()),
        username: "ann".into(),
        display_name: "Ann".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

impl std::ops::Deref for Patient {
    type Target = Host<Counter>;
    fn deref(&self) -> &Host<Counter> {
        &self.0
    }
}

async fn host(mailbox: usize, idle: Duration) -> (Arc<Memory>, Patient) {
    let memory = Arc::new(Memory::default());
    let settings = HostSettings { mailbox, idle };
    let host = Host::start(Arc::clone(&memory), settings).await.expect("starts");
    (memory, Patient(host))
}

const LONG: Duration = Duration::from_secs(60);

fn id(n: u128) -> CommunityId {
    CommunityId(Uuid::from_u128(n))
}

#[tokio::test]
async fn activation_has_a_single_flight() {
    let (memory, host) = host(1000, LONG).await;
    let answers = join_all((0..500).map(|_| host.ask(id(1), 1))).await;
    assert!(answers.iter().all(|answer| *answer == Ok(1)));
    assert_eq!(memory.epochs.load(Ordering::SeqCst), 1, "one takeover for five hundred first commands");
    assert_eq!(memory.total.load(Ordering::SeqCst), 500);
}

#[tokio::test]
async fn refusals_and_missing_entities_are_answers() {
    let (_, host) = host(10, LONG).await;
    assert_eq!(host.ask(id(1), 0).await, Err(AskError::Refused(NotAdded::Zero)));
    assert_eq!(host.ask(id(0), 1).await, Err(AskError::NoSuchEntity));
}

#[tokio::test]
async fn i8_poison_is_found_out_and_its_neighbours_live_on() {
    let (memory, host) = host(1000, LONG).await;
    host.ask(id(1), 5).await.expect("fine before");
    let started = Instant::now();
    assert_eq!(host.ask(id(1), POISON).await, Err(AskError::Poison));
    assert!(started.elapsed() < Duration::from_secs(2), "found out in {:?}", started.elapsed());
    assert_eq!(host.ask(id(1), 7).await, Ok(7), "the entity lives on");
    assert_eq!(host.ask(id(2), 9).await, Ok(9), "its neighbours never noticed");
    assert_eq!(host.ask(id(1), POISON).await, Err(AskError::Poison), "and it stays found out");
    assert_eq!(memory.total.load(Ordering::SeqCst), 21);
    assert!(host.info(id(1)).expect("active").restarts >= 2);
}

#[tokio::test]
async fn i9_a_killed_or_panicking_actor_is_back_at_once() {
    let (_, host) = host(1000, LONG).await;
    for round in 0..4 {
        host.ask(id(1), 1).await.expect("answers");
        assert!(host.kill(id(1), round % 2 == 0));
        let started = Instant::now();
        host.ask(id(1), 1).await.expect("answers again");
        assert!(started.elapsed() < Duration::from_secs(1), "back after {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn an_entity_that_keeps_crashing_rests() {
    let (_, host) = host(1000, LONG).await;
    let mut resting = false;
    for _ in 0..40 {
        match host.ask(id(1), 1).await {
            Ok(_) => drop(host.kill(id(1), true)),
            Err(AskError::Unavailable(Unavailable::Resting)) => {
                resting = true;
                break;
            }
            Err(other) => panic!("{other:?}"),
        }
        tokio::task::yield_now().await;
    }
    assert!(resting, "the restart intensity is bounded");
    assert_eq!(host.ask(id(2), 1).await, Ok(1));
}

#[tokio::test]
async fn idle_entities_passivate_and_come_back() {
    let (memory, host) = host(10, Duration::from_millis(60)).await;
    host.ask(id(1), 1).await.expect("answers");
    let deadline = Instant::now() + Duration::from_secs(10);
    while host.active() > 0 {
        assert!(Instant::now() < deadline, "it never passivated");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(host.info(id(1)), None);
    host.ask(id(1), 1).await.expect("answers again");
    assert_eq!(memory.epochs.load(Ordering::SeqCst), 2, "a new activation under a new epoch");
}

#[tokio::test]
async fn i12_the_mailbox_is_bounded_and_commands_gather_meanwhile() {
    let (memory, host) = host(4, LONG).await;
    host.ask(id(1), 1).await.expect("activates");
    memory.holding.store(true, Ordering::SeqCst);
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            tokio::spawn({
                let host = host.clone();
                async move { host.ask(id(1), 1).await }
            })
        })
        .collect();
    let deadline = Instant::now() + Duration::from_secs(10);
    while host.info(id(1)).is_none_or(|info| info.waiting < 4) || memory.hold.lock().is_empty() {
        assert!(Instant::now() < deadline, "the commands never arrived");
        tokio::task::yield_now().await;
    }
    assert_eq!(host.ask(id(1), 1).await, Err(AskError::Unavailable(Unavailable::Busy)));
    memory.holding.store(false, Ordering::SeqCst);
    let held = std::mem::take(&mut *memory.hold.lock());
    let first: u64 = held.iter().map(|(_, sum)| sum).sum();
    for (tell, sum) in held {
        memory.total.fetch_add(sum, Ordering::SeqCst);
        tell(COMMITTED);
    }
    for one in waiting {
        assert_eq!(one.await.expect("ends"), Ok(1));
    }
    assert_eq!((first, memory.total.load(Ordering::SeqCst)), (1, 5), "three gathered while one was out");
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let (memory, host) = host(4, LONG).await;
    memory.holding.store(true, Ordering::SeqCst);
    let started = Instant::now();
    assert_eq!(host.ask(id(1), 1).await, Err(AskError::Unavailable(Unavailable::NoAnswer)));
    assert!(started.elapsed() < Duration::from_secs(6));
}

/// C-L3: an activation whose stream is gone steps aside instead of looking for it for ever.
#[tokio::test]
async fn an_activation_whose_stream_is_gone_steps_aside() {
    let (memory, host) = host(10, LONG).await;
    host.ask(id(1), 1).await.expect("activates");
    memory.gone.store(true, Ordering::SeqCst);
    assert_eq!(host.ask(id(1), 1).await, Err(AskError::NoSuchEntity));
    let deadline = Instant::now() + Duration::from_secs(10);
    while host.active() > 0 {
        assert!(Instant::now() < deadline, "it never stepped aside");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The entities that a host keeps anything of, whether they are active or not.
async fn kept(host: &Host<Counter>) -> Vec<CommunityId> {
    let kept = Mutex::new(Vec::new());
    let note = |id: CommunityId| {
        kept.lock().push(id);
        false
    };
    host.hand_off(false, note).await;
    kept.into_inner()
}

/// C-M12: a host keeps what is active, and nothing of an entity that has ended or never was.
#[tokio::test]
async fn nothing_is_kept_of_an_entity_that_has_ended_or_never_was() {
    let (_, busy) = host(10, LONG).await;
    assert_eq!(busy.ask(id(0), 1).await, Err(AskError::NoSuchEntity));
    busy.ask(id(1), 1).await.expect("answers");
    assert_eq!(kept(&busy).await, [id(1)]);
    let (_, brief) = host(10, Duration::from_millis(60)).await;
    brief.ask(id(1), 1).await.expect("answers");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !kept(&brief).await.is_empty() {
        assert!(Instant::now() < deadline, "it is kept for ever");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
