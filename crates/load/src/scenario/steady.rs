//! Requests that are sent when they are due, whatever became of those before.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::report::Spread;

/// How such requests were answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// From when each was due to its answer; of those that succeeded.
    pub times: Spread,
    pub failed: u64,
}

impl Answers {
    fn count(&mut self, (succeeded, took): (bool, Duration)) {
        if succeeded {
            self.times.add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        } else {
            self.failed += 1;
        }
    }
}

/// Sends so many a second until told to stop, and waits for their answers. `ask` sends the one with this number; each gives whether
/// it succeeded. How many are under way is bounded by the time that a client waits for an answer.
///
/// # Errors
/// When a request panics.
pub async fn steady<A>(
    per_second: u32,
    over: CancellationToken,
    mut ask: impl FnMut(usize) -> A,
) -> anyhow::Result<Answers>
where
    A: Future<Output = bool> + Send + 'static,
{
    let mut due = tokio::time::interval(Duration::from_secs(1) / per_second.max(1));
    let (mut asking, mut answers, mut sent) = (JoinSet::new(), Answers::default(), 0);
    loop {
        tokio::select! {
            biased;
            () = over.cancelled() => break,
            at = due.tick() => {
                let asked = ask(sent);
                sent += 1;
                asking.spawn(async move { (asked.await, at.elapsed()) });
            }
            Some(answer) = asking.join_next() => answers.count(answer?),
        }
    }
    while let Some(answer) = asking.join_next().await {
        answers.count(answer?);
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_late_holds_up_nothing() {
        let over = CancellationToken::new();
        let timer = async {
            tokio::time::sleep(Duration::from_millis(950)).await;
            over.cancel();
        };
        let slow = |n: usize| async move {
            tokio::time::sleep(Duration::from_secs(5)).await;
            n != 3
        };
        let (answers, ()) = tokio::join!(steady(10, over.clone(), slow), timer);
        let answers = answers.expect("no panic");
        assert_eq!((answers.times.count(), answers.failed), (9, 1));
        assert!((answers.times.ms(50.0) - 5000.0).abs() < 10.0);
    }
}
