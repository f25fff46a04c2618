//! `ajet-chat`: the terminal client. The name is taken; the client itself is still to come.

use clap::Parser;

/// ajet-chat for the terminal.
#[derive(Parser)]
#[command(name = "ajet-chat", version, about)]
struct Cli {}

fn main() {
    Cli::parse();
    eprintln!(
        "ajet-chat: the terminal client is not here yet; use a browser, or any HTTP and SSE client (docs/api.md)"
    );
    std::process::exit(1);
}
