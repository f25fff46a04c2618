//! nginx in front of the nodes, with the configuration that the project ships.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::child::{self, Running};
use crate::{StackError, make_folder};

const READY_WITHIN: Duration = Duration::from_secs(10);
/// Headers that say for whom a proxy asks, as nginx is told to set them.
const FORWARDING: [&str; 2] = ["proxy_set_header X-Forwarded-", "proxy_set_header X-Real-IP"];

/// A running nginx.
pub struct Balancer {
    child: Running,
}

impl Balancer {
    /// Listens on `addr` and spreads requests over `nodes`; `shipped` is the project's `deploy/nginx/ajet-chat.conf`.
    ///
    /// # Errors
    /// [`StackError`], when nginx is missing or does not come up.
    pub async fn start(
        shipped: &Path,
        addr: SocketAddr,
        nodes: &[SocketAddr],
        folder: &Path,
    ) -> Result<Self, StackError> {
        make_folder(folder)?;
        let nginx = PathBuf::from("/usr/sbin/nginx");
        if !nginx.exists() {
            return Err(StackError::Missing { program: "nginx (Debian package nginx-light)", path: nginx });
        }
        let text = fs::read_to_string(shipped)
            .map_err(|source| StackError::Folder { path: shipped.to_owned(), source })?;
        // Without the headers of a proxy: nodes let people sign in by name only where none is between them.
        let as_local = text.lines().filter(|line| !FORWARDING.iter().any(|header| line.contains(header)));
        let shared: String = as_local.flat_map(|line| [line, "\n"]).collect();
        let servers: String =
            nodes.iter().map(|node| format!("    server {node} max_fails=5 fail_timeout=2s;\n")).collect();
        let upstream = format!(
            "upstream ajet_chat {{\n    zone ajet_chat 128k;\n    least_conn;\n{servers}    keepalive 64;\n    keepalive_timeout 1s;\n}}\n"
        );
        let own = folder.display();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("    {kind}_temp_path {own}/{kind};\n"))
            .concat();
        let main = format!(
            "daemon off;\npid {own}/nginx.pid;\nerror_log stderr alert;\nworker_processes 2;\n\
             events {{ worker_connections 8192; }}\nhttp {{\n{temporary}    include shared.conf;\n}}\n",
        );
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|source| StackError::Folder { path, source })
        };
        write("shared.conf", &shared)?;
        write("upstream.conf", &upstream)?;
        write("listen.conf", &format!("listen {addr};\n"))?;
        write("nginx.conf", &main)?;
        let log_path = folder.join("nginx.log");
        let open = || {
            File::create(&log_path).map_err(|source| StackError::Folder { path: log_path.clone(), source })
        };
        let mut command = child::command(&nginx, false);
        command.arg("-c").arg(folder.join("nginx.conf")).args(["-e", "stderr"]);
        let log = open()?;
        let errors =
            log.try_clone().map_err(|source| StackError::Folder { path: log_path.clone(), source })?;
        command.stdout(log).stderr(errors).stdin(Stdio::null());
        let mut child = child::spawn("nginx", command)?;
        let deadline = Instant::now() + READY_WITHIN;
        while tokio::net::TcpStream::connect(addr).await.is_err() {
            let ended = child.ended();
            if ended.is_some() || Instant::now() > deadline {
                let reason = ended.unwrap_or_else(|| "no answer".into());
                return Err(StackError::NotReady { program: "nginx", reason, log: log_path });
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { child })
    }

    /// Stops it; what it serves just now is finished.
    pub async fn stop(mut self) {
        self.child.stop(Signal::QUIT, Duration::from_secs(3)).await;
    }
}
