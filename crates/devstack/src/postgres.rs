//! A private PostgreSQL cluster on a free loopback port, with a password.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::child::{self, NOBODY, Running};
use crate::{StackError, Tools, free_port, make_folder, secret};

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// PostgreSQL's default: what is committed survives a power cut.
    Full,
    /// For tests, which survive a crash of PostgreSQL but not of the machine.
    ProcessOnly,
}

/// The superuser and owner of everything in the cluster.
const USER: &str = "ajet";
/// The database that is there from the start.
const DATABASE: &str = "ajet_chat";
/// Sorts by code points, as C does, and knows letters of all scripts; the same on every system, since PostgreSQL brings it.
const LOCALE: &str = "C.UTF-8";
/// Says which locale a data folder was made with.
const LOCALE_FILE: &str = "locale";
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running cluster.
pub struct Postgres {
    child: Option<Running>,
    tools: Tools,
    folder: PathBuf,
    durability: Durability,
    port: u16,
    password: String,
}

impl Postgres {
    pub(crate) async fn start(
        tools: &Tools,
        folder: &Path,
        durability: Durability,
        report: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, StackError> {
        make_folder(folder)?;
        own(folder)?;
        if !folder.join("data/PG_VERSION").exists() {
            report("PostgreSQL: making the database cluster (once)");
            init(tools, folder)?;
        } else if !folder.join(LOCALE_FILE).exists() {
            report(&older_locale(folder));
        }
        let password = read(&folder.join("password"))?;
        let port = free_port()?;
        let (tools, folder) = (tools.clone(), folder.to_owned());
        let mut postgres = Self { child: None, tools, folder, durability, port, password };
        postgres.resume().await?;
        Ok(postgres)
    }

    /// Starts the server again after [`Postgres::kill`], on the same port and data.
    ///
    /// # Errors
    /// [`StackError`] when it does not come up.
    pub async fn resume(&mut self) -> Result<(), StackError> {
        let data = self.folder.join("data");
        refuse_second(&data)?;
        let log_path = self.folder.join("postgres.log");
        let log = File::create(&log_path)
            .map_err(|source| StackError::Folder { path: log_path.clone(), source })?;
        let mut command = child::command(&self.tools.postgres.join("bin/postgres"), true);
        command.arg("-D").arg(&data).args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "timezone=UTC"]);
        if self.durability == Durability::ProcessOnly {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        command.stdout(Stdio::null()).stderr(log);
        let mut running = child::spawn("PostgreSQL", command)?;
        wait_ready(&mut running, &data, &log_path).await?;
        self.child = Some(running);
        Ok(())
    }

    /// Where a client finds it.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser's name.
    #[must_use]
    pub fn user(&self) -> &str {
        USER
    }

    /// The superuser's password, made for this data folder.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The database that is there from the start.
    #[must_use]
    pub fn database(&self) -> &str {
        DATABASE
    }

    /// The address of a database, password included.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Stops at once, as a crash of the server would (immediate mode).
    pub async fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            child.stop(Signal::QUIT, Duration::from_secs(10)).await;
        }
        self.child = None;
    }

    /// Stops cleanly, ending open connections (fast mode).
    pub async fn stop(mut self) {
        if let Some(child) = &mut self.child {
            child.stop(Signal::INT, Duration::from_secs(20)).await;
        }
    }
}

/// The server must own its folder; as root we hand it over.
fn own(path: &Path) -> Result<(), StackError> {
    if child::are_root() {
        chown(path, Some(NOBODY), Some(NOBODY))
            .map_err(|source| StackError::Folder { path: path.to_owned(), source })?;
    }
    fs::set_permissions(path, Permissions::from_mode(0o700))
        .map_err(|source| StackError::Folder { path: path.to_owned(), source })
}

fn init(tools: &Tools, folder: &Path) -> Result<(), StackError> {
    let password = folder.join("password");
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|source| StackError::Folder { path: path.to_owned(), source })?;
        own_file(path)
    };
    write(&password, &secret())?;
    // Made under another name first, so that a run that was cut off leaves no half of a cluster behind.
    let (fresh, data) = (folder.join("data.new"), folder.join("data"));
    let _ = fs::remove_dir_all(&fresh);
    let mut initdb = child::command(&tools.postgres.join("bin/initdb"), true);
    initdb.arg("-D").arg(&fresh).args(["-U", USER, "-E", "UTF8", "-A", "scram-sha-256"]);
    initdb.args([
        &format!("--locale={LOCALE}"),
        "--locale-provider=builtin",
        &format!("--builtin-locale={LOCALE}"),
    ]);
    // The password is 128 random bits, which nothing has to slow a guess at: iterations would only cost each connection their time.
    initdb.args(["--set", "scram_iterations=1"]);
    initdb.arg("--pwfile").arg(&password).arg("--no-instructions");
    finish("initdb", initdb, None, &folder.join("initdb.log"))?;
    let mut single = child::command(&tools.postgres.join("bin/postgres"), true);
    single.args(["--single", "-D"]).arg(&fresh).arg("postgres");
    finish("PostgreSQL", single, Some(&format!("create database {DATABASE}\n")), &folder.join("initdb.log"))?;
    write(&folder.join(LOCALE_FILE), LOCALE)?;
    fs::rename(&fresh, &data).map_err(|source| StackError::Folder { path: data, source })
}

/// What a data folder is told that was made with the locale of before.
fn older_locale(folder: &Path) -> String {
    format!(
        "PostgreSQL: this data folder was made with locale C, which knows no letters beyond ASCII: names in other scripts are not \
         compared without regard to case. To have {LOCALE}, stop, remove {} (everything in it is lost) and start again; to keep the \
         data, dump it first with pg_dump and restore it after.",
        folder.display()
    )
}

fn own_file(path: &Path) -> Result<(), StackError> {
    own(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))
        .map_err(|source| StackError::Folder { path: path.to_owned(), source })
}

/// Runs a program to its end.
fn finish(
    program: &'static str,
    mut command: Command,
    input: Option<&str>,
    log: &Path,
) -> Result<(), StackError> {
    let start = |source| StackError::Start { program, source };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(start)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.unwrap_or("").as_bytes()).map_err(start)?;
    }
    let output = child.wait_with_output().map_err(start)?;
    let _ = fs::write(log, [output.stdout, output.stderr].concat());
    if output.status.success() {
        return Ok(());
    }
    Err(StackError::NotReady { program, reason: output.status.to_string(), log: log.to_owned() })
}

/// A postmaster that still runs on this data is somebody else's.
fn refuse_second(data: &Path) -> Result<(), StackError> {
    let Ok(lock) = fs::read_to_string(data.join("postmaster.pid")) else { return Ok(()) };
    let pid = lock.lines().next().unwrap_or("").trim().to_owned();
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    if name.trim() == "postgres" { Err(StackError::InUse(data.to_owned())) } else { Ok(()) }
}

/// Ready when the postmaster says so in the last line of its pid file, as `pg_ctl -w` reads it.
async fn wait_ready(running: &mut Running, data: &Path, log: &Path) -> Result<(), StackError> {
    let deadline = Instant::now() + READY_WITHIN;
    let not_ready =
        |reason: String| StackError::NotReady { program: "PostgreSQL", reason, log: log.to_owned() };
    loop {
        if let Some(how) = running.ended() {
            return Err(not_ready(how));
        }
        let lock = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        let ours = lock.lines().next() == Some(running.pid().to_string().as_str());
        if ours && lock.lines().last().is_some_and(|status| status.trim() == "ready") {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(not_ready(format!("not ready after {} s", READY_WITHIN.as_secs())));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn read(path: &Path) -> Result<String, StackError> {
    fs::read_to_string(path).map_err(|source| StackError::Folder { path: path.to_owned(), source })
}
