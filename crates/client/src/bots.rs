//! Bots, and the API tokens that they sign in with.

use ajet_protocol::{ApiToken, Bot, BotId, CommunityId, CreateBot, CreateToken, Page, PageQuery, TokenId};
use reqwest::Method;

use crate::forms::form;
use crate::{Client, Error, parts_of};

/// What a picture is called that has no name of its own.
const NAME: &str = "picture";

impl Client {
    /// Makes a bot, which has no token yet.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_bot(&self, community: CommunityId, request: &CreateBot) -> Result<Bot, Error> {
        self.create(&format!("/api/communities/{community}/bots"), request).await
    }

    /// A page of a community's bots.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn bots(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Bot>, Error> {
        self.get(&format!("/api/communities/{community}/bots?{}", parts_of(query).join("&"))).await
    }

    /// Ends a bot: its tokens, its streams and its membership. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_bot(&self, bot: BotId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/bots/{bot}")).await
    }

    /// Makes a token of a bot. Its secret is in the first answer alone; [`Client::with_token`] signs in with it. If that answer was lost,
    /// the result of the repetition has none: revoke that token and make another one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_token(&self, bot: BotId, request: &CreateToken) -> Result<ApiToken, Error> {
        self.create(&format!("/api/bots/{bot}/tokens"), request).await
    }

    /// A page of a bot's tokens, without their secrets.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn tokens(&self, bot: BotId, query: &PageQuery) -> Result<Page<ApiToken>, Error> {
        self.get(&format!("/api/bots/{bot}/tokens?{}", parts_of(query).join("&"))).await
    }

    /// Revokes a token, and ends its streams. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn revoke_token(&self, token: TokenId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/tokens/{token}")).await
    }

    /// Sets a bot's picture.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_bot_avatar(&self, bot: BotId, file: &[u8]) -> Result<Bot, Error> {
        let path = format!("/api/bots/{bot}/avatar");
        self.send_form(Method::PUT, &path, &form((NAME, file), &[]), self.retries.tries).await
    }

    /// Takes a bot's picture away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_bot_avatar(&self, bot: BotId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/bots/{bot}/avatar")).await
    }
}
