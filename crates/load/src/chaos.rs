//! Breaks an installation while people use it, and lets the checker decide whether anybody was harmed.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ajet_client::Client;
use ajet_devstack::Durability;
use ajet_protocol::ops::EntityReport;
use ajet_protocol::{Channel, PageQuery};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::check::check;
use crate::fault::{Fault, an_owner};
use crate::history::{Action, Line, Recorder, Stored, What};
use crate::lab::{Lab, Plan};
use crate::people::People;
use crate::report::{FaultReport, Spread, Story};
use crate::workload::{Failures, Scene, Writer, listen, listen_and_go};

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
    #[arg(long, default_value_t = 8)]
    writers: usize,
    #[arg(long, default_value_t = 6)]
    readers: usize,
    #[arg(long, default_value_t = 6)]
    rooms: usize,
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
/// Readers have everything within this time after the last write.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(20);
/// People who come, listen and go again, at a time.
const GOERS: usize = 3;

/// Runs it; true where nobody was harmed.
///
/// # Errors
/// When the installation does not come up, or does not come back.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    std::fs::create_dir_all(&options.out)?;
    let folder = options.out.join("data");
    let _ = std::fs::remove_dir_all(&folder);
    let plan = Plan {
        nodes: options.nodes,
        nats_servers: 1,
        durability: Durability::ProcessOnly,
        proxies: true,
        settings: vec![("AJET_HTTP_SPREAD_S".into(), "1".into())],
    };
    println!(
        "chaos: {} nodes, {} writers, {} readers, seed {}",
        options.nodes, options.writers, options.readers, options.seed
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
    let bases = lab.bases();
    let people = People::found(&bases[0], options.rooms).await?;
    let rooms = people.rooms.clone();
    let named = |kind: &str, n: usize| (0..n).map(|n| format!("{kind}-{n}")).collect::<Vec<_>>();
    let all = |_| rooms.clone();
    let writers = people.join(&bases[0], named("writer", options.writers), all).await?;
    let readers = people.join(&bases[0], named("reader", options.readers), all).await?;
    let goers = people.join(&bases[0], named("goer", 200), all).await?;
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
        writing.spawn(Writer::new(&scene, format!("writer-{n}"), writer, n % bases.len(), seed).run());
    }
    let going = tokio::spawn(come_and_go(Arc::clone(&scene), goers));
    let watching = watch_epochs(&scene, lab)?;
    tokio::time::sleep(BEFORE).await;
    let failures = faults(options, lab, &scene).await?;
    scene.stop.cancel();
    writing.join_all().await;
    let _ = going.await;
    watching.abort();
    caught_up(&scene, &people.owner, lab).await;
    over.cancel();
    listening.join_all().await;
    finals(&scene, &people.owner, lab).await?;
    let lines = scene.recorder.lines();
    let violations = check(&lines);
    let reports = failures.into_iter().map(|one| one.measured(&lines)).collect();
    let hung = scene.failures.hung.load(Ordering::Relaxed);
    Ok(Story::new(options.seed, &lines, reports, hung, violations))
}

/// People who listen for a while, and leave or sign out at another node.
async fn come_and_go(scene: Arc<Scene>, goers: Vec<Client>) {
    let mut away = JoinSet::new();
    for (n, client) in goers.into_iter().enumerate() {
        if scene.stop.is_cancelled() {
            break;
        }
        let node = n % scene.bases.len();
        away.spawn(listen_and_go(Arc::clone(&scene), format!("goer-{n}"), client, node, n % 2 == 0));
        if away.len() >= GOERS {
            away.join_next().await;
        }
    }
    away.join_all().await;
}

/// Takes down what operators see of every room's epoch.
fn watch_epochs(scene: &Arc<Scene>, lab: &Lab) -> anyhow::Result<JoinHandle<()>> {
    let scene = Arc::clone(scene);
    let ops = (0..lab.nodes.len()).map(|n| lab.ops(n)).collect::<Result<Vec<_>, _>>()?;
    Ok(tokio::spawn(async move {
        for n in 0.. {
            for room in &scene.rooms {
                let path = format!("/ops/entities/channel/{}", room.id);
                let asking =
                    ops[n % ops.len()].send::<EntityReport>(reqwest::Method::GET, &path, None::<&()>, false);
                if let Ok(Ok(found)) = tokio::time::timeout(Duration::from_secs(2), asking).await {
                    let what = What::Epoch { stream: room.id.0, epoch: found.epoch, seq: found.seq };
                    scene.recorder.note("ops", what);
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }))
}

/// What is to break, in which order; two names where two break together.
fn schedule(options: &Options) -> Vec<Vec<Fault>> {
    use clap::ValueEnum;
    let Some(minutes) = options.minutes else {
        let named = if options.faults.is_empty() { Fault::SHORT.to_vec() } else { options.faults.clone() };
        return named.into_iter().map(|fault| vec![fault]).collect();
    };
    let mut rng = StdRng::seed_from_u64(options.seed);
    let (mut schedule, mut seconds) = (Vec::new(), 0);
    while seconds < minutes * 60 {
        let mut all = Fault::value_variants().to_vec();
        all.shuffle(&mut rng);
        let pair = if rng.random_range(0..3) == 0 { 2 } else { 1 };
        let together: Vec<_> = all.into_iter().take(pair).collect();
        let lasts = together.iter().map(|fault| fault.lasts(options.long).as_secs()).max().unwrap_or(0);
        seconds += lasts + AFTER.as_secs() + 3;
        schedule.push(together);
    }
    schedule
}

async fn faults(options: &Options, lab: &mut Lab, scene: &Scene) -> anyhow::Result<Vec<FaultReport>> {
    let mut reports = Vec::new();
    let counters = || {
        let failures = &scene.failures;
        [&failures.turned_away, &failures.absent, &failures.broken].map(|one| one.load(Ordering::Relaxed))
    };
    for (n, together) in schedule(options).into_iter().enumerate() {
        let names: Vec<_> = together.iter().map(|fault| fault.name()).collect();
        let name = names.join(" + ");
        let victim = an_owner(lab, &scene.rooms, n).await;
        let before = counters();
        scene.recorder.note("fault", What::Fault { name: name.clone(), begins: true });
        let lasts = together.iter().map(|fault| fault.lasts(options.long)).max().unwrap_or_default();
        for (place, fault) in together.iter().enumerate() {
            // The second of a pair meets another node.
            scene.frozen.fetch_or(*fault == Fault::NodeFrozen, Ordering::Relaxed);
            fault.begin(lab, &scene.rooms, (victim + place) % options.nodes).await?;
        }
        tokio::time::sleep(lasts).await;
        // What nodes need comes back before the nodes do.
        let mut ends: Vec<_> = together.iter().enumerate().collect();
        ends.sort_by_key(|(_, fault)| !fault.counts_from_end());
        for (place, fault) in ends {
            fault.end(lab, (victim + place) % options.nodes).await?;
        }
        scene.recorder.note("fault", What::Fault { name: name.clone(), begins: false });
        lab.settled().await?;
        scene.frozen.store(false, Ordering::Relaxed);
        tokio::time::sleep(AFTER).await;
        let after = counters();
        let failed = std::array::from_fn(|n| after[n] - before[n]);
        println!("  {name}: turned away {}, nobody there {}, broken {}", failed[0], failed[1], failed[2]);
        let goal = if together.len() == 1 {
            Some((together[0].goal(), together[0].counts_from_end()))
        } else {
            None
        };
        reports.push(FaultReport {
            name,
            number: n,
            failed,
            goal,
            writes: Spread::default(),
            events: Spread::default(),
        });
    }
    Ok(reports)
}

/// Waits until every reader has seen a last message in every room.
async fn caught_up(scene: &Scene, owner: &Client, lab: &mut Lab) {
    let Some(n) = lab.running().first().copied() else { return };
    let at = owner.at(&lab.bases()[n]);
    let mut last = Vec::new();
    for room in &scene.rooms {
        let body = format!("the end of {}", room.name);
        let request = ajet_protocol::PostMessage {
            body_md: body.clone(),
            parent_id: None,
            attachment_ids: vec![],
            client_mutation_id: None,
        };
        if at.post(room.id, &request).await.is_ok() {
            last.push(body);
        }
    }
    let deadline = tokio::time::Instant::now() + CAUGHT_UP_WITHIN;
    while tokio::time::Instant::now() < deadline {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let lines = scene.recorder.lines();
        for line in lines.iter().filter(|line| line.client.starts_with("reader")) {
            if let What::Event { body: Some(body), .. } = &line.what
                && last.contains(body)
            {
                *seen.entry(line.client.clone()).or_default() += 1;
            }
        }
        let readers = lines.iter().filter(|line| line.client.starts_with("reader")).map(|line| &line.client);
        let readers: std::collections::HashSet<_> = readers.collect();
        if seen.len() == readers.len() && seen.values().all(|count| *count >= last.len()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Reads every room's whole history at every node.
async fn finals(scene: &Scene, owner: &Client, lab: &mut Lab) -> anyhow::Result<()> {
    for node in lab.running() {
        let at = owner.at(&lab.bases()[node]);
        for room in &scene.rooms {
            let messages = history(&at, room).await?;
            scene.recorder.note("end", What::Final { node, channel: room.id.0, messages });
        }
    }
    Ok(())
}

async fn history(client: &Client, room: &Channel) -> anyhow::Result<Vec<Stored>> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(Uuid::nil()), limit: Some(200), before: None };
    loop {
        let page = client.messages(room.id, &query).await?;
        query.after = page.items.last().map(|message| message.id.0).or(query.after);
        all.extend(page.items.into_iter().map(|message| Stored {
            id: message.id.0,
            author: message.author.id.0,
            key: message.client_mutation_id,
            seq: message.seq,
            body: message.body_md,
            deleted: message.deleted,
        }));
        if !page.has_more {
            return Ok(all);
        }
    }
}

impl FaultReport {
    /// Measures how long people had to wait, from what they did and saw.
    fn measured(mut self, lines: &[Line]) -> Self {
        let is_ours = |line: &&Line| matches!(&line.what, What::Fault { name, .. } if *name == self.name);
        // The same fault may come more than once: this is the n-th of all.
        let begins: Vec<_> = lines
            .iter()
            .filter(|line| matches!(line.what, What::Fault { begins: true, .. }))
            .map(|line| line.at_us)
            .collect();
        let Some(from) = begins.get(self.number).copied() else { return self };
        let to = begins.get(self.number + 1).copied().unwrap_or(u64::MAX);
        let end = lines
            .iter()
            .filter(is_ours)
            .find(|line| line.at_us > from && matches!(line.what, What::Fault { begins: false, .. }));
        let from_end = self.goal.is_some_and(|(_, from_end)| from_end);
        let zero = if from_end { end.map_or(from, |line| line.at_us) } else { from };
        let mut posts: HashMap<u64, (&str, u64)> = HashMap::new();
        let mut begun: HashMap<&str, u64> = HashMap::new();
        for line in lines {
            match &line.what {
                What::Invoked { op, action: Action::Post { body, .. }, .. } => {
                    posts.insert(*op, (body, line.at_us));
                }
                What::Returned { op, outcome } if line.at_us >= zero => {
                    let Some((body, invoked)) = posts.get(op).copied() else { continue };
                    if invoked < to && invoked < zero + COUNTED_US && outcome.is_ok() {
                        self.writes.add(line.at_us - invoked.max(zero));
                        begun.insert(body, invoked.max(zero));
                    }
                }
                What::Event { body: Some(body), kind, .. } if kind == "message.created" => {
                    if let Some(zero) = begun.get(body.as_str())
                        && line.client.starts_with("reader")
                    {
                        self.events.add(line.at_us.saturating_sub(*zero));
                    }
                }
                _ => {}
            }
        }
        self
    }
}

/// What was begun within this time after a fault tells how quickly it was over.
const COUNTED_US: u64 = 1_000_000;
