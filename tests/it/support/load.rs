//! Load on one channel, while something breaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::Channel;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{keyed, post_in_the_end};

/// Between two messages, so that the machine has time for what breaks.
const PACE: Duration = Duration::from_millis(5);

/// Somebody who posts one message after another until told to stop, each until it is acknowledged.
pub struct Load {
    stop: CancellationToken,
    acknowledged: Arc<AtomicUsize>,
    task: JoinHandle<Vec<String>>,
}

impl Load {
    /// Starts; the messages are `name 0`, `name 1` and so on.
    pub fn start(client: Client, channel: Channel, name: &'static str) -> Self {
        let (stop, acknowledged) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
        let (stopped, count) = (stop.clone(), Arc::clone(&acknowledged));
        let task = tokio::spawn(async move {
            let mut bodies = Vec::new();
            while !stopped.is_cancelled() {
                let n = bodies.len();
                let body = format!("{name} {n}");
                post_in_the_end(&client, &channel, &keyed(&body, &format!("{name}-{n}"))).await;
                bodies.push(body);
                count.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(PACE).await;
            }
            bodies
        });
        Self { stop, acknowledged, task }
    }

    /// How many messages were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Stops, and returns the texts that were acknowledged.
    pub async fn stop(self) -> Vec<String> {
        self.stop.cancel();
        self.task.await.expect("posts")
    }
}
