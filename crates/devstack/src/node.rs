//! A server of ours as a process of its own, to be stopped, frozen and killed.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::child::{self, Running};
use crate::{StackError, make_folder};

/// A node's process.
pub struct NodeProcess {
    name: String,
    child: Running,
    /// Its log file; none for a node that shares our standard error.
    log: Option<PathBuf>,
    told_ended: bool,
}

impl NodeProcess {
    /// Starts `program serve` with these variables; its log goes to a file in `logs`.
    ///
    /// # Errors
    /// [`StackError`]
    pub fn start(
        program: &Path,
        name: &str,
        variables: Vec<(String, String)>,
        logs: &Path,
    ) -> Result<Self, StackError> {
        make_folder(logs)?;
        let log = logs.join(format!("{name}.log"));
        let open = OpenOptions::new().create(true).append(true).open(&log);
        let file = open.map_err(|source| StackError::Folder { path: log.clone(), source })?;
        let errors = file.try_clone().map_err(|source| StackError::Folder { path: log.clone(), source })?;
        let mut command = child::command(program, false);
        command.stdout(file).stderr(errors);
        Self::spawn(command, name, variables, Some(log))
    }

    /// Starts `program serve` with these variables; its log goes where ours goes.
    ///
    /// # Errors
    /// [`StackError`]
    pub fn start_here(
        program: &Path,
        name: &str,
        variables: Vec<(String, String)>,
    ) -> Result<Self, StackError> {
        Self::spawn(child::command(program, false), name, variables, None)
    }

    fn spawn(
        mut command: Command,
        name: &str,
        variables: Vec<(String, String)>,
        log: Option<PathBuf>,
    ) -> Result<Self, StackError> {
        command.arg("serve").envs(variables);
        let child = child::spawn("ajet-chatd", command)?;
        Ok(Self { name: name.to_owned(), child, log, told_ended: false })
    }

    /// Waits until it answers that it is ready.
    ///
    /// # Errors
    /// [`StackError::NotReady`], or [`StackError::NotUp`] for a node without a log file.
    pub async fn ready(&mut self, addr: SocketAddr, within: Duration) -> Result<(), StackError> {
        let deadline = Instant::now() + within;
        while !is_ready(addr).await {
            let reason = match self.child.ended() {
                Some(how) => how,
                None if Instant::now() > deadline => format!("no answer after {} s", within.as_secs()),
                None => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            };
            return Err(match self.log.clone() {
                Some(log) => StackError::NotReady { program: "ajet-chatd", reason, log },
                None => StackError::NotUp { program: "ajet-chatd", reason },
            });
        }
        Ok(())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    /// Its log file, where it has one.
    #[must_use]
    pub fn log(&self) -> Option<&Path> {
        self.log.as_deref()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<String> {
        self.child.ended()
    }

    /// How it ended, if it did so since this was last asked.
    pub fn newly_ended(&mut self) -> Option<ExitStatus> {
        let how = self.child.status().filter(|_| !self.told_ended);
        self.told_ended |= how.is_some();
        how
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        self.child.signal(signal);
    }

    /// Asks it to stop, and kills it when the grace is over.
    pub async fn stop(&mut self, grace: Duration) {
        // One that is frozen can't hear.
        self.child.signal(Signal::CONT);
        self.child.stop(Signal::TERM, grace).await;
    }
}

/// Whether `GET /readyz` answers 200.
async fn is_ready(addr: SocketAddr) -> bool {
    let asking = async {
        let mut stream = TcpStream::connect(addr).await.ok()?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n").await.ok()?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.ok()?;
        Some(head.ends_with(b" 200"))
    };
    tokio::time::timeout(Duration::from_secs(2), asking).await.ok().flatten().unwrap_or(false)
}
