//! What the server's process costs; S6.

use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};

use super::Figure;
use crate::lab::Lab;

/// Allows this program as many open files as it may have.
pub fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

/// Seconds of processor time that the nodes have used so far.
pub fn cpu_seconds(lab: &Lab) -> f64 {
    let ticks = |pid: u32| -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // After the command's name in brackets: user and system time are fields 14 and 15 of the whole.
        let fields: Vec<_> = stat.rsplit(')').next()?.split_whitespace().collect();
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    };
    let pids = lab.nodes.iter().filter_map(|node| node.process.as_ref()).map(|process| process.pid());
    pids.filter_map(ticks).sum::<f64>() / 100.0
}

/// Resident memory of the first node, in KiB.
pub fn resident_kib(lab: &Lab) -> f64 {
    let pid = lab.nodes[0].process.as_ref().map_or(0, |process| process.pid());
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0.0)
}

/// S6: how long a start takes with the database up, and what an idle process weighs.
pub async fn start_and_idle(lab: &mut Lab) -> anyhow::Result<Vec<Figure>> {
    lab.signal(0, Signal::TERM);
    lab.ended(0).await;
    let began = Instant::now();
    lab.spawn(0)?;
    let addr = lab.nodes[0].addr;
    while tokio::net::TcpStream::connect(addr).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let answered = reqwest::get(format!("http://{addr}/livez")).await?.status().is_success();
    anyhow::ensure!(answered, "alive, and says no");
    let start = began.elapsed().as_secs_f64();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = resident_kib(lab) / 1024.0;
    Ok(vec![
        Figure::new("s6", "process start to first answer", start, "s").goal(0.1),
        Figure::new("s6", "resident memory, idle", idle, "MiB").goal(30.0),
    ])
}
