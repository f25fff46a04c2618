//! Sign-in providers, and one's own accounts there.

use ajet_protocol::{
    CreateOauthProvider, OauthAccount, OauthAccountId, OauthProvider, OauthProviderId, Page, PageQuery,
    SignInProvider, UpdateOauthProvider,
};
use reqwest::Method;

use crate::{Client, Error, parts_of};

impl Client {
    /// The providers that people can sign in at.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sign_in_providers(&self) -> Result<Page<SignInProvider>, Error> {
        self.get("/auth/providers").await
    }

    /// Adds a sign-in provider, as the system owner.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_oauth_provider(
        &self,
        provider: &CreateOauthProvider,
    ) -> Result<OauthProvider, Error> {
        self.create("/api/system/oauth-providers", provider).await
    }

    /// The sign-in providers, for the system owner.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn oauth_providers(&self, query: &PageQuery) -> Result<Page<OauthProvider>, Error> {
        self.get(&format!("/api/system/oauth-providers?{}", parts_of(query).join("&"))).await
    }

    /// Changes a sign-in provider, as the system owner.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_oauth_provider(
        &self,
        id: OauthProviderId,
        update: &UpdateOauthProvider,
    ) -> Result<OauthProvider, Error> {
        self.send(Method::PATCH, &format!("/api/system/oauth-providers/{id}"), Some(update), true).await
    }

    /// Removes a sign-in provider, as the system owner. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_oauth_provider(&self, id: OauthProviderId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/system/oauth-providers/{id}")).await
    }

    /// One's own accounts at providers.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn accounts(&self, query: &PageQuery) -> Result<Page<OauthAccount>, Error> {
        self.get(&format!("/api/me/accounts?{}", parts_of(query).join("&"))).await
    }

    /// Unlinks one of one's own accounts; not the last one. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unlink_account(&self, id: OauthAccountId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/me/accounts/{id}")).await
    }
}
