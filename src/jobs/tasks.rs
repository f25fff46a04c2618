//! The jobs as the queue knows them: a task for each line of the table of policies, and the schedule.

use graphile_worker::{
    Crontab, CrontabTimer, IntoTaskHandlerResult, JobDefinition, TaskHandler, WorkerContext,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::policy::{self, POLICIES, Queue, SCHEDULE};
use super::worker;

/// The job of this line of the table. Its payload is read where it is carried out: one that can't be read is dead at once.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Task<const LINE: usize>(Value);

impl<const LINE: usize> TaskHandler for Task<LINE> {
    const IDENTIFIER: &'static str = POLICIES[LINE].name;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        worker::attempt(&context).await
    }
}

fn all() -> [JobDefinition; POLICIES.len()] {
    [
        Task::<0>::definition(),
        Task::<1>::definition(),
        Task::<2>::definition(),
        Task::<3>::definition(),
        Task::<4>::definition(),
        Task::<5>::definition(),
        Task::<6>::definition(),
        Task::<7>::definition(),
        Task::<8>::definition(),
        Task::<9>::definition(),
        Task::<10>::definition(),
        Task::<11>::definition(),
        Task::<12>::definition(),
        Task::<13>::definition(),
    ]
}

/// The jobs of a queue.
pub fn of(queue: Queue) -> Vec<JobDefinition> {
    let is_its = |task: &JobDefinition| policy::of(task.identifier()).is_some_and(|one| one.queue == queue);
    all().into_iter().filter(is_its).collect()
}

/// What comes again and again: one of all nodes asks for each at its time. One that still waits then is the same.
pub fn schedule() -> Vec<Crontab> {
    let entry = |(name, minutes): (&'static str, u32)| {
        let mut entry = Crontab::new(CrontabTimer::every_n_minutes(minutes).ok()?, name);
        entry.options.job_key = Some(name.to_owned());
        entry.options.max = policy::of(name).map(|policy| policy.attempts);
        Some(entry)
    };
    SCHEDULE.into_iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_task() {
        let names: Vec<_> = all().iter().map(JobDefinition::identifier).collect();
        assert_eq!(names, POLICIES.map(|policy| policy.name));
        assert_eq!(Queue::ALL.map(|queue| of(queue).len()).iter().sum::<usize>(), POLICIES.len());
    }

    #[test]
    fn all_that_comes_again_is_in_the_schedule() {
        let schedule = schedule();
        assert_eq!(schedule.len(), SCHEDULE.len(), "the times make sense");
        for (name, _) in SCHEDULE {
            assert_eq!(policy::of(name).expect("has a policy").queue, Queue::System, "{name}");
        }
    }
}
