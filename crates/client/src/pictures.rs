//! Pictures and custom emoji, which are uploaded as forms.

use ajet_protocol::{
    Community, CommunityId, Emoji, EmojiId, Me, Member, Page, PageQuery, UserId, Webhook, WebhookId,
};
use reqwest::Method;
use uuid::Uuid;

use crate::forms::{KEY, form};
use crate::retries::Repeat;
use crate::{Client, Error, parts_of};

/// What a picture is called that has no name of its own.
const NAME: &str = "picture";

impl Client {
    /// Adds a custom emoji, under this key or else a fresh one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn add_emoji(
        &self,
        community: CommunityId,
        name: &str,
        file: &[u8],
        key: Option<&str>,
    ) -> Result<Emoji, Error> {
        let key = key.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let form = form((NAME, file), &[("name", name), (KEY, &key)]);
        let path = format!("/api/communities/{community}/emoji");
        self.send_form(Method::POST, &path, &form, self.retries.tries).await
    }

    /// A page of a community's custom emoji.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn emoji(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Emoji>, Error> {
        self.get(&format!("/api/communities/{community}/emoji?{}", parts_of(query).join("&"))).await
    }

    /// Deletes a custom emoji. Again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_emoji(&self, emoji: EmojiId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/emoji/{emoji}")).await
    }

    /// Sets one's own picture.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_avatar(&self, file: &[u8]) -> Result<Me, Error> {
        self.send_form(Method::PUT, "/api/me/avatar", &form((NAME, file), &[]), self.retries.tries).await
    }

    /// Takes one's own picture away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_avatar(&self) -> Result<(), Error> {
        self.send_empty(Method::DELETE, "/api/me/avatar").await
    }

    /// Sets the picture that a member has in a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_member_avatar(
        &self,
        community: CommunityId,
        user: UserId,
        file: &[u8],
    ) -> Result<Member, Error> {
        let path = format!("/api/communities/{community}/members/{user}/avatar");
        self.send_form(Method::PUT, &path, &form((NAME, file), &[]), self.retries.tries).await
    }

    /// Takes the picture that a member has in a community away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_member_avatar(&self, community: CommunityId, user: UserId) -> Result<(), Error> {
        let path = format!("/api/communities/{community}/members/{user}/avatar");
        self.send_empty(Method::DELETE, &path).await
    }

    /// Sets the picture of a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_community_avatar(
        &self,
        community: CommunityId,
        file: &[u8],
    ) -> Result<Community, Error> {
        let path = format!("/api/communities/{community}/avatar");
        self.send_form(Method::PUT, &path, &form((NAME, file), &[]), self.retries.tries).await
    }

    /// Takes the picture of a community away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_community_avatar(&self, community: CommunityId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/communities/{community}/avatar")).await
    }

    /// Sets the picture that a webhook posts under.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn set_webhook_avatar(&self, webhook: WebhookId, file: &[u8]) -> Result<Webhook, Error> {
        let path = format!("/api/webhooks/{webhook}/avatar");
        self.send_form(Method::PUT, &path, &form((NAME, file), &[]), self.retries.tries).await
    }

    /// Takes the picture of a webhook away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_webhook_avatar(&self, webhook: WebhookId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/webhooks/{webhook}/avatar")).await
    }

    /// The bytes of a picture, by the address that an account, a community or an emoji shows.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn picture(&self, address: &str) -> Result<Vec<u8>, Error> {
        let picture = address.rsplit_once("/media/").map_or(address, |(_, picture)| picture);
        let path = format!("/media/{picture}");
        self.answered(Repeat::Read, || self.request(Method::GET, &path)).await
    }
}
