//! What this program needs of the server's configuration: the server itself is asked, so that files, profiles and variables
//! are read by one program only.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use tokio::process::Command;

/// The keys that are asked for, in this order.
const KEYS: [&str; 5] = ["http.addr", "http.public_url", "http.drain_s", "http.spread_s", "dev.data_dir"];
/// What nodes get beyond what the configuration gives their requests and streams, before they are killed.
const GRACE: Duration = Duration::from_secs(10);

/// The part of the configuration that matters here.
#[derive(Debug)]
pub struct Settings {
    /// Where the first node listens.
    pub addr: SocketAddr,
    /// Where people are sent; empty: to the first node.
    public_url: String,
    /// How long a node may take to stop.
    pub grace: Duration,
    pub data_dir: PathBuf,
    /// What the server said about variables that it does not know.
    pub warnings: String,
}

impl Settings {
    /// Asks the server.
    ///
    /// # Errors
    /// When its configuration can't be used; the text is the server's.
    pub async fn read(server: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(server);
        command.args(["config", "get"]).args(KEYS).envs([profile()]);
        let output = command
            .output()
            .await
            .map_err(|error| anyhow::anyhow!("could not start {}: {error}", server.display()))?;
        let warnings = String::from_utf8_lossy(&output.stderr).into_owned();
        anyhow::ensure!(output.status.success(), "{} ({})", warnings.trim(), output.status);
        let values = String::from_utf8_lossy(&output.stdout);
        let settings = Self::parse(&values).with_context(|| {
            format!("{} did not say {}: is it of this version?", server.display(), KEYS.join(", "))
        })?;
        let data_dir = std::path::absolute(&settings.data_dir)
            .map_err(|error| anyhow::anyhow!("dev.data_dir: {error}"))?;
        Ok(Self { data_dir, warnings, ..settings })
    }

    /// Reads the values of [`KEYS`], a line each.
    fn parse(values: &str) -> Option<Self> {
        let lines: Vec<&str> = values.lines().collect();
        let [addr, public_url, drain_s, spread_s, data_dir] = lines[..] else { return None };
        let stopping = drain_s.parse::<u64>().ok()?.checked_add(spread_s.parse().ok()?)?;
        Some(Self {
            addr: addr.parse().ok()?,
            public_url: public_url.trim_end_matches('/').to_owned(),
            grace: GRACE + Duration::from_secs(stopping),
            data_dir: PathBuf::from(data_dir),
            warnings: String::new(),
        })
    }

    /// The address people use, when the first node listens on `addr`.
    pub fn public_url(&self, addr: SocketAddr) -> String {
        if self.public_url.is_empty() { format!("http://{addr}") } else { self.public_url.clone() }
    }
}

/// The profile, as a variable: dev, unless the environment names another. Without it a server is in production.
pub fn profile() -> (String, String) {
    let named = std::env::var("AJET_PROFILE").unwrap_or_else(|_| "dev".to_owned());
    ("AJET_PROFILE".to_owned(), named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_their_order() {
        let settings = Settings::parse("127.0.0.1:8080\n\n5\n2\n.dev-data\n").expect("settings");
        assert_eq!(settings.addr.port(), 8080);
        assert_eq!(settings.public_url(settings.addr), "http://127.0.0.1:8080");
        assert_eq!(settings.grace, GRACE + Duration::from_secs(7));
        assert_eq!(settings.data_dir, Path::new(".dev-data"));
        let named = Settings::parse("[::1]:80\nhttps://chat.example.org/\n5\n2\n/data\n").expect("settings");
        assert_eq!(named.public_url(named.addr), "https://chat.example.org");
    }

    #[test]
    fn values_of_another_version_are_refused() {
        for values in ["", "127.0.0.1:8080\n\n5\n2\n", "127.0.0.1\n\n5\n2\n.dev-data\n"] {
            assert!(Settings::parse(values).is_none(), "{values:?}");
        }
    }
}
