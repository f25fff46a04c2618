//! `ajet-chatd`: the server, its schema and its configuration.
//!
//! The development stack (`ajet-dev`) and the operators' commands for a running cluster (`ajet-chat cluster`) are executables
//! of their own, so that this one links neither the stack nor the client SDK.

use std::process::ExitCode;

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::{self, Config, Profile, Purpose, Sources};
use ajet_chatd::sealing::Sealer;
use ajet_chatd::sessions::SigningKeys;
use ajet_chatd::store::signing_keys::Former;
use ajet_chatd::store::{Store, connect_options};
use ajet_chatd::telemetry;
use ajet_chatd::usecases::{resealing, sign_in_links};
use ajet_protocol::limits;
use ajet_protocol::ops::JobReport;
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
    /// List slow work, or decide on what could not be done.
    #[command(subcommand)]
    Jobs(JobsCommand),
    /// Do what takes access to the machine.
    #[command(subcommand)]
    Admin(AdminCommand),
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

#[derive(Subcommand)]
enum JobsCommand {
    /// List the jobs that there are, those that are dead first.
    List,
    /// Have a job tried again that is dead, or at once that rests.
    Retry { id: i64 },
    /// Give a job up that is dead or waits.
    Discard { id: i64 },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make a link that signs one person in, once and within minutes: for the first owner, and for who is locked out.
    Invite {
        /// The user name of a person who has an account; without one the link makes an account of somebody new.
        #[arg(long, value_name = "USERNAME")]
        person: Option<String>,
    },
    /// Seal all secrets of the database anew, by the present key: then the former keys can be given up.
    Reseal,
    /// Have a new key sign service tokens, after ten minutes in which services learn of it.
    RotateSigningKey {
        /// Have it sign at once, and remove the keys before it with all that they signed: for one that has leaked.
        #[arg(long)]
        at_once: bool,
        /// Even where the newest key can't be opened, as after a loss of the key that sealed it.
        #[arg(long)]
        force: bool,
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
        Command::Migrate(_) | Command::Jobs(_) => (Profile::Dev, Purpose::Tool),
        // What it seals must be opened by the nodes: no key that only development has will do.
        Command::Admin(_) => (Profile::Prod, Purpose::Tool),
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
        Command::Jobs(command) => jobs(&Store::new(&config.db), &command).await,
        Command::Admin(AdminCommand::Invite { person }) => invite(&config, person.as_deref()).await,
        Command::Admin(AdminCommand::Reseal) => reseal(&config).await,
        Command::Admin(AdminCommand::RotateSigningKey { at_once, force }) => {
            let former = if at_once { Former::Removed } else { Former::Kept };
            let keys = sealed_keys(&config, force).await?;
            rotate_signing_key(&keys, former).await
        }
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

/// Works on the database alone: nodes that do jobs find what has changed within a second.
async fn jobs(store: &Store, command: &JobsCommand) -> anyhow::Result<()> {
    let done = match command {
        JobsCommand::List => {
            let list = store.job_list().await?;
            println!("{}", row(["id", "name", "state", "attempts", "asked for", "trace id", "reason"]));
            list.items.iter().for_each(|job| println!("{}", job_row(job)));
            if list.has_more {
                println!("there are more");
            }
            true
        }
        JobsCommand::Retry { id } => store.retry_job(*id).await?,
        JobsCommand::Discard { id } => store.discard_job(*id).await?,
    };
    anyhow::ensure!(done, "there is no such job, or a node is carrying it out");
    Ok(())
}

/// Works on the database alone. Only the link stands on the output, for those who send it on by a program.
async fn invite(config: &Config, person: Option<&str>) -> anyhow::Result<()> {
    let public_url = config.public_url(config.http.addr);
    let link = sign_in_links::make(&Store::new(&config.db), &public_url, person).await?;
    println!("{}", link.address);
    let who = person.map_or_else(|| "somebody new".to_owned(), |name| format!("@{name}"));
    let minutes = limits::SIGN_IN_LINK_SECONDS / 60;
    eprintln!("It signs {who} in, once and within {minutes} minutes. Give it to that person alone.");
    Ok(())
}

/// Works on the database alone, while nodes run.
async fn reseal(config: &Config) -> anyhow::Result<()> {
    let done = resealing::reseal(&Store::new(&config.db), &sealer(config)?).await?;
    println!("{} sealed anew, {} were sealed by this key before", done.anew, done.already);
    anyhow::ensure!(
        done.lost == 0,
        "{} secrets are opened neither by secrets.key nor by secrets.old_keys",
        done.lost
    );
    anyhow::ensure!(done.left == 0, "{} secrets were changed meanwhile: run it again", done.left);
    Ok(())
}

/// What seals as the nodes do. Without a key of the configuration production would seal by one that ends with this process.
fn sealer(config: &Config) -> anyhow::Result<Sealer> {
    let is_set = config.has_sealing_key() || config.profile != Profile::Prod;
    anyhow::ensure!(
        is_set,
        "secrets.key is not set: AJET_SECRETS_KEY is to be the key that the nodes seal by"
    );
    Ok(Sealer::of(config))
}

/// The keys of service tokens. A key that can't open the newest one is not the nodes': they could not open what it seals.
async fn sealed_keys(config: &Config, force: bool) -> anyhow::Result<SigningKeys> {
    let keys = SigningKeys::new(Store::new(&config.db), sealer(config)?);
    anyhow::ensure!(
        force || keys.opens_the_newest().await?,
        "the newest key can't be opened by secrets.key or secrets.old_keys: are they those of the nodes? --force makes a new one all the same"
    );
    Ok(keys)
}

/// Works on the database alone: nodes go by the new key within half a minute.
async fn rotate_signing_key(keys: &SigningKeys, former: Former) -> anyhow::Result<()> {
    let when = match former {
        Former::Removed => "within half a minute; those before it are gone",
        Former::Kept => "after ten minutes, or at once where it is the first one",
    };
    println!("the key {} signs {when}", keys.rotate(former).await?);
    Ok(())
}

fn job_row(job: &JobReport) -> String {
    let (id, attempts) = (job.id.to_string(), job.attempts.to_string());
    let (asked, trace) = (job.created_at.to_string(), job.trace_id.to_string());
    let reason = job.reason.as_deref().unwrap_or_default();
    row([&id, &job.name, job.state.as_str(), &attempts, &asked, &trace, reason])
}

fn row([id, name, state, attempts, asked, trace, reason]: [&str; 7]) -> String {
    format!("{id:>8} {name:<20} {state:<8} {attempts:>8} {asked:<24} {trace:<36}  {reason}")
        .trim_end()
        .to_owned()
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
