//! The executable `ajet-chat`: the program in the surroundings of its process.

use std::process::ExitCode;

use ajet_cli::{Cli, Surroundings, run};
use clap::CommandFactory;
use clap_complete::CompleteEnv;

fn main() -> ExitCode {
    // A shell that asks for completions is answered here, and nothing else runs.
    CompleteEnv::with_factory(Cli::command).complete();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(_) => return ExitCode::FAILURE,
    };
    let code = runtime.block_on(run(Surroundings::arguments(), Surroundings::of_process()));
    // A read of the input can't be cancelled; nothing waits for the one that an interrupt leaves behind.
    runtime.shutdown_background();
    ExitCode::from(code)
}
