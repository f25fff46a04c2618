//! Child processes that never outlive us.
//!
//! Linux sends the parent-death signal when the *thread* that forked ends, so all children are forked by one thread
//! that lives as long as the process.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal, geteuid, getrlimit, kill_process, prlimit};

use crate::StackError;

/// The unprivileged user that servers run as when we are root: `nobody`.
pub const NOBODY: u32 = 65_534;

/// A running child.
pub struct Running {
    child: Child,
}

/// Whether we are root, and so must not run PostgreSQL as ourselves.
pub fn are_root() -> bool {
    geteuid().is_root()
}

/// A command that dies with us, as `nobody` where we are root and `drop_root` asks for it.
///
/// The one capability that is kept lets it reach its own folder through folders that only root may enter.
pub fn command(program: &std::path::Path, drop_root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if drop_root && are_root() {
        command.arg(format!("--reuid={NOBODY}")).arg(format!("--regid={NOBODY}")).arg("--clear-groups");
        command.args(["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]);
    }
    // A Ctrl-C in the terminal is for us: we stop our children in order.
    command.process_group(0);
    command.arg("--").arg(program).stdin(Stdio::null());
    command
}

type Job = (Command, mpsc::Sender<std::io::Result<Child>>);

/// Starts a command from the one thread that never ends.
pub fn spawn(program: &'static str, command: Command) -> Result<Running, StackError> {
    static FORKER: OnceLock<mpsc::Sender<Job>> = OnceLock::new();
    let forker = FORKER.get_or_init(|| {
        let (jobs, todo) = mpsc::channel::<Job>();
        std::thread::spawn(move || {
            for (mut command, answer) in todo {
                let _ = answer.send(command.spawn());
            }
        });
        jobs
    });
    let (answer, child) = mpsc::channel();
    let ended = || std::io::Error::other("the forking thread has ended");
    let start = forker
        .send((command, answer))
        .map_err(|_| ended())
        .and_then(|()| child.recv().map_err(|_| ended())?);
    start.map(|child| Running { child }).map_err(|source| StackError::Start { program, source })
}

impl Running {
    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its exit status, once it has ended.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Whether it has ended, and how.
    pub fn ended(&mut self) -> Option<String> {
        self.status().map(|status| status.to_string())
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        // A process that has just ended needs no signal.
        let _ = self.as_pid().map(|pid| kill_process(pid, signal));
    }

    /// From now on it can make no file longer, as if its disk were full.
    ///
    /// # Errors
    /// What the system says, when the process has ended.
    pub fn fill_disk(&self) -> std::io::Result<()> {
        let limit = Rlimit { current: Some(1), maximum: getrlimit(Resource::Fsize).maximum };
        prlimit(self.as_pid(), Resource::Fsize, limit)?;
        Ok(())
    }

    fn as_pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }

    /// Asks it to end with `signal`, waits up to `grace`, then kills it.
    pub async fn stop(&mut self, signal: Signal, grace: Duration) {
        self.signal(signal);
        let deadline = Instant::now() + grace;
        while self.ended().is_none() {
            if Instant::now() > deadline {
                self.signal(Signal::KILL);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.signal(Signal::KILL);
            let _ = self.child.wait();
        }
    }
}
