//! Seeded schedules over placement, routing, fence, hand-off and outbox: nodes that come, go, freeze and die on a network that
//! delays, loses, doubles and cuts. The code under test is the server's own [`ajet_cluster`]; only the network, the log and
//! the entity are small.
//!
//! Decided for every schedule: I1 (nothing acknowledged is lost), I2 (nothing twice), I7 (of two changes the later stands),
//! I15 (no write under an earlier epoch), that what was committed is published in order, and that after the last fault every
//! entity answers soon. A failure prints its seed; `AJET_SIMULATE_SEED` repeats one, `AJET_SIMULATE_SECONDS` says for how
//! long schedules are tried (a minute in `script/test`).

mod log;
mod network;
mod node;
mod world;

use std::time::{Duration, Instant};

use world::World;

/// How long schedules are tried where nothing else is said.
const SECONDS: u64 = 20;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn simulate(seed: u64) -> Result<world::Tally, String> {
    // One thread and a clock that stands until everybody waits: a seed is a schedule.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(World::run(seed))
}

#[test]
fn no_schedule_of_faults_harms_anybody() {
    if let Some(seed) = setting("AJET_SIMULATE_SEED") {
        return simulate(seed).map(drop).unwrap_or_else(|harm| panic!("seed {seed}: {harm}"));
    }
    let lasts = Duration::from_secs(setting("AJET_SIMULATE_SECONDS").unwrap_or(SECONDS));
    let began = Instant::now();
    let threads: Vec<_> = (0..2_u64)
        .map(|thread| {
            std::thread::spawn(move || {
                let mut tally = world::Tally::default();
                for seed in (thread..).step_by(2) {
                    if began.elapsed() > lasts {
                        break;
                    }
                    tally.add(simulate(seed).unwrap_or_else(|harm| panic!("seed {seed}: {harm}")));
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let harm = runtime.expect("a runtime").block_on(World::run_and_plant(1, plant));
        assert!(harm.is_err(), "{what} must be found");
    }
}
