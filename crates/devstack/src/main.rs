//! `ajet-devstack [--] COMMAND…`: runs a command with the stack beside it, its addresses in the environment.

use std::process::ExitCode;

use ajet_devstack::{Durability, Stack};

#[tokio::main]
async fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).filter(|arg| arg != "--");
    let Some(program) = args.next() else {
        eprintln!("usage: ajet-devstack [--] COMMAND [ARGUMENT…]");
        return ExitCode::from(2);
    };
    let folder = std::env::temp_dir().join(format!("ajet-devstack-{}", std::process::id()));
    let stack = match Stack::start(&folder, Durability::ProcessOnly, &|step| eprintln!("{step}")).await {
        Ok(stack) => stack,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let status = tokio::process::Command::new(program)
        .args(args)
        .env("DATABASE_URL", stack.postgres.url(stack.postgres.database()))
        .env("AJET_NATS_URL", stack.nats.url())
        .status()
        .await;
    stack.stop().await;
    let _ = std::fs::remove_dir_all(&folder);
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("could not run the command: {error}");
            ExitCode::FAILURE
        }
    }
}
