//! What the kernel knows of a process, and allows it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Places in a process's status line, counted from the field behind its name.
const PARENT: usize = 1;
/// User and system time of its own, and of its children that have ended; in hundredths of a second.
const OWN_TIMES: [usize; 2] = [11, 12];
const ENDED_CHILDREN_TIMES: [usize; 2] = [13, 14];

/// Resident memory, in KiB; `None` where there is no such process.
#[must_use]
pub fn resident_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Seconds of processor time used so far.
#[must_use]
pub fn cpu_seconds(pid: u32) -> Option<f64> {
    seconds(&fields(pid)?, OWN_TIMES)
}

/// The same for a process and its children, also those that have ended.
#[must_use]
pub fn family_cpu_seconds(pid: u32) -> f64 {
    let own = fields(pid).unwrap_or_default();
    let ended = seconds(&own, ENDED_CHILDREN_TIMES).unwrap_or_default();
    let children = processes().into_iter().filter(|child| parent(*child) == Some(pid));
    let running: f64 = children.filter_map(cpu_seconds).sum();
    seconds(&own, OWN_TIMES).unwrap_or_default() + ended + running
}

/// A process's parent.
#[must_use]
pub fn parent(pid: u32) -> Option<u32> {
    fields(pid)?.get(PARENT)?.parse().ok()
}

/// All processes that are to be seen.
fn processes() -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// A process's status line behind its name, which stands in brackets.
fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit(')').next()?.split_whitespace().map(str::to_owned).collect())
}

fn seconds(fields: &[String], places: [usize; 2]) -> Option<f64> {
    let hundredths = places.map(|place| fields.get(place)?.parse::<f64>().ok());
    Some((hundredths[0]? + hundredths[1]?) / 100.0)
}

/// Allows this program as many open files as it may have.
pub fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_a_parent_and_uses_time() {
        let own = std::process::id();
        assert!(parent(own).is_some());
        let used = cpu_seconds(own).expect("it is there");
        assert!(resident_kib(own).is_some_and(|kib| kib > 0));
        assert!(family_cpu_seconds(own) >= used);
    }
}
