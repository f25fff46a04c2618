//! Decisions about polls: who may vote for what and until when, what is counted, and what a batch makes of several votes.

use std::collections::BTreeMap;

use ajet_protocol::{Poll, PollCounted, PollOption, limits};

use super::*;
use crate::channel::vote::Refused as NotTaken;
use crate::channel::{ClosePoll, Vote};
use crate::job::{JobRequest, NotDue};
use crate::need::{PollFacts, PollOf};

/// When the polls of these tests close.
const END: u64 = 5_000;

/// A channel with one message, and what is stored of its poll.
struct Booth {
    core: ChannelCore,
    standings: HashMap<UserId, Standing>,
    message: Option<Message>,
    chosen: BTreeMap<UserId, Vec<i16>>,
    votes: Vec<i64>,
    jobs: Vec<JobRequest>,
    needs: Needs,
    tentative: Vec<Change>,
    seq: u64,
}

impl Booth {
    fn empty() -> Self {
        Self {
            core: core(),
            standings: [1, 2, 3].map(|n| (user(n).id, member(Role::Member))).into(),
            message: None,
            chosen: BTreeMap::new(),
            votes: Vec::new(),
            jobs: Vec::new(),
            needs: Needs::default(),
            tentative: Vec::new(),
            seq: 1,
        }
    }

    /// A channel of three people, and a message with a poll of three options.
    fn with(multiple: bool, closes_at: Option<u64>) -> (Self, MessageId) {
        let mut booth = Self::empty();
        let message = message_of(booth.decide(&ask(multiple, closes_at), 1_000).expect("may post").answer);
        booth.settle(true);
        (booth, message.id)
    }

    fn stored(&self, asked: &PollOf) -> Option<PollFacts> {
        let message = self.message.as_ref().filter(|one| one.id == asked.message && !one.deleted)?;
        let poll = message.poll.as_ref()?;
        let votes = if self.votes.is_empty() { vec![0; poll.options.len()] } else { self.votes.clone() };
        let mine = self.chosen.get(&asked.user).cloned().unwrap_or_default();
        Some(PollFacts { votes, mine, ..PollFacts::unvoted(poll) })
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for one in &self.needs.standings {
            facts.put(*one, self.standings.get(&one.user).copied().unwrap_or_default());
        }
        for one in &self.needs.heads {
            facts.put(*one, self.message.as_ref().filter(|message| message.id == one.0).map(head));
        }
        for one in &self.needs.polls {
            facts.put(*one, self.stored(one));
        }
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

    fn settle(&mut self, committed: bool) {
        self.core.settle(committed);
        self.needs = Needs::default();
        for change in self.tentative.drain(..).filter(|_| committed) {
            match change {
                Change::InsertMessage { message, .. } => self.message = Some(*message),
                Change::DeleteMessage { .. } => {
                    self.message.as_mut().expect("only a stored message is deleted").deleted = true;
                    self.chosen.clear();
                    self.votes.clear();
                }
                Change::SetVotes { user_id, options, votes, .. } => {
                    self.chosen.insert(user_id, options);
                    self.votes = votes;
                }
                Change::RequestJob(job) => self.jobs.push(job),
                other => panic!("no row of a poll: {other:?}"),
            }
        }
    }

    /// The polls that a command tells of, with the votes in each.
    fn told<V: Verb<Entity = ChannelCore>>(
        &mut self,
        asked: &Asked<V>,
        at: u64,
    ) -> Result<Vec<PollCounted>, V::Refusal> {
        let decision = self.decide(asked, at)?;
        assert!(decision.raises.is_empty());
        Ok(decision.events.into_iter().map(shown).collect())
    }

    /// The votes after a command that tells of them; `None` where it tells of nothing.
    fn count(&mut self, asked: &Asked<Vote>) -> Result<Option<Vec<i64>>, NotTaken> {
        let told = self.told(asked, 2_000)?;
        assert!(told.len() <= 1, "one event for one vote");
        Ok(told.first().map(votes_in))
    }
}

/// The poll of an event.
fn shown(emit: Emit) -> PollCounted {
    assert_eq!(emit.kind.as_str(), "poll.updated");
    assert_eq!(emit.audience, Some(Audience::Joined(CHANNEL)));
    let payload: ajet_protocol::events::PollPayload =
        serde_json::from_str(emit.payload.get()).expect("the event's payload");
    payload.poll.expect("a poll")
}

fn votes_in(poll: &PollCounted) -> Vec<i64> {
    poll.options.iter().map(|option| option.votes).collect()
}

fn ask(multiple: bool, closes_at: Option<u64>) -> Asked<Post> {
    let options = ["a", "b", "c"].map(|text| PollOption::unchosen(text.into())).into();
    let closes_at = closes_at.map(Timestamp::from_unix_millis);
    let poll = Poll { question: "q".into(), options, multiple, closes_at, closed: false };
    post(1, "k", "vote").map(|post| Post { poll: Some(poll.into()), ..post })
}

fn vote(by: u128, message_id: MessageId, options: &[i16]) -> Asked<Vote> {
    asked(by, Vote { message_id, options: options.to_vec() })
}

fn end(message_id: MessageId) -> Asked<ClosePoll> {
    let by = Caller { via: Via::System, ..Caller::session(user(1)) };
    Asked { by, ..asked(1, ClosePoll { message_id }) }
}

/// A repetition is answered, and not refused for what the first attempt did or for the time that has passed.
#[test]
fn the_keys_of_posts_with_files_and_of_closing_polls_are_looked_up() {
    let files = vec![ajet_protocol::AttachmentId(Uuid::nil())];
    let with_files = post(1, "k", "x").map(|post| Post { attachments: files, ..post });
    for (asked, looked_up) in [
        (post(1, "k", "x"), false),
        (ask(false, None), false),
        (ask(false, Some(END)), true),
        (with_files, true),
    ] {
        assert_eq!(asked.verb.looks_key_up(), looked_up, "{:?}", asked.verb);
    }
}

#[test]
fn who_may_vote() {
    let may = |one| Standing { permissions: Permissions::of(&[one]), ..member(Role::Member) };
    let hidden = Standing { in_channel: false, sees_channel: false, ..member(Role::Admin) };
    let outside = Standing { in_channel: false, ..member(Role::Owner) };
    let muted = Standing { muted_until: Some(Timestamp::FAR), ..member(Role::Member) };
    let archived = Standing { archived: true, ..member(Role::Owner) };
    let table: [(Standing, Option<NotTaken>); 7] = [
        (member(Role::Member), None),
        (may(Permission::AddReactions), None),
        (may(Permission::SendMessages), Some(Silenced::MayNotPost.into())),
        (hidden, Some(Denied::NotFound.into())),
        (outside, Some(Silenced::NotJoined.into())),
        (muted, Some(Silenced::Muted.into())),
        (archived, Some(Silenced::Archived.into())),
    ];
    for (standing, refusal) in table {
        let (mut booth, id) = Booth::with(false, None);
        booth.standings.insert(user(2).id, standing);
        assert_eq!(booth.count(&vote(2, id, &[0])).err(), refusal, "{standing:?}");
    }
}

#[test]
fn a_vote_names_options_that_there_are() {
    let table: [(bool, &[i16], Option<NotTaken>); 8] = [
        (false, &[0], None),
        (false, &[2], None),
        (false, &[], None),
        (false, &[3], Some(NotTaken::NoSuchOption)),
        (false, &[-1], Some(NotTaken::NoSuchOption)),
        (false, &[0, 1], Some(NotTaken::OnlyOne)),
        (true, &[0, 1, 2], None),
        (true, &[0, 3], Some(NotTaken::NoSuchOption)),
    ];
    for (multiple, options, refusal) in table {
        let (mut booth, id) = Booth::with(multiple, None);
        assert_eq!(booth.count(&vote(2, id, options)).err(), refusal, "{options:?} of several: {multiple}");
    }
}

#[test]
fn a_message_without_a_poll_takes_no_votes() {
    let mut booth = Booth::empty();
    let id = message_of(booth.decide(&post(1, "k", "no poll"), 1_000).expect("may post").answer).id;
    for when in ["in the same batch", "after it"] {
        assert_eq!(booth.count(&vote(2, id, &[0])), Err(Denied::NotFound.into()), "{when}");
        booth.settle(true);
    }
    let unknown = MessageId(Uuid::nil());
    assert_eq!(booth.count(&vote(2, unknown, &[0])), Err(Denied::NotFound.into()));
}

#[test]
fn a_new_vote_replaces_the_former_and_the_same_changes_nothing() {
    let (mut booth, id) = Booth::with(false, None);
    for settles in [false, true] {
        assert_eq!(booth.count(&vote(2, id, &[0])), Ok(Some(vec![1, 0, 0])));
        assert_eq!(booth.count(&vote(2, id, &[0])), Ok(None));
        assert_eq!(booth.count(&vote(3, id, &[0])), Ok(Some(vec![2, 0, 0])));
        assert_eq!(booth.count(&vote(2, id, &[2])), Ok(Some(vec![1, 0, 1])));
        if settles {
            booth.settle(true);
        }
        assert_eq!(booth.count(&vote(2, id, &[])), Ok(Some(vec![1, 0, 0])), "withdrawn");
        assert_eq!(booth.count(&vote(2, id, &[])), Ok(None));
        assert_eq!(booth.count(&vote(3, id, &[])), Ok(Some(vec![0, 0, 0])));
    }
}

#[test]
fn what_did_not_become_durable_was_not_voted() {
    let (mut booth, id) = Booth::with(true, None);
    assert_eq!(booth.count(&vote(2, id, &[0, 1])), Ok(Some(vec![1, 1, 0])));
    booth.settle(false);
    assert_eq!(booth.count(&vote(2, id, &[])), Ok(None));
    assert_eq!(booth.count(&vote(3, id, &[1])), Ok(Some(vec![0, 1, 0])));
}

#[test]
fn a_deleted_message_takes_no_votes_and_has_none() {
    let (mut booth, id) = Booth::with(false, Some(END));
    assert_eq!(booth.count(&vote(2, id, &[0])), Ok(Some(vec![1, 0, 0])));
    booth.settle(true);
    booth.decide(&delete(1, id), 2_000).expect("may");
    for when in ["in the same batch", "after it"] {
        assert_eq!(booth.count(&vote(2, id, &[1])), Err(Denied::NotFound.into()), "{when}");
        assert_eq!(booth.told(&end(id), END).map(|told| told.len()), Ok(0), "{when}");
        booth.settle(true);
    }
    assert!(booth.chosen.is_empty() && booth.votes.is_empty());
}

#[test]
fn a_poll_closes_when_its_time_is_over() {
    let (mut booth, id) = Booth::with(false, Some(END));
    let closes_at = Timestamp::from_unix_millis(END);
    let job = JobRequest::ClosePoll { message_id: id, closes_at };
    assert_eq!(booth.jobs, std::slice::from_ref(&job));
    let before = booth.told(&vote(2, id, &[1]), END - 1).expect("is open");
    assert!(!before[0].closed);
    booth.settle(true);
    for options in [&[0][..], &[1], &[], &[7]] {
        assert_eq!(booth.told(&vote(2, id, options), END), Err(NotTaken::Closed), "{options:?}");
    }
    assert_eq!(booth.told(&end(id), END - 1), Err(NotDue::NotYet), "is still open: its job rests");
    booth.settle(true);
    assert_eq!(booth.jobs, [job], "and is not asked for once more, which would be at once");
    for _ in 0..2 {
        let told = booth.told(&end(id), END).expect("is over");
        assert_eq!((told.len(), told[0].closed, votes_in(&told[0])), (1, true, vec![0, 1, 0]));
    }
    let by_a_person = asked(1, ClosePoll { message_id: id });
    assert_eq!(booth.told(&by_a_person, END), Err(Denied::NotFound.into()), "is for the server to ask");
}

#[test]
fn a_poll_that_never_closes_asks_for_no_job() {
    let (booth, _) = Booth::with(false, None);
    assert!(booth.jobs.is_empty(), "{:?}", booth.jobs);
    let mut booth = Booth::empty();
    let refused = booth.decide(&ask(false, Some(1_000)), 1_000).err();
    assert_eq!(refused, Some(NotPosted::PollIsOver), "it would take no votes");
    let year = 1_000 + limits::AHEAD_SECONDS * 1_000;
    assert!(booth.decide(&ask(false, Some(year)), 1_000).is_ok());
    let refused = booth.decide(&ask(false, Some(year + 1)), 1_000).err();
    assert_eq!(refused, Some(NotPosted::PollIsOver), "no job waits for longer");
}

proptest! {
    /// I7: what readers are told last is what the store has; and a batch is decided as its commands would be one by one.
    #[test]
    fn votes_end_the_same_wherever_a_batch_ends(
        script in prop::collection::vec((1_u128..4, 0_u8..8, 0_u8..4), 1..60)
    ) {
        let ((mut booth, id), (mut singly, _)) = (Booth::with(true, None), Booth::with(true, None));
        let mut heard = vec![0, 0, 0];
        for (by, chosen, ends) in script {
            let options: Vec<i16> = (0..3).filter(|place| chosen & (1 << place) != 0).collect();
            let told = booth.count(&vote(by, id, &options));
            prop_assert_eq!(&told, &singly.count(&vote(by, id, &options)));
            singly.settle(true);
            heard = told.expect("may").unwrap_or(heard);
            if ends == 0 {
                booth.settle(true);
            }
        }
        booth.settle(true);
        for (place, votes) in (0..).zip(&heard) {
            let chosen = booth.chosen.values().filter(|options| options.contains(&place)).count();
            prop_assert_eq!(*votes, chosen as i64);
        }
        prop_assert!(booth.votes.is_empty() || booth.votes == heard);
        prop_assert_eq!(&singly.chosen, &booth.chosen);
        prop_assert_eq!(&singly.votes, &booth.votes);
    }
}
