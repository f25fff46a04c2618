//! A private nats-server with JetStream on a free loopback port, or several as a cluster.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::child::{self, Running};
use crate::{StackError, Tools, free_port, make_folder, secret};

const READY_WITHIN: Duration = Duration::from_secs(20);

/// Who the nodes are at NATS.
const USER: &str = "ajet";

/// The running servers.
pub struct Nats {
    servers: Vec<Server>,
    password: String,
}

struct Server {
    child: Option<Running>,
    tools: Tools,
    folder: PathBuf,
    port: u16,
    /// The ports of all servers of the cluster, this one's first; empty for one alone.
    routes: Vec<u16>,
    password: String,
}

impl Nats {
    pub(crate) async fn start(tools: &Tools, folder: &Path, servers: u8) -> Result<Self, StackError> {
        make_folder(folder)?;
        let routes: Vec<u16> = match servers {
            0 | 1 => Vec::new(),
            _ => (0..servers).map(|_| free_port()).collect::<Result<_, _>>()?,
        };
        let password = password_of(folder)?;
        let mut nats = Self { servers: Vec::new(), password: password.clone() };
        for n in 0..usize::from(servers.max(1)) {
            let mut routes = routes.clone();
            let own = n.min(routes.len());
            routes.rotate_left(own);
            let folder = if routes.is_empty() { folder.to_owned() } else { folder.join(n.to_string()) };
            make_folder(&folder)?;
            let port = free_port()?;
            let (tools, password) = (tools.clone(), password.clone());
            nats.servers.push(Server { child: None, tools, folder, port, routes, password });
        }
        nats.resume().await?;
        Ok(nats)
    }

    /// Starts the servers again that are not running, on their ports.
    ///
    /// # Errors
    /// [`StackError`] when one does not come up.
    pub async fn resume(&mut self) -> Result<(), StackError> {
        for server in self.servers.iter_mut().filter(|server| server.child.is_none()) {
            server.start()?;
        }
        for server in &mut self.servers {
            server.ready().await?;
        }
        Ok(())
    }

    /// Who may connect.
    #[must_use]
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The password, made for this data folder.
    #[must_use]
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The addresses of the servers, with commas between.
    #[must_use]
    pub fn url(&self) -> String {
        let urls: Vec<_> = self.ports().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        urls.join(",")
    }

    /// The ports of the servers.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        self.servers.iter().map(|server| server.port)
    }

    /// How many servers there are.
    #[must_use]
    pub fn servers(&self) -> u8 {
        u8::try_from(self.servers.len()).unwrap_or(u8::MAX)
    }

    /// Stops all servers; their data stays.
    pub async fn pause(&mut self) {
        for server in &mut self.servers {
            server.pause().await;
        }
    }

    /// Stops one of the servers.
    pub async fn pause_one(&mut self, n: usize) {
        if let Some(server) = self.servers.get_mut(n) {
            server.pause().await;
        }
    }

    /// Lets no server write to its disk any more, until it is started again.
    ///
    /// # Errors
    /// [`StackError::Folder`], naming the folder that should have been full.
    pub fn fill_disks(&self) -> Result<(), StackError> {
        for server in &self.servers {
            let filled = server.child.as_ref().map_or(Ok(()), Running::fill_disk);
            filled.map_err(|source| StackError::Folder { path: server.folder.clone(), source })?;
        }
        Ok(())
    }

    /// Removes all of JetStream's data; the servers must be paused.
    ///
    /// # Errors
    /// [`StackError::Folder`] when a folder can't be removed.
    pub fn wipe(&self) -> Result<(), StackError> {
        for server in &self.servers {
            let path = server.folder.join("data");
            match fs::remove_dir_all(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StackError::Folder { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Stops the servers.
    pub async fn stop(mut self) {
        self.pause().await;
    }
}

impl Server {
    fn start(&mut self) -> Result<(), StackError> {
        let log_path = self.log();
        let log = File::create(&log_path)
            .map_err(|source| StackError::Folder { path: log_path.clone(), source })?;
        // In a file: who lists processes sees their arguments.
        let config_path = self.folder.join("nats.conf");
        let config = format!("authorization {{ user: {USER}, password: \"{}\" }}\n", self.password);
        private_file(&config_path, &config)?;
        let mut command = child::command(&self.tools.nats_server, false);
        command
            .arg("-c")
            .arg(&config_path)
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string(), "-js", "-sd"])
            .arg(self.folder.join("data"));
        if let [own, others @ ..] = self.routes.as_slice() {
            let route = |port: &u16| format!("nats://127.0.0.1:{port}");
            let routes: Vec<_> = others.iter().map(route).collect();
            command.args(["--name", &format!("nats-{own}"), "--cluster_name", "ajet-dev"]);
            command.args(["--cluster", &route(own), "--routes", &routes.join(",")]);
            // Clients are told all servers, and may be told to reach them through a proxy.
            command.arg("--no_advertise");
        }
        command.stdout(Stdio::null()).stderr(log);
        self.child = Some(child::spawn("nats-server", command)?);
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), StackError> {
        let deadline = Instant::now() + READY_WITHIN;
        let log = self.log();
        let not_ready = |reason| StackError::NotReady { program: "nats-server", reason, log: log.clone() };
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            if let Some(how) = self.child.as_mut().and_then(Running::ended) {
                return Err(not_ready(how));
            }
            if Instant::now() > deadline {
                return Err(not_ready(format!("no answer after {} s", READY_WITHIN.as_secs())));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    async fn pause(&mut self) {
        if let Some(child) = &mut self.child {
            child.stop(Signal::TERM, Duration::from_secs(5)).await;
        }
        self.child = None;
    }

    fn log(&self) -> PathBuf {
        self.folder.join("nats.log")
    }
}

/// The password of a data folder, made when it is first used.
fn password_of(folder: &Path) -> Result<String, StackError> {
    let path = folder.join("password");
    match fs::read_to_string(&path) {
        Ok(password) => Ok(password),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let password = secret();
            private_file(&path, &password)?;
            Ok(password)
        }
        Err(source) => Err(StackError::Folder { path, source }),
    }
}

/// Writes a file that only its owner reads.
fn private_file(path: &Path, text: &str) -> Result<(), StackError> {
    let written =
        fs::write(path, text).and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o600)));
    written.map_err(|source| StackError::Folder { path: path.to_owned(), source })
}
