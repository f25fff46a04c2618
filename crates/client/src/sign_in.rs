//! Signing in and out.

use ajet_protocol::{DevSignIn, SignedIn, User};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// Signs in by name on a development server; the client is that person afterwards.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sign_in(&self, username: &str) -> Result<(Self, User), Error> {
        let request = DevSignIn { username: username.into(), display_name: None };
        let signed_in: SignedIn = self.send(Method::POST, "/auth/dev", Some(&request), false).await?;
        Ok((self.with_token(&signed_in.token), signed_in.user))
    }

    /// Ends the session. It is asked once: the token is worth nothing afterwards.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.send_empty(Method::POST, "/auth/logout").await
    }
}
