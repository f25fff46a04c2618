//! Seeded schedules over placement, routing, fence, hand-off and outbox: nodes that come, go, freeze and die on a network that
//! delays, loses, duplicates and cuts. The code under test is the server's own [`ajet_cluster`]; only the network, the log and
//! the entity are small.
//!
//! Decided for every schedule: I1 (nothing acknowledged is lost), I2 (nothing twice), I7 (of two changes the later stands),
//! I15 (no write under an earlier epoch), that what was committed is published in order, and that after the last fault every
//! entity answers soon. With twenty nodes (`crowd.rs`): whichever node asks, a silent owner is replaced in time; and what a
//! starved node says of the others makes no node suspect them. A failure prints its seed; `AJET_SIMULATE_SEED` repeats one,
//! `AJET_SIMULATE_SECONDS` says for how long schedules are tried (a minute in `script/test`).

mod crowd;
mod log;
mod network;
mod node;
mod world;

use std::ops::Range;
use std::time::{Duration, Instant};

use node::Planted;
use world::World;

/// How long schedules are tried where nothing else is said.
const SECONDS: u64 = 20;
/// Schedules of many nodes are tried for this part of it, but not fewer than this.
const CROWDS_PART: u32 = 4;
const CROWDS_AT_LEAST: usize = 6;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn lasts() -> Duration {
    Duration::from_secs(setting("AJET_SIMULATE_SECONDS").unwrap_or(SECONDS))
}

/// Plays one schedule.
fn play<T>(schedule: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    // One thread and a clock that stands until everybody waits: a seed is a schedule.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(schedule)
}

/// Plays schedules of many nodes for a while.
fn play_crowds<F: Future<Output = Result<(), String>>>(schedule: impl Fn(u64) -> F) {
    let began = Instant::now();
    let seeds: Range<u64> = setting("AJET_SIMULATE_SEED").map_or(0..u64::MAX, |seed| seed..seed + 1);
    for (played, seed) in seeds.enumerate() {
        if played >= CROWDS_AT_LEAST && began.elapsed() > lasts() / CROWDS_PART {
            return println!("{played} schedules");
        }
        play(schedule(seed)).unwrap_or_else(|harm| panic!("seed {seed}: {harm}"));
    }
}

#[test]
fn no_schedule_of_faults_harms_anybody() {
    if let Some(seed) = setting("AJET_SIMULATE_SEED") {
        return play(World::run(seed)).map(drop).unwrap_or_else(|harm| panic!("seed {seed}: {harm}"));
    }
    let lasts = lasts();
    let began = Instant::now();
    let threads: Vec<_> = (0..2_u64)
        .map(|thread| {
            std::thread::spawn(move || {
                let mut tally = world::Tally::default();
                for seed in (thread..).step_by(2) {
                    if began.elapsed() > lasts {
                        break;
                    }
                    tally.add(play(World::run(seed)).unwrap_or_else(|harm| panic!("seed {seed}: {harm}")));
                }
                tally
            })
        })
        .collect();
    let mut all = world::Tally::default();
    for thread in threads {
        all.add(thread.join().expect("a schedule harmed somebody"));
    }
    println!("{all:?}");
    all.assert_that_much_happened();
}

#[test]
fn the_verdict_finds_planted_harm() {
    type Plant = fn(&mut log::Log);
    let plants: [(&str, Plant); 4] = [
        ("lost", log::Log::lose_last),
        ("doubled", log::Log::double_last),
        ("written under an earlier epoch", log::Log::write_under_first_epoch),
        ("overwritten by an earlier change", log::Log::bring_first_change_back),
    ];
    for (what, plant) in plants {
        let harm = play(World::run_and_plant(1, plant));
        assert!(harm.is_err(), "{what} must be found");
    }
}

#[test]
fn of_twenty_nodes_a_silent_one_is_replaced_in_time_whichever_asks() {
    play_crowds(|seed| crowd::one_falls_silent(seed, Planted::default()));
}

#[test]
fn a_starved_node_talks_nineteen_others_into_nothing() {
    play_crowds(|seed| crowd::one_spreads_rumours(seed, Planted::default()));
}

#[test]
fn the_verdict_finds_nodes_that_wait_for_their_turn_or_believe_hearsay() {
    let waits = Planted { never_probes_out_of_turn: true, ..Planted::default() };
    for (seed, how) in [(0, "frozen"), (2, "cut off")] {
        let harm = play(crowd::one_falls_silent(seed, waits));
        assert!(harm.is_err(), "a node that is {how} is replaced too late without probes out of turn");
    }
    let believes = Planted { believes_hearsay: true, ..Planted::default() };
    assert!(play(crowd::one_spreads_rumours(0, believes)).is_err(), "hearsay was believed");
}
