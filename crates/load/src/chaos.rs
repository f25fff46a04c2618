//! Breaks an installation while people use it, and lets the checker decide whether anybody was harmed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ajet_devstack::Durability;
use clap::ValueEnum;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::around::{come_and_go, race_for_invites, watch};
use crate::check::{Violation, check};
use crate::ending::{caught_up, finals};
use crate::fault::{Breaker, Crowd, Fault, an_owner};
use crate::history::{Recorder, What};
use crate::lab::{Lab, Plan, faketime};
use crate::people::People;
use crate::procfs::raise_file_limit;
use crate::report::{FaultReport, Spread, Story};
use crate::workload::{Failures, Scene, Writer, listen};

/// What to do.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Faults by name, one after another; the short set if none is given.
    #[arg(long, value_delimiter = ',')]
    faults: Vec<Fault>,
    /// Instead: random faults for so many minutes, every third one together with another.
    #[arg(long)]
    minutes: Option<u64>,
    /// Repeats a random run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 3)]
    nodes: usize,
    /// Servers of NATS: one, or three as a cluster.
    #[arg(long, default_value_t = 1)]
    nats: u8,
    #[arg(long, default_value_t = 8)]
    writers: usize,
    #[arg(long, default_value_t = 6)]
    readers: usize,
    #[arg(long, default_value_t = 6)]
    rooms: usize,
    /// The server's program of another version, for `two-versions`.
    #[arg(long)]
    other_version: Option<PathBuf>,
    /// Faults last as long as in production, not as short as in a test.
    #[arg(long)]
    long: bool,
    /// Where the history, the report and the picture go.
    #[arg(long, default_value = "chaos")]
    out: PathBuf,
}

/// Quiet time before the first fault, and after each.
const BEFORE: Duration = Duration::from_secs(2);
const AFTER: Duration = Duration::from_secs(3);
/// People who are kept ready for herds.
const CROWD: usize = 40;
/// One person comes and goes a second.
const GOERS_AT_LEAST: usize = 60;

/// Runs it; true where nobody was harmed.
///
/// # Errors
/// When the installation does not come up, or does not come back.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    raise_file_limit();
    std::fs::create_dir_all(&options.out)?;
    let folder = options.out.join("data");
    let _ = std::fs::remove_dir_all(&folder);
    let plan = Plan {
        nodes: options.nodes,
        nats_servers: options.nats,
        durability: Durability::ProcessOnly,
        proxies: true,
        other_version: options.other_version.as_deref().map(std::path::absolute).transpose()?,
        settings: vec![("AJET_HTTP_SPREAD_S".into(), "1".into())],
    };
    println!(
        "chaos: {} nodes, {} NATS, {} writers, {} readers, seed {}",
        options.nodes, options.nats, options.writers, options.readers, options.seed
    );
    let mut lab = Lab::start(&std::path::absolute(&folder)?, plan).await?;
    let story = tell(options, &mut lab).await;
    lab.stop().await;
    let story = story?;
    let _ = std::fs::remove_dir_all(&folder);
    story.save(&options.out)?;
    println!("{story}");
    println!("report: {}", options.out.display());
    Ok(story.violations.is_empty() && story.hung == 0)
}

async fn tell(options: &Options, lab: &mut Lab) -> anyhow::Result<Story> {
    let (bases, plan) = (lab.bases(), schedule(options)?);
    let people = People::found(&bases[0], options.rooms).await?;
    let (rooms, owner) = (people.rooms.clone(), &people.owner);
    let named = |kind: &str, n: usize| (0..n).map(|n| format!("{kind}-{n}")).collect::<Vec<_>>();
    let all = |_| rooms.clone();
    let writers = people.join(&bases[0], named("writer", options.writers), all).await?;
    let readers = people.join(&bases[0], named("reader", options.readers), all).await?;
    let crowd = Crowd::of(people.join(&bases[0], named("crowd", CROWD), all).await?);
    let goers = usize::try_from(plan.seconds)?.max(GOERS_AT_LEAST);
    let goers = people.join(&bases[0], named("goer", goers), all).await?;
    let scene = Arc::new(Scene {
        recorder: Recorder::new(Some(&options.out.join("history.jsonl")))?,
        rooms: rooms.clone(),
        bases: bases.clone(),
        stop: CancellationToken::new(),
        operations: 0.into(),
        failures: Failures::default(),
        frozen: false.into(),
    });
    let over = CancellationToken::new();
    let mut listening = JoinSet::new();
    for (n, reader) in readers.into_iter().enumerate() {
        let name = format!("reader-{n}");
        listening.spawn(listen(Arc::clone(&scene), name, reader, n % bases.len(), over.clone()));
    }
    let mut writing = JoinSet::new();
    for (n, writer) in writers.iter().enumerate() {
        let seed = options.seed.wrapping_mul(1000).wrapping_add(n as u64);
        let one = Writer::new(&scene, format!("writer-{n}"), writer, n % bases.len(), seed);
        let last = n + 1 == writers.len();
        writing.spawn(if last { one.patient() } else { one }.run());
    }
    writing.spawn(come_and_go(Arc::clone(&scene), goers));
    writing.spawn(race_for_invites(Arc::clone(&scene), owner.clone(), people.community.id));
    let watching = watch(&scene, lab)?;
    tokio::time::sleep(BEFORE).await;
    let (reports, found) = faults(options, plan, Breaker::new(lab, &scene, owner, crowd), &scene).await?;
    scene.stop.cancel();
    writing.join_all().await;
    watching.abort();
    let deaf = caught_up(&scene, owner, lab, options.readers).await;
    over.cancel();
    listening.join_all().await;
    finals(&scene, owner, lab).await?;
    let lines = scene.recorder.finish();
    let mut violations = check(&lines);
    violations.extend(found.into_iter().chain(reports.iter().filter_map(FaultReport::noticed)).chain(deaf));
    let reports = reports.into_iter().map(|one| one.measured(&lines)).collect();
    let hung = scene.failures.hung.load(Ordering::Relaxed);
    Ok(Story::new(options.seed, &lines, reports, hung, violations))
}

/// What is to break, in which order.
struct Schedule {
    /// Together, where there are two.
    faults: Vec<Vec<Fault>>,
    /// About how long it takes.
    seconds: u64,
}

fn schedule(options: &Options) -> anyhow::Result<Schedule> {
    let mut schedule = Schedule { faults: Vec::new(), seconds: 0 };
    let mut add = |together: Vec<Fault>| {
        let lasts = together.iter().map(|fault| fault.lasts(options.long).as_secs()).max().unwrap_or(0);
        schedule.seconds += lasts + AFTER.as_secs() + 3;
        schedule.faults.push(together);
        schedule.seconds
    };
    let can = |fault: &Fault| match fault {
        Fault::OneNatsServer => options.nats > 2,
        Fault::TwoVersions => options.other_version.is_some(),
        Fault::ClockAhead | Fault::ClockBehind => faketime().is_some(),
        _ => true,
    };
    let Some(minutes) = options.minutes else {
        let named = if options.faults.is_empty() { Fault::SHORT.to_vec() } else { options.faults.clone() };
        for fault in named {
            let why = "needs --nats 3, --other-version, or script/setup --faketime";
            anyhow::ensure!(can(&fault), "{} {why}", fault.name());
            add(vec![fault]);
        }
        return Ok(schedule);
    };
    let all: Vec<_> = Fault::value_variants().iter().copied().filter(can).collect();
    let left_out = Fault::value_variants().len() - all.len();
    if left_out > 0 {
        println!(
            "  {left_out} faults are left out: they need --nats 3, --other-version, or script/setup --faketime"
        );
    }
    let mut rng = StdRng::seed_from_u64(options.seed);
    // Each has its turn before one comes again; every third has a second beside it.
    let mut turns: Vec<Fault> = Vec::new();
    loop {
        if turns.is_empty() {
            turns.clone_from(&all);
            turns.shuffle(&mut rng);
        }
        let Some(first) = turns.pop() else { return Ok(schedule) };
        let other = all.iter().copied().filter(|fault| *fault != first).choose(&mut rng);
        let other = other.filter(|_| rng.random_range(0..3) == 0);
        if add([first].into_iter().chain(other).collect()) >= minutes * 60 {
            return Ok(schedule);
        }
    }
}

async fn faults(
    options: &Options,
    plan: Schedule,
    mut breaker: Breaker<'_>,
    scene: &Scene,
) -> anyhow::Result<(Vec<FaultReport>, Vec<Violation>)> {
    let (mut reports, mut found) = (Vec::new(), Vec::new());
    for (number, together) in plan.faults.into_iter().enumerate() {
        let names: Vec<_> = together.iter().map(|fault| fault.name()).collect();
        let name = names.join(" + ");
        let victim = an_owner(breaker.lab(), &scene.rooms, number).await;
        let before = scene.failures.counted();
        let at_us = scene.recorder.note("fault", What::Fault { name: name.clone(), begins: true });
        let lasts = together.iter().map(|fault| fault.lasts(options.long)).max().unwrap_or_default();
        // The second of a pair meets another node.
        let places: Vec<_> =
            together.iter().enumerate().map(|(n, fault)| (*fault, (victim + n) % options.nodes)).collect();
        for (fault, victim) in &places {
            scene.frozen.fetch_or(fault.freezes(), Ordering::Relaxed);
            breaker.begin(*fault, *victim).await?;
        }
        tokio::time::sleep(lasts).await;
        // What nodes need comes back before the nodes do.
        let (first, then): (Vec<_>, Vec<_>) = places.into_iter().partition(|(fault, _)| fault.is_of_all());
        for (fault, victim) in first.into_iter().chain(then) {
            breaker.end(fault, victim).await?;
        }
        scene.recorder.note("fault", What::Fault { name: name.clone(), begins: false });
        breaker.lab().settled().await?;
        let (running, nodes) = (breaker.lab().running().len(), options.nodes);
        if running < nodes {
            let story = format!("{name}: {running} of {nodes} nodes are left; one ended by itself");
            found.push(Violation { invariant: "I9", at_us, story });
        }
        let endless = breaker.endless_streams();
        if endless > 0 && together.len() == 1 {
            let story = format!("{name}: {endless} streams that nobody read went on");
            found.push(Violation { invariant: "I12", at_us, story });
        }
        scene.frozen.store(false, Ordering::Relaxed);
        tokio::time::sleep(AFTER).await;
        let failed = scene.failures.counted().since(before);
        println!("  {name}: {failed:?}");
        let fault = if let [fault] = together.as_slice() { Some(*fault) } else { None };
        let (writes, events) = (Spread::default(), Spread::default());
        reports.push(FaultReport { name, number, at_us, failed, fault, writes, events });
    }
    Ok((reports, found))
}
