//! Floods of requests that must cost a node little: random tokens, invented methods.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::{Method, RequestBuilder};
use tokio::task::JoinSet;

use super::Findings;
use super::growth::{Growth, metrics};
use crate::lab::Lab;

/// Connections. Each has a loopback address of its own, so that a limit per address does not end the flood.
const CONNECTIONS: u8 = 16;
/// A request is given up after this time.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// After one that had no answer.
const AGAIN: Duration = Duration::from_millis(10);
/// Characters of a token that could be one.
const TOKEN_CHARS: usize = 43;
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Characters of a method, at most: more does not fit into the head buffer of a usual proxy.
const METHOD_CHARS: usize = 8000;
/// Invented methods may add no more than this to the node's memory, and to the text of its metrics.
const GROWTH_MIB: u64 = 64;
const METRICS_KIB: usize = 64;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// `GET /api/me` with random and with malformed tokens.
    Tokens,
    /// `/livez` with methods that do not exist.
    Methods,
}

/// Requests by the status of their answer; 0 counts those without one.
type Answers = Arc<Mutex<BTreeMap<u16, u64>>>;

/// A flood under way; it ends with its handle.
pub struct Flood {
    pub asked: Asked,
    asking: JoinSet<()>,
    answers: Answers,
    growth: Option<Growth>,
    metrics_before: Option<usize>,
}

impl Flood {
    /// Begins to ask a node.
    ///
    /// # Errors
    /// When no HTTP client can be built.
    pub async fn begin(asked: Asked, lab: &Lab, node: usize) -> anyhow::Result<Self> {
        let (growth, metrics_before) =
            (Growth::of(lab, node), metrics(lab, node).await.map(|text| text.len()));
        let (answers, mut asking) = (Answers::default(), JoinSet::new());
        let base = format!("http://{}", lab.nodes[node].addr);
        for n in 1..=CONNECTIONS {
            let from = IpAddr::V4(Ipv4Addr::new(127, 66, 0, n));
            let http = reqwest::Client::builder().local_address(from).timeout(REQUEST_TIMEOUT).build()?;
            asking.spawn(ask_on(asked, http, base.clone(), Arc::clone(&answers)));
        }
        Ok(Self { asked, asking, answers, growth, metrics_before })
    }

    /// Ends it; notes how it was answered, and what it added to the node's memory and metrics.
    pub async fn end(mut self, lab: &Lab, node: usize, findings: &mut Findings) {
        self.asking.shutdown().await;
        findings.note(told(self.asked, &self.answers.lock()));
        if self.asked == Asked::Tokens {
            return;
        }
        let grown = self.growth.as_ref().map_or(0, Growth::mib);
        if grown > GROWTH_MIB {
            findings.problem("I12", format!("invented methods took {grown} MiB of memory"));
        }
        // A node that had no process in the beginning has nothing to compare.
        let Some(before) = self.metrics_before else { return };
        let Some(after) = metrics(lab, node).await.map(|text| text.len()) else {
            return findings.problem("I12", "after invented methods a node does not show its metrics".into());
        };
        let added = after.saturating_sub(before) / 1024;
        findings.note(format!("{grown} MiB more memory, {added} KiB more metrics"));
        if added > METRICS_KIB {
            findings.problem("I12", format!("invented methods left {added} KiB of metrics"));
        }
    }
}

async fn ask_on(asked: Asked, http: reqwest::Client, base: String, answers: Answers) {
    loop {
        let status = match request(asked, &http, &base).send().await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                // Read to its end, so that the connection serves again.
                drop(answer.bytes().await);
                status
            }
            Err(_) => {
                tokio::time::sleep(AGAIN).await;
                0
            }
        };
        *answers.lock().entry(status).or_default() += 1;
    }
}

fn request(asked: Asked, http: &reqwest::Client, base: &str) -> RequestBuilder {
    match asked {
        Asked::Tokens => {
            http.get(format!("{base}/api/me")).header("authorization", format!("Bearer {}", token()))
        }
        Asked::Methods => http.request(method(), format!("{base}/livez")),
    }
}

/// Mostly of the form of a session's token, sometimes malformed.
fn token() -> String {
    let random = |chars: usize| -> String {
        (0..chars).map(|_| char::from(BASE64URL[rand::random_range(0..BASE64URL.len())])).collect()
    };
    match rand::random_range(0..8) {
        0 => random(rand::random_range(0..TOKEN_CHARS)),
        1 => format!("%{}", random(TOKEN_CHARS - 1)),
        2 => random(100 * TOKEN_CHARS),
        _ => random(TOKEN_CHARS),
    }
}

/// A word that is no method of HTTP.
fn method() -> Method {
    let chars = rand::random_range(8..=METHOD_CHARS);
    let word: Vec<u8> = (0..chars).map(|_| rand::random_range(b'A'..=b'Z')).collect();
    Method::from_bytes(&word).unwrap_or(Method::TRACE)
}

fn told(asked: Asked, answers: &BTreeMap<u16, u64>) -> String {
    let what = match asked {
        Asked::Tokens => "wrong tokens",
        Asked::Methods => "invented methods",
    };
    let each = answers.iter().map(|(status, count)| match status {
        0 => format!("{count} had no answer"),
        status => format!("{count} answered {status}"),
    });
    format!("{} {what}: {}", answers.values().sum::<u64>(), each.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_invented_can_be_sent() {
        ajet_client::install_tls();
        let http = reqwest::Client::new();
        for asked in [Asked::Tokens, Asked::Methods] {
            for _ in 0..100 {
                let request = request(asked, &http, "http://127.0.0.1:1").build();
                assert!(request.is_ok(), "{request:?}");
            }
        }
    }

    #[test]
    fn answers_are_told_in_words() {
        let answers = BTreeMap::from([(0, 1), (401, 20), (503, 3)]);
        let text = "24 wrong tokens: 1 had no answer, 20 answered 401, 3 answered 503";
        assert_eq!(told(Asked::Tokens, &answers), text);
    }
}
