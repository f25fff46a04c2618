//! What a client starts with.

use ajet_protocol::Sync;

use crate::{Client, Error};

impl Client {
    /// All that one may see, as of one moment; a stream that is opened at its cursor goes on from there.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sync(&self) -> Result<Sync, Error> {
        self.get("/api/sync").await
    }
}
