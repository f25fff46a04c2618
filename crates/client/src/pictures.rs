//! Pictures and custom emoji, which are uploaded as forms.

use ajet_protocol::{
    Community, CommunityId, Emoji, EmojiId, Me, Member, Page, PageQuery, UserId, Webhook, WebhookId,
};
use reqwest::Method;
use serde::de::DeserializeOwned;

use crate::{Client, Error, PAUSE, TIMEOUT, TRIES, answer, parts_of};

/// What stands between the parts of a form, and in no picture.
const BOUNDARY: &str = "ajet-5f0b3e9c7a2d41e8b6c4d1f09a8e7b35";

impl Client {
    /// Adds a custom emoji. Without a key the request is sent once.
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
        let keyed = key.map(|key| ("client_mutation_id", key));
        let fields: Vec<_> = [("name", name)].into_iter().chain(keyed).collect();
        let tries = if key.is_some() { TRIES } else { 1 };
        let path = format!("/api/communities/{community}/emoji");
        self.upload(Method::POST, &path, &form(&fields, file), tries).await
    }

    /// A page of a community's custom emoji.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn emoji(&self, community: CommunityId, query: &PageQuery) -> Result<Page<Emoji>, Error> {
        self.get(&format!("/api/communities/{community}/emoji?{}", parts_of(query).join("&"))).await
    }

    /// Deletes a custom emoji.
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
        self.upload(Method::PUT, "/api/me/avatar", &form(&[], file), TRIES).await
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
        self.upload(Method::PUT, &path, &form(&[], file), TRIES).await
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
        self.upload(Method::PUT, &path, &form(&[], file), TRIES).await
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
        self.upload(Method::PUT, &path, &form(&[], file), TRIES).await
    }

    /// Takes the picture of a webhook away; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_webhook_avatar(&self, webhook: WebhookId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/webhooks/{webhook}/avatar")).await
    }

    /// Sends a form, as often as this is safe.
    async fn upload<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        form: &[u8],
        tries: u32,
    ) -> Result<T, Error> {
        let mut pause = PAUSE;
        for left in (0..tries).rev() {
            let request = self.request(method.clone(), path).timeout(TIMEOUT);
            let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
            match answer(request.body(form.to_vec())).await {
                Err(error) if left > 0 && error.is_passing() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        Err(Error::GaveUp)
    }
}

/// A form with these fields, and a picture as its `file`.
fn form(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut form = Vec::with_capacity(file.len() + 512);
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let part = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"picture\"\r\n\r\n"
    );
    form.extend_from_slice(part.as_bytes());
    form.extend_from_slice(file);
    form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}
