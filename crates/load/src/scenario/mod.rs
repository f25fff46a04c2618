//! The scenarios of `docs/performance.md` by name, each with its bare limits measured in the same run.

mod activating;
mod audience;
mod beating;
mod calling;
mod database;
mod histogram;
mod indexing;
mod joining;
mod large;
mod limits;
mod log;
mod reacting;
mod reading;
mod returning;
mod searching;
mod server;
mod starting;
mod steady;
mod stored;
mod strangers;
mod streams;
mod unread;
mod wal;
mod writing;

use std::path::PathBuf;
use std::time::Duration;

use ajet_devstack::Durability;
use serde::Serialize;

use crate::lab::{Lab, Plan};
use crate::people::People;
use crate::report::Spread;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// `s1` to `s10`, or `all` of them; `j1`, `j1b`, `j2`, `j3`, `j4`, `j5`, or `audience` for all of these; `j6`, `j7`, `j8`,
    /// or `large` for these; `wal`; `reactions`; `words`; `here`.
    #[arg(value_delimiter = ',', default_value = "all")]
    scenarios: Vec<String>,
    /// Each is measured so often; the median is printed.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Shorter and smaller, to see that it works.
    #[arg(long)]
    quick: bool,
    /// Messages that S9 stores in one go: 10,000,000 take some minutes and 6 GB.
    #[arg(long, default_value_t = 1_000_000)]
    stored: usize,
    /// Events of the log that J3's clients missed, almost all of them of channels that they are not in.
    #[arg(long, default_value_t = 1_000_000)]
    missed: usize,
    /// Clients of J3 who come back at once.
    #[arg(long, default_value_t = 5_000)]
    returning: usize,
    /// The server's program, of an earlier version for example; the one beside this program by default.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Where the report and the data go.
    #[arg(long, default_value = "load")]
    out: PathBuf,
}

/// One figure of a scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    pub scenario: &'static str,
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    /// What we mean to reach; `None` for limits and side figures.
    pub goal: Option<f64>,
}

impl Figure {
    fn new(scenario: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { scenario, what: what.into(), value, unit, goal: None }
    }

    fn goal(mut self, goal: f64) -> Self {
        self.goal = Some(goal);
        self
    }
}

/// How large a scenario is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub quick: bool,
    /// Messages stored at once, where it is not quick.
    pub stored: usize,
    /// Events that were missed, and clients who come back, where it is not quick.
    pub missed: usize,
    pub returning: usize,
}

impl Size {
    fn of(self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }

    fn seconds(self, full: u64, quick: u64) -> Duration {
        Duration::from_secs(if self.quick { quick } else { full })
    }
}

const ALL: [&str; 10] = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10"];
/// Whether cost follows the audience (I18).
const AUDIENCE: [&str; 6] = ["j1", "j1b", "j2", "j3", "j4", "j5"];

/// What very many people, and a very large community, cost.
const LARGE: [&str; 3] = ["j6", "j7", "j8"];

/// What belongs to no other group.
const APART: [&str; 4] = ["wal", "reactions", "words", "here"];

/// The scenarios that are asked for, in their order.
fn named(asked: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let groups =
        [("all", &ALL[..]), ("audience", &AUDIENCE[..]), ("large", &LARGE[..]), ("apart", &APART[..])];
    let is = |text: &String, group: &str, name: &str| text == group || text == name;
    let each = groups.iter().flat_map(|(group, names)| names.iter().map(move |name| (*group, *name)));
    let each: Vec<_> = each.collect();
    let unknown = asked.iter().find(|text| !each.iter().any(|(group, name)| is(text, group, name)));
    anyhow::ensure!(
        unknown.is_none(),
        "there is no scenario {unknown:?}: s1 to s10 or all, j1, j1b, j2, j3, j4, j5 or audience, j6, j7, j8 or large, \
         wal, reactions, words, here"
    );
    let wanted = |(group, name): &(&str, &str)| asked.iter().any(|text| is(text, group, name));
    Ok(each.into_iter().filter(wanted).map(|(_, name)| name).collect())
}

/// Measures, prints, and writes `load.json` and `load.txt`.
///
/// # Errors
/// When the installation does not come up or a request fails.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    std::fs::create_dir_all(&options.out)?;
    crate::procfs::raise_file_limit();
    let (quick, stored) = (options.quick, options.stored);
    let size = Size { quick, stored, missed: options.missed, returning: options.returning };
    let mut figures = Vec::new();
    for name in named(&options.scenarios)? {
        println!("{name}: measuring");
        let mut rounds = Vec::new();
        for _ in 0..options.rounds.max(1) {
            rounds.push(measure(name, options, size).await?);
        }
        let medians = medians(rounds);
        medians.iter().for_each(print);
        figures.extend(medians);
    }
    let text: String = figures.iter().map(|figure| line(figure) + "\n").collect();
    std::fs::write(options.out.join("load.txt"), text)?;
    std::fs::write(options.out.join("load.json"), serde_json::to_string_pretty(&figures)?)?;
    Ok(())
}

async fn measure(name: &str, options: &Options, size: Size) -> anyhow::Result<Vec<Figure>> {
    let folder = std::path::absolute(options.out.join("data"))?;
    let _ = std::fs::remove_dir_all(&folder);
    let mut lab = Lab::start(&folder, plan(1, options)?).await?;
    let figures = match name {
        "s1" => writing::one_sender(&lab, size).await,
        "s2" => writing::one_room(&lab, size).await,
        "s3" => writing::many_rooms(&lab, size).await,
        "s4" => streams::many_readers(&lab, size).await,
        "s5" => streams::idle_connections(&lab, size).await,
        "s6" => server::start_and_idle(&mut lab).await,
        "s7" => streams::herd(&lab, size).await,
        "s8" => stored::pages(&lab, size).await,
        "s9" => stored::growth(&lab, size).await,
        "j1" => joining::joins(&lab, size).await,
        "j1b" => strangers::strangers(&lab, size).await,
        "j2" => audience::audiences(&lab, size).await,
        "j3" => returning::returning(&mut lab, size).await,
        "j4" => activating::activated(&mut lab, size).await,
        "j5" => unread::unread(&mut lab, size).await,
        "j6" => beating::heartbeats(&lab, size).await,
        "j7" => searching::searches(&mut lab, size).await,
        "j8" => starting::starts(&mut lab, size).await,
        "reactions" => reacting::reactions(&lab, size).await,
        "here" => calling::calls(&lab, size).await,
        "wal" => wal::wal(&lab, size).await,
        "words" => indexing::words(&mut lab, size).await,
        _ => {
            let one = writing::rooms_rate(&lab, size).await?;
            lab.stop().await;
            std::fs::remove_dir_all(&folder)?;
            lab = Lab::start(&folder, plan(3, options)?).await?;
            let three = writing::rooms_rate(&lab, size).await?;
            let local = writing::remote_cost(&lab, size).await?;
            let ratio = Figure::new("s10", "three nodes / one, 32 rooms", three / one, "times").goal(0.75);
            Ok([vec![ratio], local].concat())
        }
    };
    lab.stop().await;
    let _ = std::fs::remove_dir_all(&folder);
    figures
}

fn plan(nodes: usize, options: &Options) -> anyhow::Result<Plan> {
    let quiet = vec![("AJET_CHAOS_ENABLED".into(), "false".into())];
    let durability = Durability::Full;
    Ok(Plan {
        nodes,
        nats_servers: 1,
        durability,
        proxies: false,
        link: None,
        program: options.server.as_deref().map(std::path::absolute).transpose()?,
        other_version: None,
        other_nodes: 0,
        settings: quiet,
    })
}

/// The median of each figure over the rounds.
fn medians(rounds: Vec<Vec<Figure>>) -> Vec<Figure> {
    let first = rounds.first().cloned().unwrap_or_default();
    let medians = first.into_iter().enumerate().map(|(n, mut figure)| {
        let mut values: Vec<_> =
            rounds.iter().filter_map(|round| round.get(n)).map(|one| one.value).collect();
        values.sort_by(f64::total_cmp);
        figure.value = values[values.len() / 2];
        figure
    });
    medians.collect()
}

fn print(figure: &Figure) {
    println!("  {}", line(figure));
}

fn line(figure: &Figure) -> String {
    let goal = figure.goal.map_or(String::new(), |goal| format!("   (goal {goal})"));
    let value =
        if figure.value < 10.0 { format!("{:.3}", figure.value) } else { format!("{:.0}", figure.value) };
    format!("{:<4} {:<66} {value:>10} {}{goal}", figure.scenario, figure.what, figure.unit)
}

/// Figures of a spread: the median and the 99th percentile.
fn spread(
    scenario: &'static str,
    what: &str,
    times: &Spread,
    goals: (Option<f64>, Option<f64>),
) -> [Figure; 2] {
    let figure = |percentile: f64, goal: Option<f64>| Figure {
        goal,
        ..Figure::new(scenario, format!("{what}, p{percentile}"), times.ms(percentile), "ms")
    };
    [figure(50.0, goals.0), figure(99.0, goals.1)]
}

async fn people(lab: &Lab, rooms: usize) -> anyhow::Result<People> {
    People::found(&lab.bases()[0], rooms).await
}

fn names(kind: &str, n: usize) -> Vec<String> {
    (0..n).map(|n| format!("{kind}-{n}")).collect()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn scenarios_are_named_one_by_one_or_as_groups() {
        let named = |text: &str| named(&text.split(',').map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(named("s4,s1").expect("known"), ["s1", "s4"]);
        assert_eq!(named("all").expect("known").len(), 10, "those that were always measured");
        assert_eq!(named("audience,s5").expect("known"), ["s5", "j1", "j1b", "j2", "j3", "j4", "j5"]);
        assert_eq!(named("wal,s1").expect("known"), ["s1", "wal"]);
        assert_eq!(named("wal,large").expect("known"), ["j6", "j7", "j8", "wal"]);
        assert!(named("s11").is_err());
    }
}
