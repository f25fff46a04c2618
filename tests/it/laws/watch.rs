//! Open live streams, read all the time by tasks of their own.

use std::sync::Arc;

use ajet_client::{Client, Live, LiveEvent};
use futures::future::join_all;
use parking_lot::Mutex;
use tokio::task::JoinHandle;

use crate::support::{POLL, World, covers, eventually, snapshot_of};

/// A reader's stream, and all frames that came on it.
pub struct Watch {
    frames: Arc<Mutex<Vec<LiveEvent>>>,
    reading: JoinHandle<()>,
}

impl Watch {
    /// Opens a stream from a cursor on.
    pub async fn open(client: &Client, cursor: &str) -> Self {
        let live = client.live(Some(cursor)).await.expect("opens");
        let frames = Arc::default();
        let reading = tokio::spawn(read(client.clone(), live, Arc::clone(&frames), cursor.to_owned()));
        Self { frames, reading }
    }

    /// The newest cursor; empty where none came.
    fn cursor(&self) -> String {
        newest(&self.frames).unwrap_or_default()
    }

    /// Reads no more; what came.
    pub fn end(self) -> Vec<LiveEvent> {
        self.reading.abort();
        std::mem::take(&mut *self.frames.lock())
    }
}

fn newest(frames: &Mutex<Vec<LiveEvent>>) -> Option<String> {
    let frames = frames.lock();
    frames.iter().rev().find(|frame| !frame.cursor.is_empty()).map(|frame| frame.cursor.clone())
}

/// Reads for as long as it is let. A stream that is cut, as by a kick that does not wait for it, is opened again where it was.
async fn read(client: Client, mut live: Live, frames: Arc<Mutex<Vec<LiveEvent>>>, start: String) {
    loop {
        while let Some(frame) = live.next().await {
            frames.lock().push(frame);
        }
        let cursor = newest(&frames).unwrap_or_else(|| start.clone());
        live = loop {
            match client.live(Some(&cursor)).await {
                Ok(live) => break live,
                Err(_) => tokio::time::sleep(POLL).await,
            }
        };
    }
}

/// Waits until each stream has brought all that is behind a cursor. `tick` makes an event for all of them: a cursor comes with a frame.
pub async fn caught_up(world: &World, watches: &[Watch], cursors: &[String], tick: impl AsyncFn()) {
    let barriers: Vec<String> = cursors.iter().map(|cursor| snapshot_of(world, cursor)).collect();
    eventually("the streams bring everything", async || {
        tick().await;
        let each = watches.iter().zip(&barriers);
        let each = each.map(|(watch, barrier)| async move { covers(world, &watch.cursor(), barrier).await });
        join_all(each).await.into_iter().all(|covered| covered)
    })
    .await;
}
