//! Which nodes a node knows of: `GET /ops/cluster`, asked without an HTTP client.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// The operators' token outside production where none is configured.
const DEV_TOKEN: &str = "dev-ops-token";
/// A node that does not answer within this time is asked once more.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Waits until each of these nodes knows all of them.
///
/// A token that stands in a configuration file is not known here: then nothing is waited for, which the nodes can bear.
///
/// # Errors
/// When they do not find each other in time.
pub async fn complete(addrs: &[SocketAddr], within: Duration) -> anyhow::Result<()> {
    let token = std::env::var("AJET_OPS_TOKEN").ok().filter(|token| !token.is_empty());
    let token = token.unwrap_or_else(|| DEV_TOKEN.to_owned());
    let deadline = Instant::now() + within;
    for addr in addrs {
        loop {
            match timeout(ANSWER_WITHIN, known(*addr, &token)).await {
                Ok(Ok(Answer::Nodes(nodes))) if nodes >= addrs.len() => break,
                Ok(Ok(Answer::Refused)) => {
                    println!(
                        "AJET_OPS_TOKEN is not the nodes' ops.token: not waiting until they know each other"
                    );
                    return Ok(());
                }
                _ => {}
            }
            anyhow::ensure!(
                Instant::now() < deadline,
                "http://{addr} does not find all other nodes: see its log"
            );
            sleep(ASK_EVERY).await;
        }
    }
    Ok(())
}

enum Answer {
    /// How many nodes it knows of, itself included.
    Nodes(usize),
    /// It does not take the token.
    Refused,
}

async fn known(addr: SocketAddr, token: &str) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(addr).await?;
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    let request =
        format!("GET /ops/cluster HTTP/1.0\r\nhost: {addr}\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    read(&answer).ok_or_else(|| std::io::Error::other("no list of nodes"))
}

fn read(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    match head.split(' ').nth(1)? {
        "200" => {
            let report: Value = serde_json::from_str(body).ok()?;
            Some(Answer::Nodes(report.get("nodes")?.as_array()?.len()))
        }
        "401" | "404" => Some(Answer::Refused),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_number_of_nodes_or_a_refusal() {
        let list =
            "HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{\"nodes\":[{},{}],\"parked\":0}";
        assert!(matches!(read(list), Some(Answer::Nodes(2))));
        assert!(matches!(read("HTTP/1.0 401 Unauthorized\r\n\r\n{}"), Some(Answer::Refused)));
        for other in
            ["", "HTTP/1.0 503 Service Unavailable\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n{\"no", "\r\n\r\n"]
        {
            assert!(read(other).is_none(), "{other:?}");
        }
    }
}
