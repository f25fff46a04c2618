//! Pictures that were read recently. Anybody may ask for one, as often as they like and for what is not there: what was found is
//! remembered, and only so many are read from the object store at once.

use std::sync::Arc;
use std::time::Duration;

use ajet_protocol::Code;
use bytes::Bytes;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::Failure;

/// Bytes of pictures that are remembered.
const BYTES: u64 = 32 * 1024 * 1024;
/// What an entry takes beside its bytes and its key.
const ENTRY: usize = 128;
/// How long a picture is shown after it was removed, by nodes that did not hear of it.
const REMEMBERED_FOR: Duration = Duration::from_secs(300);
/// Pictures that are read at once.
const READS: usize = 16;
/// How long a request waits to read one.
const TURN_WITHIN: Duration = Duration::from_secs(3);

/// The pictures that a node remembers; cheap to clone.
#[derive(Debug, Clone)]
pub struct ShownPictures {
    /// By their keys in the object store; `None`: there is no such picture. Keys are never made again.
    found: Cache<String, Option<Bytes>>,
    reads: Arc<Semaphore>,
}

impl Default for ShownPictures {
    fn default() -> Self {
        let weigh = |key: &String, found: &Option<Bytes>| {
            let bytes = found.as_ref().map_or(0, Bytes::len);
            u32::try_from(ENTRY + key.len() + bytes).unwrap_or(u32::MAX)
        };
        let found = Cache::builder().weigher(weigh).max_capacity(BYTES).time_to_live(REMEMBERED_FOR);
        Self { found: found.build(), reads: Arc::new(Semaphore::new(READS)) }
    }
}

impl ShownPictures {
    /// The bytes of a key, which `read` gets from the object store. Who asks for the same ones meanwhile waits for them.
    ///
    /// # Errors
    /// Those of `read`; 503 where too many are read.
    pub(super) async fn get(
        &self,
        key: String,
        read: impl Future<Output = Result<Option<Bytes>, Failure>>,
    ) -> Result<Option<Bytes>, Failure> {
        let in_turn = async {
            let Ok(Ok(_turn)) = tokio::time::timeout(TURN_WITHIN, self.reads.acquire()).await else {
                let text = "Too many pictures are read just now; try again in a moment.";
                return Err(Failure::new(Code::Overloaded, text));
            };
            read.await
        };
        let found = self.found.try_get_with(key, in_turn).await;
        found.map_err(|failure: Arc<Failure>| Failure::clone(&failure))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_found_is_not_read_again() {
        let shown = ShownPictures::default();
        let picture = Some(Bytes::from_static(b"a"));
        for (key, found) in [("there", picture), ("not there", None)] {
            for other in [found.clone(), Some(Bytes::from_static(b"other"))] {
                let got = shown.get(key.into(), async { Ok(other) }).await;
                assert_eq!(got.expect("is read"), found);
            }
        }
        let failed = shown.get("away".into(), async { Err(Failure::new(Code::Unavailable, "away")) }).await;
        assert_eq!(failed.expect_err("is away").code, Code::Unavailable);
        let again = shown.get("away".into(), async { Ok(None) }).await;
        assert_eq!(again.expect("a failure is not remembered"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_read_at_once() {
        let shown = ShownPictures::default();
        let all = shown.reads.clone().acquire_many_owned(16).await.expect("is open");
        let refused = shown.get("one".into(), async { Ok(None) }).await;
        assert_eq!(refused.expect_err("is refused").code, Code::Overloaded);
        drop(all);
        assert_eq!(shown.get("one".into(), async { Ok(None) }).await.expect("has a turn"), None);
        assert_eq!(shown.reads.available_permits(), 16);
    }
}
