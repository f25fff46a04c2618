//! A node that gets hardly any processor time.
//!
//! Its process has the lowest priority, and two threads of this program are busy loops. The rest of this program competes
//! with these loops too, so measured times mean less than usual.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::Context;
use rustix::process::{Pid, setpriority_pgrp, setpriority_process};

use super::Findings;
use super::growth::{counter, metrics};
use crate::lab::Lab;

const LOOPS: usize = 2;
const LOWEST: i32 = 19;
const USUAL: i32 = 0;
/// Counts how often a node noticed that its process had been stopped.
const STALLS: &str = "ajet_stalls_total";

/// The busy loops beside a node.
pub struct Starving {
    node: Pid,
    over: Arc<AtomicBool>,
    loops: Vec<JoinHandle<()>>,
    stalls_before: Option<f64>,
}

/// Whether this user may raise a priority again that was lowered; tries it on a thread of its own.
///
/// # Errors
/// What the system says.
pub fn can_give_priority_back() -> anyhow::Result<()> {
    let trying = std::thread::spawn(|| {
        setpriority_process(None, LOWEST)?;
        setpriority_process(None, USUAL)
    });
    let tried = trying.join().map_err(|_| anyhow::anyhow!("the trying thread panicked"))?;
    tried.context("a lowered priority can't be raised again (CAP_SYS_NICE)")
}

impl Starving {
    /// Begins; `None` where the node has no process just now.
    ///
    /// # Errors
    /// When its priority can't be changed.
    pub async fn begin(lab: &Lab, node: usize) -> anyhow::Result<Option<Self>> {
        // Each node leads a process group of its own. By the group all its threads are reached, by its id only the first.
        let Some(pid) = lab.pid(node).and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) else {
            return Ok(None);
        };
        let stalls_before = metrics(lab, node).await.map(|text| counter(&text, STALLS));
        setpriority_pgrp(Some(pid), LOWEST).context("lowering the priority of a node")?;
        let over = Arc::new(AtomicBool::new(false));
        let busy = |_| {
            let over = Arc::clone(&over);
            std::thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            })
        };
        let loops = (0..LOOPS).map(busy).collect();
        Ok(Some(Self { node: pid, over, loops, stalls_before }))
    }

    /// Ends it; the node must not have treated the delay as a stop of its process.
    ///
    /// # Errors
    /// When the node's priority can't be given back.
    pub async fn end(mut self, lab: &Lab, node: usize, findings: &mut Findings) -> anyhow::Result<()> {
        self.over.store(true, Ordering::Relaxed);
        self.loops.drain(..).for_each(|one| drop(one.join()));
        let same_process = lab.pid(node) == u32::try_from(self.node.as_raw_nonzero().get()).ok();
        if !same_process {
            return Ok(());
        }
        match setpriority_pgrp(Some(self.node), USUAL) {
            // Together with another fault its process may have ended meanwhile.
            Err(rustix::io::Errno::SRCH) => return Ok(()),
            given_back => given_back.context("giving a node its priority back")?,
        }
        let after = metrics(lab, node).await.map(|text| counter(&text, STALLS));
        if let (Some(before), Some(after)) = (self.stalls_before, after)
            && after > before
        {
            let times = after - before;
            findings.problem(
                "I9",
                format!("a starved node treated the delay as a stop of its process, {times} times"),
            );
        }
        Ok(())
    }
}

impl Drop for Starving {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}
