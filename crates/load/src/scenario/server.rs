//! What the server's process costs; S6.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::Figure;
use crate::lab::Lab;
use crate::procfs;

/// Seconds of processor time that the nodes have used so far.
pub fn cpu_seconds(lab: &Lab) -> f64 {
    let pids = lab.nodes.iter().filter_map(|node| node.process.as_ref()).map(|process| process.pid());
    pids.filter_map(procfs::cpu_seconds).sum()
}

/// Resident memory of the first node, in KiB.
pub fn resident_kib(lab: &Lab) -> f64 {
    let pid = lab.nodes[0].process.as_ref().map_or(0, |process| process.pid());
    procfs::resident_kib(pid).unwrap_or(0) as f64
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
