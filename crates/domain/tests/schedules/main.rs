//! Ten thousand seeded fault schedules against the real writer and channel core, and as many against that of a person: I1 (nothing acknowledged is lost),
//! I2 (nothing twice), I3 (one order, no hole), I6 (nothing is written without the right to it, nor published under an ACL version
//! from before its commit), I15 (one live writer). A failure prints its seed.
//!
//! Faults: rival activations, crashes, appends whose answer is lost, whose request is lost, or that land late (after
//! the writer gave up on them), rights that change between decision and commit, authors who are banned and come back, look-ups that
//! are answered from memory, and clients that retry.
//!
//! A person (`person`) writes to a stream of their own by rights that a community or a direct message decides: there also I7 (markers
//! go forward only) is judged, and that every mark is answered in the end.
//!
//! Beside them, in `cores`: what the writer does for the commands of a channel and of a community on facts that are given.

mod acl;
mod cores;
mod dice;
mod log;
mod marks;
mod person;
mod requests;
mod tally;
mod verdict;
mod world;

use ajet_protocol::EventId;
use person::Reader;
use tally::Tally;
use uuid::Uuid;
use world::World;

const SCHEDULES: u64 = 10_000;
const STEPS: usize = 60;
/// Seeds are shared out over this many threads.
const THREADS: u64 = 2;

/// What schedules are played in.
trait Play {
    fn new(seed: u64) -> Self;
    /// Faults end, and every request is retried until it has its answer.
    fn heal(&mut self);
    /// Whether an invariant was broken.
    fn verdict(&self) -> Result<(), String>;
    fn tally(&self) -> &Tally;
}

/// Schedules of one kind of trouble alone.
const FEW_SCHEDULES: u64 = 1_000;

#[test]
fn no_fault_schedule_breaks_i1_i2_i3() {
    run(SCHEDULES, World::step).assert_every_fault_happened();
}

/// I18: a change of rights costs those whom it concerns, and no write of others.
#[test]
fn others_who_join_make_no_write_stale() {
    let seen = run(FEW_SCHEDULES, World::step_in_a_crowd);
    assert_eq!(seen.of("stale acl"), 0);
    assert!(seen.of("stepped over") > FEW_SCHEDULES, "writes whose version was not the newest one");
}

/// I6: by the verdict of each schedule nothing of a person stands behind their ban.
#[test]
fn a_write_that_races_with_the_ban_of_its_author_stands_before_it_or_is_refused() {
    let seen = run(FEW_SCHEDULES, World::step_under_bans);
    for what in ["ban", "kept out", "stale acl", "recalled", "lost answer", "late append"] {
        assert!(seen.of(what) > 100, "{what} was hardly tried");
    }
}

/// I6, I7: a person's marks rest on the rights of where they were made, and not on the version of the stream that they are written to.
#[test]
fn no_fault_schedule_moves_a_marker_back_or_for_who_was_removed() {
    run(SCHEDULES, Reader::step).assert_happened(&[
        "crash",
        "rival",
        "lost answer",
        "lost request",
        "late append",
        "stale acl",
        "fenced",
        "retry",
        "removed",
        "kept out",
        "stepped over",
        "moved",
        "acknowledged",
    ]);
}

/// I6, with nothing but removals: of a mark that races with one, nothing stands behind it.
#[test]
fn a_mark_that_races_with_a_removal_stands_before_it_or_is_refused() {
    let seen = run(FEW_SCHEDULES, Reader::step_under_removals);
    seen.assert_happened(&["removed", "kept out", "stale acl", "moved"]);
}

/// I18: changes for others, in the same scope and elsewhere, make no mark stale.
#[test]
fn changes_for_others_make_no_mark_stale() {
    let seen = run(FEW_SCHEDULES, Reader::step_in_a_crowd);
    assert_eq!(seen.of("stale acl"), 0);
    assert!(seen.of("stepped over") > FEW_SCHEDULES / 4, "marks whose version was not the newest one");
}

/// Plays that many schedules of such steps.
fn run<W: Play + 'static>(schedules: u64, step: fn(&mut W)) -> Tally {
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..THREADS).map(|first| scope.spawn(move || play(first..schedules, step))).collect();
        let tallies = workers.into_iter().map(|worker| worker.join().expect("a schedule broke an invariant"));
        tallies.fold(Tally::default(), |mut all, one| {
            all.add(&one);
            all
        })
    })
}

/// Every seed of one thread.
fn play<W: Play>(seeds: std::ops::Range<u64>, step: fn(&mut W)) -> Tally {
    let mut seen = Tally::default();
    for seed in seeds.step_by(THREADS as usize) {
        let mut world = W::new(seed);
        (0..STEPS).for_each(|_| step(&mut world));
        world.heal();
        if let Err(violation) = world.verdict() {
            panic!("seed {seed}: {violation}");
        }
        seen.add(world.tally());
    }
    seen
}

#[test]
fn the_verdict_finds_planted_violations_in_a_persons_stream() {
    type Plant = fn(&mut Reader);
    let plants: [(&str, Plant); 5] = [
        ("lost", |reader| reader.forget_last_mark()),
        ("lost and covered", |reader| {
            reader.forget_last_mark();
            reader.come_back();
        }),
        ("moved back", |reader| reader.repeat_last_mark()),
        ("out of order", |reader| reader.events_mut().reverse()),
        ("forbidden", |reader| reader.events_mut()[0].allowed = false),
    ];
    for (name, plant) in plants {
        let mut reader = Reader::new(1);
        (0..STEPS).for_each(|_| reader.step());
        reader.heal();
        reader.verdict().expect("whole before");
        plant(&mut reader);
        assert!(reader.verdict().is_err(), "a {name} mark must be found");
    }
}

#[test]
fn the_verdict_finds_planted_violations() {
    type Plant = fn(&mut World);
    let plants: [(&str, Plant); 6] = [
        ("lost", |world| drop(world.log.events.pop())),
        ("doubled", |world| world.log.double_last_message()),
        ("out of order", |world| world.log.events.reverse()),
        ("forbidden", |world| world.log.events[0].allowed = false),
        ("published too early", |world| world.published[0].event.acl_version = Some(0)),
        ("published and not committed", |world| world.published[0].event.id = EventId(Uuid::nil())),
    ];
    for (name, plant) in plants {
        let mut world = World::new(1);
        (0..STEPS).for_each(|_| world.step());
        world.heal();
        world.verdict().expect("whole before");
        plant(&mut world);
        assert!(world.verdict().is_err(), "a {name} message must be found");
    }
}
