//! Ten thousand seeded fault schedules against the real writer and channel core: I1 (nothing acknowledged is lost),
//! I2 (nothing twice), I3 (one order, no hole), I15 (one live writer). A failure prints its seed.
//!
//! Faults: rival activations, crashes, appends whose answer is lost, whose request is lost, or that land late (after
//! the writer gave up on them), rights that change between decision and commit, and clients that retry.
//!
//! Beside them, in `cores`: what the writer does for the commands of a channel and of a community on facts that are given.

mod cores;
mod log;
mod world;

use world::World;

const SCHEDULES: u64 = 10_000;
const STEPS: usize = 60;
/// Seeds are shared out over this many threads.
const THREADS: u64 = 2;

#[test]
fn no_fault_schedule_breaks_i1_i2_i3() {
    let seen = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || run(first))).collect();
        let tallies = workers.into_iter().map(|worker| worker.join().expect("a schedule broke an invariant"));
        tallies.fold(world::Tally::default(), |mut all, one| {
            all.add(&one);
            all
        })
    });
    seen.assert_every_fault_happened();
}

/// Every seed of one thread.
fn run(first: u64) -> world::Tally {
    let mut seen = world::Tally::default();
    for seed in (first..SCHEDULES).step_by(THREADS as usize) {
        let mut world = World::new(seed);
        (0..STEPS).for_each(|_| world.step());
        world.heal();
        if let Err(violation) = world.verdict() {
            panic!("seed {seed}: {violation}");
        }
        seen.add(&world.tally);
    }
    seen
}

#[test]
fn the_verdict_finds_planted_violations() {
    type Plant = fn(&mut log::Log);
    let plants: [(&str, Plant); 3] = [
        ("lost", |log| drop(log.events.pop())),
        ("doubled", |log| log.double_last_message()),
        ("out of order", |log| log.events.reverse()),
    ];
    for (name, plant) in plants {
        let mut world = World::new(1);
        (0..STEPS).for_each(|_| world.step());
        world.heal();
        world.verdict().expect("whole before");
        plant(&mut world.log);
        assert!(world.verdict().is_err(), "a {name} message must be found");
    }
}
