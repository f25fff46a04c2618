//! Signing in and out.

use ajet_protocol::{DevSignIn, Page, PageQuery, Session, SessionId, SignedIn, User};
use reqwest::Method;

use crate::{Client, Error, parts_of};

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

    /// One's own sessions.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sessions(&self, query: &PageQuery) -> Result<Page<Session>, Error> {
        self.get(&format!("/api/me/sessions?{}", parts_of(query).join("&"))).await
    }

    /// Ends one of one's own sessions. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn end_session(&self, session: SessionId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/me/sessions/{session}")).await
    }

    /// Ends all of one's own sessions but this one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn end_other_sessions(&self) -> Result<(), Error> {
        self.send_empty(Method::DELETE, "/api/me/sessions").await
    }
}
