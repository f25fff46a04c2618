//! Which faults run in which order, and which of them this machine does not allow.

use std::fmt;
use std::time::Duration;

use clap::ValueEnum;
use rand::rngs::StdRng;
use rand::seq::{IteratorRandom, SliceRandom};
use rand::{Rng, SeedableRng};

use crate::fault::Fault;

/// Quiet time after each fault.
pub const AFTER: Duration = Duration::from_secs(3);
/// What coming back takes, about.
const COMING_BACK_S: u64 = 6;
/// What starting all nodes again takes, one after another, with a while in between.
const ROLLING_S: u64 = 25;

/// What is to break, in which order.
#[derive(Debug, Default)]
pub struct Schedule {
    pub steps: Vec<Step>,
    /// About how long it takes.
    pub seconds: u64,
}

/// What is to break at a time.
#[derive(Debug)]
pub struct Step {
    /// Together, where there are two.
    pub faults: Vec<Fault>,
    pub lasts: Duration,
    /// Why it can't be run, where it can't.
    pub not_run: Option<String>,
}

impl Step {
    /// The faults' names.
    #[must_use]
    pub fn name(&self) -> String {
        self.faults.iter().map(|fault| fault.name()).collect::<Vec<_>>().join(" + ")
    }

    /// The fault, where it is one alone.
    #[must_use]
    pub fn alone(&self) -> Option<Fault> {
        if let [fault] = self.faults.as_slice() { Some(*fault) } else { None }
    }
}

/// What a fault needs and does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// An option or a program: a run that names the fault without it is refused.
    Given(&'static str),
    /// A privilege on this machine: without it the fault is reported as not run.
    Allowed(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Given(what) => write!(f, "which needs {what}"),
            Missing::Allowed(why) => write!(f, "which this machine does not allow: {why}"),
        }
    }
}

impl Schedule {
    /// These faults, one after another.
    ///
    /// # Errors
    /// Names the fault that lacks an option or a program.
    pub fn of(
        faults: &[Fault],
        long: bool,
        missing: impl Fn(Fault) -> Option<Missing>,
    ) -> anyhow::Result<Self> {
        let mut schedule = Self::default();
        for fault in faults {
            let not_run = match missing(*fault) {
                Some(Missing::Given(what)) => anyhow::bail!("{} needs {what}", fault.name()),
                Some(Missing::Allowed(why)) => Some(why),
                None => None,
            };
            schedule.add(vec![*fault], long, not_run);
        }
        Ok(schedule)
    }

    /// Random faults for so many seconds, of those that lack nothing. Each has its turn before one comes again; every third has
    /// a second beside it.
    ///
    /// # Errors
    /// When there is no fault left to run.
    pub fn random(
        seed: u64,
        seconds: u64,
        long: bool,
        missing: impl Fn(Fault) -> Option<Missing>,
    ) -> anyhow::Result<Self> {
        let is_complete = |fault: &Fault| missing(*fault).is_none();
        let all: Vec<_> = Fault::value_variants().iter().copied().filter(is_complete).collect();
        anyhow::ensure!(!all.is_empty(), "nothing can be broken here");
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut schedule, mut turns) = (Self::default(), Vec::new());
        while schedule.seconds < seconds {
            if turns.is_empty() {
                turns.clone_from(&all);
                turns.shuffle(&mut rng);
            }
            let Some(first) = turns.pop() else { break };
            let other = all.iter().copied().filter(|fault| *fault != first).choose(&mut rng);
            let other = other.filter(|_| rng.random_range(0..3) == 0);
            schedule.add([first].into_iter().chain(other).collect(), long, None);
        }
        Ok(schedule)
    }

    /// Whether no client may notice anything of it.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        self.steps.iter().flat_map(|step| &step.faults).all(|fault| fault.is_harmless())
    }

    fn add(&mut self, faults: Vec<Fault>, long: bool, not_run: Option<String>) {
        let lasts = faults.iter().map(|fault| fault.lasts(long)).max().unwrap_or_default();
        if not_run.is_none() {
            let rolls = faults.iter().any(|fault| {
                matches!(fault, Fault::RollingRestart | Fault::RolledForward | Fault::RolledBack)
            });
            let coming_back = if rolls { ROLLING_S } else { COMING_BACK_S };
            self.seconds += lasts.as_secs() + AFTER.as_secs() + coming_back;
        }
        self.steps.push(Step { faults, lasts, not_run });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(fault: Fault) -> Option<Missing> {
        match fault {
            Fault::TwoVersions => Some(Missing::Given("--other-version")),
            fault if fault.swallows() => Some(Missing::Allowed("no right".into())),
            _ => None,
        }
    }

    #[test]
    fn what_is_not_allowed_stays_in_the_schedule_and_takes_no_time() {
        let faults = [Fault::NatsSwallowed, Fault::ActorKilled];
        let schedule = Schedule::of(&faults, false, missing).expect("complete");
        let not_run: Vec<_> = schedule.steps.iter().map(|step| step.not_run.as_deref()).collect();
        assert_eq!(not_run, [Some("no right"), None]);
        assert_eq!(schedule.seconds, 1 + 3 + 6);
        let rolling = Schedule::of(&[Fault::RollingRestart], false, missing).expect("complete");
        assert_eq!(rolling.seconds, 2 + 3 + 25, "all nodes come back, one after another");
    }

    #[test]
    fn a_rolling_upgrade_may_not_be_noticed() {
        let steps = [Fault::SideBySide, Fault::RolledForward, Fault::RolledBack];
        let schedule = Schedule::of(&steps, false, missing).expect("complete");
        assert!(schedule.is_harmless());
        let schedule =
            Schedule::of(&[Fault::RolledBack, Fault::NodeKilled], false, missing).expect("complete");
        assert!(!schedule.is_harmless());
    }

    #[test]
    fn what_lacks_an_option_is_refused() {
        let error = Schedule::of(&[Fault::TwoVersions], false, missing).expect_err("lacks an option");
        assert_eq!(error.to_string(), "two-versions needs --other-version");
    }

    #[test]
    fn a_random_run_leaves_out_what_can_not_be_run_and_repeats_by_its_seed() {
        let names = || {
            let schedule = Schedule::random(7, 600, false, missing).expect("something is left");
            assert!(schedule.seconds >= 600);
            schedule.steps.iter().map(Step::name).collect::<Vec<_>>()
        };
        assert_eq!(names(), names());
        assert!(names().iter().all(|name| !name.contains("swallowed") && !name.contains("two-versions")));
    }
}
