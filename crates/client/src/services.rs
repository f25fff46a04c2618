//! What services beside the server ask of it.

use ajet_protocol::Jwks;

use crate::{Client, Error};

impl Client {
    /// The public keys by which service tokens are verified. No one needs to be signed in for it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn signing_keys(&self) -> Result<Jwks, Error> {
        self.get("/.well-known/jwks.json").await
    }
}
