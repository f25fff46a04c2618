//! `ajet-chatd`: the server, and what its operators need beside it.

use std::process::ExitCode;
use std::time::Instant;

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::{self, Config, Sources};
use ajet_chatd::store::connect_options;
use ajet_chatd::telemetry;
use ajet_devstack::{Durability, Stack};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Team messaging as an actor-based stateful cluster.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve with the configured PostgreSQL, NATS and object store.
    Serve,
    /// Serve with a private PostgreSQL, NATS and object store in a data folder (development only).
    Dev,
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
    let (config, unknown) = config::load(&Sources::of_process())?;
    for name in unknown {
        eprintln!("ajet-chatd: warning: {name} names no configuration key and is ignored");
    }
    match command {
        Command::Serve => {
            start_logging(&config)?;
            serve(&config).await
        }
        Command::Dev => {
            start_logging(&config)?;
            dev(config).await
        }
        Command::Migrate(step) => migrate(&config, &step).await,
        Command::Config(ConfigCommand::Check) => {
            println!("{config:#?}");
            Ok(())
        }
    }
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

async fn dev(mut config: Config) -> anyhow::Result<()> {
    let started = Instant::now();
    let listener = listen(config.http.addr).await?;
    let folder = std::path::absolute(&config.dev.data_dir)
        .map_err(|error| anyhow::anyhow!("dev.data_dir: {error}"))?;
    println!("data folder: {}", folder.display());
    let report = |step: &str| println!("{step}");
    let mut stop = std::pin::pin!(told_to_stop());
    let stack = tokio::select! {
        stack = Stack::start(&folder, Durability::Full, &report) => stack?,
        stopped = &mut stop => return stopped,
    };
    config.db.host = "127.0.0.1".into();
    config.db.port = stack.postgres.port();
    config.db.user = stack.postgres.user().into();
    config.db.password = stack.postgres.password().into();
    config.db.dbname = stack.postgres.database().into();
    config.nats.url = stack.nats.url();
    config.objects.endpoint = stack.objects.endpoint();
    config.objects.access_key = stack.objects.access_key().into();
    config.objects.secret_key = stack.objects.secret_key().into();
    println!("server: starting");
    let server = match Server::start(&config, listener).await {
        Ok(server) => server,
        Err(error) => {
            stack.stop().await;
            return Err(error.into());
        }
    };
    println!(
        "\nReady after {:.1} s. Open {}\nCtrl-C stops everything.",
        started.elapsed().as_secs_f64(),
        server.public_url()
    );
    stop.await?;
    println!("\nstopping");
    server.stop().await;
    stack.stop().await;
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
