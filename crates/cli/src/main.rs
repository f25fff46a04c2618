//! `ajet-chat`: the terminal client. So far it has the operators' commands; the chat itself is still to come.

mod commands;
mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use commands::cluster;

/// ajet-chat for the terminal.
#[derive(Parser)]
#[command(name = "ajet-chat", version, about, after_help = NOT_YET)]
struct Cli {
    /// The server's address, as host:port or http://host:port; AJET_CHAT_SERVER if not given, else 127.0.0.1:8080.
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    #[command(subcommand)]
    command: Command,
}

/// What stands below the help.
const NOT_YET: &str = "To chat, use a browser, or any HTTP and SSE client: /api/docs of a server says how.";

#[derive(Subcommand)]
enum Command {
    /// Look at a running cluster, and tell it what to do; AJET_OPS_TOKEN holds the operators' token (ops.token).
    #[command(subcommand)]
    Cluster(cluster::Command),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Every error tells its cause itself.
            eprintln!("ajet-chat: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    let address = server::address(cli.server);
    match cli.command {
        Command::Cluster(command) => cluster::run(&address, command).await,
    }
}
