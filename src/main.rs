//! `ajet-chatd`: the server, its schema and its configuration.
//!
//! The development stack (`ajet-dev`) and the operators' commands for a running cluster (`ajet-chat cluster`) are executables
//! of their own, so that this one links neither the stack nor the client SDK.

use std::process::ExitCode;

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::{self, Config, Profile, Purpose, Sources};
use ajet_chatd::store::connect_options;
use ajet_chatd::telemetry;
use clap::{Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Team messaging as an actor-based stateful cluster.
#[derive(Parser)]
#[command(version, about, after_help = ELSEWHERE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What stands below the help, for those who look for a command that this executable does not have.
const ELSEWHERE: &str =
    "A development server with all it needs: ajet-dev. A running cluster: ajet-chat cluster.";

#[derive(Subcommand)]
enum Command {
    /// Serve with the configured PostgreSQL, NATS and object store.
    Serve,
    /// Change or show the database schema.
    #[command(subcommand)]
    Migrate(Migrate),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Subcommand)]
enum Migrate {
    /// Apply what is pending.
    Up,
    /// Reverse the newest migration.
    Down,
    /// List all migrations.
    Status,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Validate it and print it without its secrets.
    Check,
    /// Validate it and print the values of keys (`http.addr`), a line each; secrets are refused.
    Get {
        #[arg(required = true, value_name = "KEY")]
        keys: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Every error tells its cause itself.
            eprintln!("ajet-chatd: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    let (profile, purpose) = match &command {
        Command::Serve | Command::Config(_) => (Profile::Prod, Purpose::Serve),
        Command::Migrate(_) => (Profile::Dev, Purpose::Tool),
    };
    let sources = Sources::of_process(profile, purpose);
    let (config, unknown) = config::load(&sources)?;
    for name in unknown {
        eprintln!("ajet-chatd: warning: {name} names no configuration key and is ignored");
    }
    raise_file_limit();
    match command {
        Command::Serve => {
            start_logging(&config)?;
            serve(&config).await
        }
        Command::Migrate(step) => migrate(&config, &step).await,
        Command::Config(ConfigCommand::Check) => {
            println!("{config:#?}");
            Ok(())
        }
        Command::Config(ConfigCommand::Get { keys }) => {
            config::values(&sources, &keys)?.iter().for_each(|value| println!("{value}"));
            Ok(())
        }
    }
}

/// Every live stream is an open file: as many as the system allows, not as many as shells are given by default.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

fn start_logging(config: &Config) -> anyhow::Result<()> {
    telemetry::start_logging(&config.log, config.profile).map_err(anyhow::Error::msg)
}

async fn serve(config: &Config) -> anyhow::Result<()> {
    let listener = listen(config.http.addr).await?;
    let server = Server::start(config, listener).await?;
    tokio::select! {
        stopped = told_to_stop() => stopped?,
        () = server.drain_asked() => {}
    }
    server.stop().await;
    Ok(())
}

async fn migrate(config: &Config, step: &Migrate) -> anyhow::Result<()> {
    let options = connect_options(&config.db).options([("statement_timeout", "0")]);
    match step {
        Migrate::Up => println!("{} applied", ajet_schema::up(&options).await?),
        Migrate::Down => match ajet_schema::down(&options).await? {
            Some(version) => println!("{version} reversed"),
            None => println!("nothing to reverse"),
        },
        Migrate::Status => {
            for one in ajet_schema::status(&options).await? {
                println!(
                    "{:>4}  {}  {}",
                    one.version,
                    if one.applied { "applied" } else { "pending" },
                    one.description
                );
            }
        }
    }
    Ok(())
}

/// Ctrl-C or SIGTERM.
async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|error| anyhow::anyhow!("can't listen for SIGTERM: {error}"))?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.map_err(|error| anyhow::anyhow!("can't listen for Ctrl-C: {error}")),
        _ = terminate.recv() => Ok(()),
    }
}
