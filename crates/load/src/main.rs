//! `ajet-load`: load, chaos, and the checker of what must hold.

mod around;
mod chaos;
mod check;
mod course;
mod ear;
mod edges;
mod ending;
mod fault;
mod finding;
mod guests;
mod history;
mod lab;
mod link;
mod listening;
mod mentions;
mod people;
mod plot;
mod procfs;
mod proxy;
mod recovery;
mod registers;
mod report;
mod scenario;
mod schedule;
mod tally;
mod visits;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Measures and breaks ajet-chat.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure the scenarios of docs/performance.md; build with --release.
    Measure(scenario::Options),
    /// Break things under load; fails where an invariant does.
    Chaos(chaos::Options),
    /// Decide the invariants of a history that was taken down before.
    Check { history: PathBuf },
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    ajet_client::install_tls();
    let sound = match Cli::parse().command {
        Command::Measure(options) => {
            scenario::run(&options).await?;
            true
        }
        Command::Chaos(options) => chaos::run(&options).await?,
        Command::Check { history } => {
            let lines = history::read(&std::fs::read_to_string(history)?)?;
            let mut found = check::check(&lines);
            found.extend(check::untested(&lines));
            found.iter().for_each(|violation| println!("{violation}"));
            found.is_empty()
        }
    };
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
