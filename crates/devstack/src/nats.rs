//! A private nats-server with JetStream on a free loopback port.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::child::{self, Running};
use crate::{StackError, Tools, free_port, make_folder};

const READY_WITHIN: Duration = Duration::from_secs(20);

/// A running nats-server.
pub struct Nats {
    child: Option<Running>,
    tools: Tools,
    folder: PathBuf,
    port: u16,
}

impl Nats {
    pub(crate) async fn start(tools: &Tools, folder: &Path) -> Result<Self, StackError> {
        make_folder(folder)?;
        let mut nats =
            Self { child: None, tools: tools.clone(), folder: folder.to_owned(), port: free_port()? };
        nats.resume().await?;
        Ok(nats)
    }

    /// Starts the server again after [`Nats::pause`], on the same port.
    ///
    /// # Errors
    /// [`StackError`] when it does not come up.
    pub async fn resume(&mut self) -> Result<(), StackError> {
        let log_path = self.folder.join("nats.log");
        let log = File::create(&log_path)
            .map_err(|source| StackError::Folder { path: log_path.clone(), source })?;
        let mut command = child::command(&self.tools.nats_server, false);
        command
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"])
            .arg(self.folder.join("data"));
        command.stdout(Stdio::null()).stderr(log);
        let mut running = child::spawn("nats-server", command)?;
        let deadline = Instant::now() + READY_WITHIN;
        let not_ready =
            |reason| StackError::NotReady { program: "nats-server", reason, log: log_path.clone() };
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            if let Some(how) = running.ended() {
                return Err(not_ready(how));
            }
            if Instant::now() > deadline {
                return Err(not_ready(format!("no answer after {} s", READY_WITHIN.as_secs())));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.child = Some(running);
        Ok(())
    }

    /// The address of the server.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Stops the server; its data stays.
    pub async fn pause(&mut self) {
        if let Some(child) = &mut self.child {
            child.stop(Signal::TERM, Duration::from_secs(5)).await;
        }
        self.child = None;
    }

    /// Removes all of JetStream's data; the server must be paused.
    ///
    /// # Errors
    /// [`StackError::Folder`] when the folder can't be removed.
    pub fn wipe(&self) -> Result<(), StackError> {
        let path = self.folder.join("data");
        match fs::remove_dir_all(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(StackError::Folder { path, source })
            }
            _ => Ok(()),
        }
    }

    /// Stops the server.
    pub async fn stop(mut self) {
        self.pause().await;
    }
}
