//! Pictures are walked and decoded on threads of their own, some at a time, within a budget of memory that they share on a node. None
//! waits for room while it holds some, so no two can wait for each other.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::BadImage;
use super::container::{Bounds, Container};
use super::pixels::{self, Processed, Thumbnail};
use crate::config::Uploads;

const MIB: u64 = 1024 * 1024;

/// What makes pictures of uploads; cheap to clone.
#[derive(Debug, Clone)]
pub struct Images {
    /// MiB that pictures may take together.
    room: Arc<Semaphore>,
    /// How many are decoded at once: others have processors left.
    hands: Arc<Semaphore>,
    bounds: Bounds,
}

impl Images {
    /// With the bounds that are configured.
    #[must_use]
    pub fn new(config: &Uploads) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let memory = u64::from(config.image_memory_mib) * MIB;
        Self {
            room: Arc::new(Semaphore::new(config.image_memory_mib as usize)),
            hands: Arc::new(Semaphore::new(processors.div_ceil(2))),
            bounds: Bounds { pixels: u64::from(config.image_megapixels) * 1_000_000, memory },
        }
    }

    /// What is kept of a picture: no metadata, its orientation applied, and a thumbnail.
    ///
    /// # Errors
    /// [`BadImage`]
    pub async fn attachment(&self, bytes: Bytes) -> Result<Processed, BadImage> {
        self.process(bytes, pixels::attachment).await
    }

    /// A square picture of each of these sizes in pixels, cut from the middle.
    ///
    /// # Errors
    /// [`BadImage`]
    pub async fn square(&self, bytes: Bytes, sizes: &[u32]) -> Result<Vec<Thumbnail>, BadImage> {
        let sizes = sizes.to_vec();
        self.process(bytes, move |container| pixels::squares(&container, &sizes)).await
    }

    async fn process<T: Send + 'static>(
        &self,
        bytes: Bytes,
        work: impl FnOnce(Container) -> Result<T, BadImage> + Send + 'static,
    ) -> Result<T, BadImage> {
        let bounds = self.bounds;
        let read = move |bytes: &[u8]| -> Result<Container, BadImage> {
            let container = Container::read(bytes)?;
            container.within(bounds)?;
            Ok(container)
        };
        // The walk copies what it keeps. It is walked again below, so that no copy waits for room.
        let (walked, copies) = (bytes.clone(), 2 * bytes.len() as u64);
        let memory = self.with_room(copies, move || Ok(read(&walked)?.memory())).await?;
        self.with_room(memory, move || work(read(&bytes)?)).await
    }

    /// Carries out work that takes so many bytes of memory, once there is room for it.
    async fn with_room<T: Send + 'static>(
        &self,
        memory: u64,
        work: impl FnOnce() -> Result<T, BadImage> + Send + 'static,
    ) -> Result<T, BadImage> {
        // There will never be room for it.
        if memory > self.bounds.memory {
            return Err(BadImage::TooManyPixels);
        }
        let mib = u32::try_from(memory.div_ceil(MIB)).unwrap_or(u32::MAX).max(1);
        let (room, hands) = (self.room.clone(), self.hands.clone());
        // They are never closed.
        let Ok(room) = room.acquire_many_owned(mib).await else { return Err(BadImage::Unreadable) };
        let Ok(hand) = hands.acquire_owned().await else { return Err(BadImage::Unreadable) };
        on_a_thread(move || {
            let done = work();
            // A caller who went away holds them no less.
            drop((room, hand));
            done
        })
        .await
    }
}

/// Carries work out on a thread of its own. A decoder that panics has met a picture that it can't read.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BadImage> + Send + 'static,
) -> Result<T, BadImage> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(BadImage::Unreadable))
}

#[cfg(test)]
#[path = "process_tests.rs"]
mod tests;
