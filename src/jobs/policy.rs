//! The table of all jobs: in which queue each waits, how often and after which rests it is tried, and which come again and again.

use std::time::Duration;

use super::system_tidy;
use crate::config::JOB_QUEUES;

/// What may begin and run at once is limited for each queue, so that slow work keeps no quick work waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    /// Deletions in chunks, and exports: what reads or writes much, and no one waits for at once.
    Removal,
    /// What follows from a change of a person, that a poll has closed, and what a person wants done at a time.
    People,
    /// What the system does for itself.
    System,
    /// What waits for the servers of others, or for the object store and pictures.
    Outside,
    /// Pushes: there may be many at once, and a person names the servers that they wait for.
    Push,
}

impl Queue {
    pub const ALL: [Self; JOB_QUEUES] =
        [Self::Removal, Self::People, Self::System, Self::Outside, Self::Push];
}

/// How a job is tried.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub name: &'static str,
    pub queue: Queue,
    /// After so many attempts that failed it is dead. An attempt whose node died counts as well: else a job that takes its node
    /// down would go on to the next one.
    pub attempts: u16,
    /// How long it rests after the first attempt; twice as long after each further one.
    pub rest: Duration,
    /// How long it rests at most.
    pub longest_rest: Duration,
    /// An attempt that takes longer has failed. What it did stays done, and the next one goes on from there.
    pub within: Duration,
}

/// Seconds.
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// All jobs. What is deleted may be much, and stays as good as deleted meanwhile: it is tried for about a day. So is what is to be sent:
/// slow mode may keep it waiting for hours.
pub const POLICIES: [Policy; 14] = [
    policy("channel:delete", Queue::Removal, 35, (1, HOUR), HOUR),
    policy("community:delete", Queue::Removal, 35, (1, HOUR), HOUR),
    policy("export:make", Queue::Removal, 12, (1, 10 * MINUTE), HOUR),
    policy("user:announce", Queue::People, 20, (1, 5 * MINUTE), MINUTE),
    policy("poll:close", Queue::People, 20, (1, 5 * MINUTE), MINUTE),
    policy("scheduled:send", Queue::People, 35, (1, HOUR), 2 * MINUTE),
    policy("saved:remind", Queue::People, 20, (1, 5 * MINUTE), MINUTE),
    policy("reminder:ring", Queue::People, 20, (1, 5 * MINUTE), MINUTE),
    policy("invocation:expire", Queue::People, 20, (1, 5 * MINUTE), MINUTE),
    policy(system_tidy::NAME, Queue::System, 3, (MINUTE, HOUR), HOUR),
    // What can't be fetched shows nothing and is no failure; after a few minutes no one waits for a preview any more.
    policy("message:preview", Queue::Outside, 5, (1, MINUTE), MINUTE),
    policy("attachment:process", Queue::Outside, 12, (1, 10 * MINUTE), 5 * MINUTE),
    policy("picture:remove", Queue::Outside, 12, (1, 10 * MINUTE), MINUTE),
    // After a quarter of an hour it is no news any more.
    policy("notification:push", Queue::Push, 10, (1, 5 * MINUTE), MINUTE),
];

/// The rests and the time of an attempt in seconds.
const fn policy(name: &'static str, queue: Queue, attempts: u16, rests: (u64, u64), within: u64) -> Policy {
    let (rest, longest) = rests;
    Policy {
        name,
        queue,
        attempts,
        rest: Duration::from_secs(rest),
        longest_rest: Duration::from_secs(longest),
        within: Duration::from_secs(within),
    }
}

impl Policy {
    /// How long a job rests after this many attempts, with `dice` from 0 to 1: between half the rest and all of it, so that jobs that
    /// failed together do not come again together.
    #[must_use]
    pub fn rest_after(&self, attempts: i16, dice: f64) -> Duration {
        let doubled = attempts.saturating_sub(1).clamp(0, 30).unsigned_abs();
        let whole = self.rest.saturating_mul(1 << doubled).min(self.longest_rest);
        whole.mul_f64(0.5 + dice.clamp(0.0, 1.0) / 2.0)
    }
}

/// Jobs that come again and again, all of the queue `System`, and after how many minutes.
pub const SCHEDULE: [(&str, u32); 1] = [(system_tidy::NAME, system_tidy::EVERY_MINUTES)];

/// The names of all jobs that this release knows.
#[must_use]
pub fn names() -> Vec<String> {
    POLICIES.iter().map(|one| one.name.to_owned()).collect()
}

/// The policy of a job.
#[must_use]
pub fn of(name: &str) -> Option<&'static Policy> {
    POLICIES.iter().find(|one| one.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ajet_domain::JobRequest;

    use super::*;

    #[test]
    fn every_job_that_can_be_asked_for_has_a_policy() {
        let asked = JobRequest::NAMES.into_iter().chain(SCHEDULE.iter().map(|(name, _)| *name));
        assert_eq!(asked.map(str::to_owned).collect::<HashSet<_>>(), names().into_iter().collect());
        assert_eq!(names().into_iter().collect::<HashSet<_>>().len(), POLICIES.len(), "each once");
        // Pictures take long: what a person wants done at a time does not wait behind them.
        assert_ne!(
            of("attachment:process").map(|policy| policy.queue),
            of("scheduled:send").map(|policy| policy.queue)
        );
        // A person names the push services that are waited for, and many may be told at once: no other job waits behind them.
        let beside: Vec<_> =
            POLICIES.iter().filter(|one| one.queue == Queue::Push).map(|one| one.name).collect();
        assert_eq!(beside, ["notification:push"]);
        assert!(of("channel:paint").is_none());
    }

    #[test]
    fn names_say_what_is_done_to_what() {
        for name in names() {
            let word =
                |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(name.split_once(':').is_some_and(|(noun, action)| word(noun) && word(action)), "{name}");
        }
    }

    #[test]
    fn rests_double_up_to_their_limit_and_differ() {
        let policy = of("user:announce").expect("has one");
        let rest = |attempts, dice| policy.rest_after(attempts, dice).as_secs_f64();
        for (attempts, whole) in [(0, 1.0), (1, 1.0), (2, 2.0), (5, 16.0), (10, 300.0), (i16::MAX, 300.0)] {
            assert_eq!(rest(attempts, 1.0), whole, "{attempts}");
            assert_eq!(rest(attempts, 0.0), whole / 2.0, "{attempts}");
        }
        assert_eq!(rest(2, 7.0), 2.0, "whatever the dice say");
    }

    #[test]
    fn no_policy_is_without_sense() {
        for policy in POLICIES {
            assert!(policy.attempts > 1 && policy.rest >= Duration::from_secs(1), "{policy:?}: no hot loop");
            assert!(
                policy.longest_rest >= policy.rest && policy.within >= Duration::from_secs(60),
                "{policy:?}"
            );
        }
    }
}
