//! Breaks an installation while people use it, and lets the checker decide whether anybody was harmed.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ajet_client::Client;
use ajet_devstack::Durability;
use clap::ValueEnum;
use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::around::{come_and_go, race_for_invites, watch};
use crate::check::{check, unanswered, untested};
use crate::course::Course;
use crate::ending::{caught_up, finals};
use crate::fault::{Breaker, Crowd, Fault, can_give_priority_back};
use crate::finding;
use crate::guests::{Arrived, Extent, Guest, arrive, introduce};
use crate::history::Recorder;
use crate::lab::{Lab, Plan, faketime};
use crate::link::Link;
use crate::listening::listen;
use crate::mentions::{self, addressees, notified, writer_name};
use crate::people::People;
use crate::procfs::raise_file_limit;
use crate::registers::{self, Town, all_sent, ask_for_the_gone, stands};
use crate::report::Story;
use crate::schedule::{Missing, Schedule};
use crate::tally::Tally;
use crate::visits::{found_places, visit};
use crate::workload::{Scene, Writer};

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
    /// People whose rights are taken away and given back all the time.
    #[arg(long, default_value_t = 3)]
    guests: usize,
    /// People whose role, view of a channel and voice are taken away and given back all the time.
    #[arg(long, default_value_t = 3)]
    wards: usize,
    /// People who change their names and settings, and write to each other directly.
    #[arg(long, default_value_t = 4)]
    friends: usize,
    /// People who react, vote, edit, keep drafts and schedule messages.
    #[arg(long, default_value_t = 4)]
    talkers: usize,
    /// The server's program of the release before, for `two-versions` and `--other-nodes`.
    #[arg(long)]
    other_version: Option<PathBuf>,
    /// So many nodes, the last ones, begin as of that release, and people visit communities of all nodes: for
    /// `side-by-side`, `rolled-forward` and `rolled-back` (`script/neighbours`).
    #[arg(long, default_value_t = 0, requires = "other_version", conflicts_with = "minutes")]
    other_nodes: usize,
    /// Faults last as long as in production, not as short as in a test.
    #[arg(long)]
    long: bool,
    /// Only print the faults there are, and how long each lasts.
    #[arg(long)]
    list: bool,
    /// Where the history, the report and the picture go.
    #[arg(long, default_value = "chaos")]
    out: PathBuf,
}

/// Quiet time before the first fault.
const BEFORE: Duration = Duration::from_secs(2);
/// A node ends an unread answer after this time; `page-unread` lasts longer.
const WRITE_TIMEOUT_S: &str = "5";
/// People who are kept ready for herds.
const CROWD: usize = 40;
/// Communities for visitors, where versions change: so many that hardly a node has none.
const PLACES: usize = 8;
/// One person comes and goes a second.
const GOERS_AT_LEAST: usize = 60;

/// Runs it; true if no invariant was violated, no request hung, and talkers had what they do acknowledged.
///
/// # Errors
/// When the installation does not come up, or does not come back.
pub async fn run(options: &Options) -> anyhow::Result<bool> {
    if options.list {
        list();
        return Ok(true);
    }
    anyhow::ensure!(
        options.other_nodes < options.nodes.max(1),
        "--other-nodes {}: at least one of {} nodes must be of this version, which makes the schema",
        options.other_nodes,
        options.nodes
    );
    raise_file_limit();
    std::fs::create_dir_all(&options.out)?;
    let folder = options.out.join("data");
    let _ = std::fs::remove_dir_all(&folder);
    let (schedule, link) = schedule(options).await?;
    let plan = Plan {
        nodes: options.nodes,
        nats_servers: options.nats,
        durability: Durability::ProcessOnly,
        proxies: true,
        link,
        other_version: options.other_version.as_deref().map(std::path::absolute).transpose()?,
        other_nodes: options.other_nodes,
        program: None,
        settings: vec![
            ("AJET_HTTP_SPREAD_S".into(), "1".into()),
            ("AJET_HTTP_WRITE_TIMEOUT_S".into(), WRITE_TIMEOUT_S.into()),
        ],
    };
    println!(
        "chaos: {} nodes, {} of them of another version, {} NATS, {} writers, {} readers, seed {}",
        options.nodes, options.other_nodes, options.nats, options.writers, options.readers, options.seed
    );
    let mut lab = Lab::start(&std::path::absolute(&folder)?, plan).await?;
    let story = tell(options, schedule, &mut lab).await;
    lab.stop().await;
    let story = story?;
    let _ = std::fs::remove_dir_all(&folder);
    story.save(&options.out)?;
    println!("{story}");
    println!("report: {}", options.out.display());
    Ok(story.violations.is_empty() && story.hung == 0)
}

/// Prints the faults there are.
fn list() {
    for fault in Fault::value_variants() {
        let [short, long] = [false, true].map(|long| fault.lasts(long).as_secs());
        let set = if Fault::SHORT.contains(fault) { "short set" } else { "" };
        let line = format!("{:<24} {short:>3} s {long:>3} s  {set:<9}  {}", fault.name(), fault.about());
        println!("{}", line.trim_end());
    }
}

/// The faults of the command line, or the short set; and a link where one of them swallows packets.
async fn schedule(options: &Options) -> anyhow::Result<(Schedule, Option<Arc<Link>>)> {
    let named: &[Fault] = if options.faults.is_empty() { &Fault::SHORT } else { &options.faults };
    // Packets over the link take a little longer, so runs that do not need it have none.
    let link = if options.minutes.is_some() || named.iter().any(|fault| fault.swallows()) {
        Link::lay().await
    } else {
        Err(anyhow::anyhow!("not needed"))
    };
    let (unlinked, unstarved) = (link.as_ref().err(), can_give_priority_back().err());
    let denied = |why: Option<&anyhow::Error>| why.map(|why| Missing::Allowed(format!("{why:#}")));
    let missing = |fault: Fault| match fault {
        Fault::OneNatsServer if options.nats < 3 => Some(Missing::Given("--nats 3")),
        Fault::TwoVersions if options.other_version.is_none() => Some(Missing::Given("--other-version")),
        fault if fault.changes_versions() && options.other_nodes == 0 => {
            Some(Missing::Given("--other-version and --other-nodes"))
        }
        Fault::ClockAhead | Fault::ClockBehind if faketime().is_none() => {
            Some(Missing::Given("script/setup --faketime"))
        }
        Fault::NodeStarved => denied(unstarved.as_ref()),
        fault if fault.swallows() => denied(unlinked),
        _ => None,
    };
    let schedule = match options.minutes {
        None => Schedule::of(named, options.long, missing)?,
        Some(minutes) => {
            for fault in Fault::value_variants() {
                if let Some(missing) = missing(*fault) {
                    println!("  left out: {}, {missing}", fault.name());
                }
            }
            Schedule::random(options.seed, minutes * 60, options.long, missing)?
        }
    };
    Ok((schedule, link.ok().map(Arc::new)))
}

async fn tell(options: &Options, schedule: Schedule, lab: &mut Lab) -> anyhow::Result<Story> {
    let cast = Cast::assemble(options, &schedule, lab).await?;
    let Cast { scene, people, town, .. } = &cast;
    let (scene, people, town) = (Arc::clone(scene), Arc::clone(people), town.clone());
    let over = CancellationToken::new();
    let mut listening = JoinSet::new();
    let (writing, crowd) = cast.begin(options, &mut listening, &over);
    let watching = watch(&scene, lab)?;
    tokio::time::sleep(BEFORE).await;
    let harmless = schedule.is_harmless();
    let course = Course::new(Breaker::new(lab, &scene, &people.owner, crowd), &scene, options.nodes);
    let (reports, found) = course.run(schedule).await?;
    scene.stop.cancel();
    writing.join_all().await;
    watching.abort();
    let deaf = caught_up(&scene, &people.owner, lab, options.readers).await;
    let unlisted = notified(&scene, lab).await;
    if let Some(town) = &town {
        all_sent(&scene).await;
        town.wire.all_told(&scene).await;
    }
    over.cancel();
    listening.join_all().await;
    let further = town.as_deref().map(Town::channels).unwrap_or_default();
    finals(&scene, &people.owner, lab, &further).await?;
    if let Some(town) = &town {
        stands(&scene, town, lab).await?;
        ask_for_the_gone(&scene, town, lab).await;
        // Nodes of the release before find nothing.
        finding::found(&scene, &people.owner, lab).await?;
    }
    let lines = scene.recorder.finish();
    let mut violations = check(&lines);
    violations.extend(found.into_iter().chain(deaf).chain(unlisted).chain(untested(&lines)));
    if harmless {
        violations.extend(unanswered(&lines));
    }
    let reports = reports.into_iter().map(|one| one.measured(&lines).judged(&violations)).collect();
    let hung = scene.tally.hung.load(Ordering::Relaxed);
    Ok(Story::new(options.seed, &lines, reports, hung, violations))
}

/// Everybody who takes part, before anything happens.
struct Cast {
    scene: Arc<Scene>,
    people: Arc<People>,
    /// Where registers are written.
    town: Option<Arc<Town>>,
    writers: Vec<Client>,
    readers: Vec<Client>,
    crowd: Vec<Client>,
    goers: Vec<Client>,
    guests: Vec<Arrived>,
}

impl Cast {
    async fn assemble(options: &Options, schedule: &Schedule, lab: &Lab) -> anyhow::Result<Self> {
        let bases = lab.bases();
        let people = Arc::new(People::found(&bases[0], options.rooms).await?);
        let rooms = people.rooms.clone();
        let named = |kind: &str, n: usize| (0..n).map(|n| format!("{kind}-{n}")).collect::<Vec<_>>();
        let all = |_| rooms.clone();
        let writers = people.join(&bases[0], named("writer", options.writers), all).await?;
        let readers = people.join(&bases[0], named("reader", options.readers), all).await?;
        let crowd = people.join(&bases[0], named("crowd", CROWD), all).await?;
        let goers = usize::try_from(schedule.seconds)?.max(GOERS_AT_LEAST);
        let goers = people.join(&bases[0], named("goer", goers), all).await?;
        let guests = arrive(&people, &bases[0], options.guests).await?;
        let mut ids = Vec::new();
        for reader in &readers {
            ids.push(reader.me().await?.user.id);
        }
        // Nodes of the release before notify no one, and know of no registers.
        let is_new = options.other_version.is_none();
        let addressees = if is_new { addressees(&people, &writers, &readers).await? } else { Vec::new() };
        let town = if is_new {
            let counts = (options.wards, options.friends, options.talkers);
            let found = Town::found(&people, &bases[0], counts).await?;
            Some(Arc::new(found))
        } else {
            None
        };
        let scene = Arc::new(Scene {
            recorder: Recorder::new(Some(&options.out.join("history.jsonl")))?,
            rooms,
            places: found_places(&people.owner, if options.other_nodes > 0 { PLACES } else { 0 }).await?,
            bases,
            readers: ids,
            addressees,
            friends: town.as_deref().map(Town::friends_told).unwrap_or_default(),
            threads: Mutex::default(),
            stop: CancellationToken::new(),
            operations: 0.into(),
            tally: Tally::default(),
            frozen: false.into(),
        });
        introduce(&scene, &people, &guests);
        mentions::introduce(&scene);
        if let Some(town) = &town {
            town.introduce(&scene);
        }
        Ok(Self { scene, people, town, writers, readers, crowd, goers, guests })
    }

    /// Everybody at work; gives who writes, and the people who are kept ready for herds.
    fn begin(
        self,
        options: &Options,
        listening: &mut JoinSet<()>,
        over: &CancellationToken,
    ) -> (JoinSet<()>, Crowd) {
        let Self { scene, people, town, writers, readers, crowd, goers, guests } = self;
        for (n, reader) in readers.into_iter().enumerate() {
            let (name, node) = (format!("reader-{n}"), n % scene.bases.len());
            listening.spawn(listen(Arc::clone(&scene), name, reader, node, over.clone()));
        }
        let mut writing = write(&scene, &writers, options.seed);
        writing.spawn(visit(Arc::clone(&scene), people.owner.clone()));
        writing.spawn(come_and_go(Arc::clone(&scene), goers));
        writing.spawn(race_for_invites(Arc::clone(&scene), people.owner.clone(), people.community.id));
        let extent = if options.other_version.is_some() { Extent::BothVersions } else { Extent::All };
        for (n, arrived) in guests.into_iter().enumerate() {
            let guest = Guest::settle(&scene, &people, (n, arrived, extent), listening, over);
            writing.spawn(guest.stay());
        }
        if let Some(town) = &town {
            registers::begin(town, &scene, &mut writing, listening, over);
        }
        (writing, Crowd::of(crowd))
    }
}

/// The writers at work, the last of them the patient one.
fn write(scene: &Arc<Scene>, writers: &[Client], seed: u64) -> JoinSet<()> {
    let mut writing = JoinSet::new();
    for (n, writer) in writers.iter().enumerate() {
        let seed = seed.wrapping_mul(1000).wrapping_add(n as u64);
        let last = n + 1 == writers.len();
        let name = writer_name(n, writers.len());
        let one = Writer::new(scene, name, writer, n % scene.bases.len(), seed);
        writing.spawn(if last { one.patient() } else { one }.run());
    }
    writing
}
