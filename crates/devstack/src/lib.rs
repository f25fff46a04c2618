//! The development stack: what production has as servers, here as children in one data folder, on free ports.
//!
//! ```text
//!   data/postgres/   a private cluster, owned by an unprivileged user when we are root
//!   data/nats/       JetStream's files
//!   data/objects/    the S3 endpoint's folder; the endpoint runs in this process
//! ```
//!
//! Children die with this process, however it ends. Data survives a restart. Nothing here is fit for production.
//!
//! Two executables use it: `ajet-dev` serves with it, `ajet-devstack` runs any command beside it. Servers are started as
//! processes ([`NodeProcess`]), so nothing of the stack is part of a server.

mod balancer;
mod child;
mod nats;
mod node;
mod objects;
mod postgres;
mod tools;

use std::path::{Path, PathBuf};

pub use balancer::Balancer;
pub use child::Running;
pub use nats::Nats;
pub use node::NodeProcess;
pub use objects::Objects;
pub use postgres::{Durability, Postgres};
pub use tools::Tools;

/// Limits that would end tests and measurements: a stack's servers have none of them, unless the environment says so.
const RAISED: [&str; 5] = [
    "AJET_LIMITS_READS_PER_MINUTE",
    "AJET_LIMITS_WRITES_PER_MINUTE",
    "AJET_LIMITS_UPLOADS_PER_MINUTE",
    "AJET_LIMITS_GUESSES_PER_MINUTE",
    "AJET_LIMITS_COMMUNITY_WRITES_PER_MINUTE",
];
/// The largest number that each of them takes.
const NO_LIMIT: &str = "1000000";

/// Why the stack could not start; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// A program that `script/setup` installs is not there.
    #[error("{program} is missing at {path}: run script/setup first")]
    Missing { program: &'static str, path: PathBuf },
    /// A folder or file could not be made.
    #[error("{path}: {source} (is the disk full, or the folder not writable? AJET_DEV_DATA_DIR moves it)")]
    Folder { path: PathBuf, source: std::io::Error },
    /// A program could not be started.
    #[error("could not start {program}: {source}")]
    Start { program: &'static str, source: std::io::Error },
    /// A program ended, or did not come up in time; its log says more.
    #[error("{program} did not come up: {reason}; see {log}")]
    NotReady { program: &'static str, reason: String, log: PathBuf },
    /// A program that writes to our standard error ended, or did not come up in time.
    #[error("{program} did not come up: {reason}")]
    NotUp { program: &'static str, reason: String },
    /// Another stack runs on this data folder.
    #[error("{0} is in use by another running stack: stop it, or set AJET_DEV_DATA_DIR to another folder")]
    InUse(PathBuf),
}

/// What the stack is to be like.
#[derive(Debug, Clone, Copy)]
pub struct StackOptions {
    pub durability: Durability,
    /// One nats-server, or several as a cluster.
    pub nats_servers: u8,
}

impl From<Durability> for StackOptions {
    fn from(durability: Durability) -> Self {
        Self { durability, nats_servers: 1 }
    }
}

/// The whole stack.
pub struct Stack {
    pub postgres: Postgres,
    pub nats: Nats,
    pub objects: Objects,
}

impl Stack {
    /// Starts everything in `data_dir`, telling `report` step by step what it does.
    ///
    /// # Errors
    /// [`StackError`], when a program is missing, ends early or a folder can't be written.
    pub async fn start(
        data_dir: &Path,
        options: impl Into<StackOptions>,
        report: &(dyn Fn(&str) + Sync),
    ) -> Result<Self, StackError> {
        let StackOptions { durability, nats_servers } = options.into();
        let tools = Tools::find()?;
        make_folder(data_dir)?;
        report("PostgreSQL: starting");
        let postgres = Postgres::start(&tools, &data_dir.join("postgres"), durability, report).await?;
        report("NATS: starting");
        let nats = Nats::start(&tools, &data_dir.join("nats"), nats_servers).await?;
        report("object store: starting");
        let objects = Objects::start(&data_dir.join("objects")).await?;
        Ok(Self { postgres, nats, objects })
    }

    /// What a server must be told to use the stack, as environment variables; its limits are high.
    #[must_use]
    pub fn variables(&self) -> Vec<(String, String)> {
        let variables = [
            ("AJET_DB_HOST", "127.0.0.1".to_owned()),
            ("AJET_DB_PORT", self.postgres.port().to_string()),
            ("AJET_DB_USER", self.postgres.user().to_owned()),
            ("AJET_DB_PASSWORD", self.postgres.password().to_owned()),
            ("AJET_DB_DBNAME", self.postgres.database().to_owned()),
            ("AJET_NATS_URL", self.nats.url()),
            ("AJET_NATS_USER", self.nats.user().to_owned()),
            ("AJET_NATS_PASSWORD", self.nats.password().to_owned()),
            ("AJET_NATS_REPLICAS", self.nats.servers().to_string()),
            ("AJET_OBJECTS_ENDPOINT", self.objects.endpoint()),
            ("AJET_OBJECTS_ACCESS_KEY", self.objects.access_key().to_owned()),
            ("AJET_OBJECTS_SECRET_KEY", self.objects.secret_key().to_owned()),
        ];
        let raised = RAISED.into_iter().filter(|name| std::env::var_os(name).is_none());
        let raised = raised.map(|name| (name, NO_LIMIT.to_owned()));
        variables.into_iter().chain(raised).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Stops everything in order and waits for it.
    pub async fn stop(self) {
        self.objects.stop().await;
        self.nats.stop().await;
        self.postgres.stop().await;
    }
}

pub(crate) fn make_folder(path: &Path) -> Result<(), StackError> {
    std::fs::create_dir_all(path).map_err(|source| StackError::Folder { path: path.to_owned(), source })
}

/// A loopback port that was free a moment ago, below those that the kernel gives to outgoing connections: they can't
/// take it while a server is being restarted.
///
/// # Errors
/// [`StackError::Start`] when none can be had.
pub fn free_port() -> Result<u16, StackError> {
    let mut tries = 0;
    loop {
        let port = rand::random_range(PORTS);
        match std::net::TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(source) if tries == PORT_TRIES => {
                return Err(StackError::Start { program: "a loopback listener", source });
            }
            Err(_) => tries += 1,
        }
    }
}

const PORTS: std::ops::Range<u16> = 12_000..32_000;
const PORT_TRIES: u32 = 100;

/// A secret for one data folder.
pub(crate) fn secret() -> String {
    format!("{:032x}", rand::random::<u128>())
}
