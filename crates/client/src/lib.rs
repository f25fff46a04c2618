//! Lets a program be a user: the HTTP and SSE contract as typed calls.
//!
//! A client is a context of base address, token and trace id (AC-1); it is cheap to clone. Reads, and writes that carry a
//! idempotency key, are tried again after 503 and lost connections, with back-off (AC-11): the key makes that safe.

mod attachments;
mod audit;
mod categories;
mod channels;
mod communities;
mod dms;
mod drafts;
mod error;
pub mod forms;
mod invites;
mod live;
mod members;
mod pictures;
mod pins;
mod polls;
mod presence;
mod previews;
mod roles;
mod settings;
mod sync;
mod threads;
mod unread;
mod users;
mod webhooks;

use std::time::Duration;

use ajet_protocol::{
    Ban, Channel, ChannelId, Community, CommunityId, CreateChannel, CreateCommunity, CreateInvite,
    CreateWebhook, DevSignIn, EditMessage, Invite, MarkRead, Me, Message, MessageId, MuteChannel, MuteMember,
    Notification, Page, PageQuery, PostMessage, ReadNotifications, Reason, SignedIn, UnreadChannels,
    UnreadNotifications, UpdateChannel, User, UserId, Webhook,
};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use audit::AuditQuery;
pub use error::Error;
pub use live::{Live, LiveEvent};

/// How long a request may take (AC-12).
const TIMEOUT: Duration = Duration::from_secs(10);
/// Tries of a request that is safe to repeat, and the pause after the first.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);

/// A user of one server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    trace_id: Option<String>,
}

/// Without the token.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// A client of the server at `base`, signed out.
    ///
    /// # Errors
    /// When the HTTP client can't be built.
    pub fn new(base: &str) -> Result<Self, Error> {
        let http = reqwest::Client::builder().connect_timeout(TIMEOUT).build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), token: None, trace_id: None })
    }

    /// The same client at another node.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// The token it shows, if any.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same client under a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same client under a trace id.
    #[must_use]
    pub fn with_trace_id(&self, trace_id: &str) -> Self {
        Self { trace_id: Some(trace_id.to_owned()), ..self.clone() }
    }

    /// Signs in by name on a development server; the client is that person afterwards.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sign_in(&self, username: &str) -> Result<(Self, User), Error> {
        let request = DevSignIn { username: username.into(), display_name: None };
        let signed_in: SignedIn = self.send(Method::POST, "/auth/dev", Some(&request), false).await?;
        Ok((self.with_token(&signed_in.token), signed_in.user))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.send_empty(Method::POST, "/auth/logout").await
    }

    /// One's own account.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn me(&self) -> Result<Me, Error> {
        self.get("/api/me").await
    }

    /// Founds a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_community(&self, request: &CreateCommunity) -> Result<Community, Error> {
        self.send(Method::POST, "/api/communities", Some(request), request.client_mutation_id.is_some()).await
    }

    /// One's communities.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn communities(&self) -> Result<Page<Community>, Error> {
        self.get("/api/communities").await
    }

    /// Makes an invite.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_invite(
        &self,
        community: CommunityId,
        request: &CreateInvite,
    ) -> Result<Invite, Error> {
        let safe = request.client_mutation_id.is_some();
        self.send(Method::POST, &format!("/api/communities/{community}/invites"), Some(request), safe).await
    }

    /// Accepts an invite; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn accept_invite(&self, code: &str) -> Result<Community, Error> {
        self.send(Method::POST, &format!("/api/invites/{code}/accept"), None::<&()>, true).await
    }

    /// Removes a person from a community; oneself: leaves it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn remove_member(
        &self,
        community: CommunityId,
        user: UserId,
        why: &Reason,
    ) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/members/{user}"), why).await
    }

    /// Mutes a member, for some seconds or until it is lifted.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mute(&self, community: CommunityId, user: UserId, mute: &MuteMember) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/communities/{community}/mutes/{user}"), mute).await
    }

    /// Lifts a mute; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unmute(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/mutes/{user}"), why).await
    }

    /// Bans a person; again replaces the reason.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn ban(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/communities/{community}/bans/{user}"), why).await
    }

    /// Lifts a ban; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unban(&self, community: CommunityId, user: UserId, why: &Reason) -> Result<(), Error> {
        self.tell(Method::DELETE, &format!("/api/communities/{community}/bans/{user}"), why).await
    }

    /// The people who may not come back into a community.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn bans(&self, community: CommunityId) -> Result<Page<Ban>, Error> {
        self.get(&format!("/api/communities/{community}/bans")).await
    }

    /// The channels one may see.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn channels(&self, community: CommunityId) -> Result<Page<Channel>, Error> {
        self.get(&format!("/api/communities/{community}/channels")).await
    }

    /// Makes a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_channel(
        &self,
        community: CommunityId,
        request: &CreateChannel,
    ) -> Result<Channel, Error> {
        let safe = request.client_mutation_id.is_some();
        self.send(Method::POST, &format!("/api/communities/{community}/channels"), Some(request), safe).await
    }

    /// Changes a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_channel(&self, channel: ChannelId, update: &UpdateChannel) -> Result<Channel, Error> {
        self.send(Method::PATCH, &format!("/api/channels/{channel}"), Some(update), true).await
    }

    /// Joins a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn join(&self, channel: ChannelId) -> Result<Channel, Error> {
        self.send(Method::POST, &format!("/api/channels/{channel}/join"), None::<&()>, true).await
    }

    /// Leaves a channel.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn leave(&self, channel: ChannelId) -> Result<(), Error> {
        self.send_empty(Method::POST, &format!("/api/channels/{channel}/leave")).await
    }

    /// Silences a channel for oneself, or lets it sound again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mute_channel(&self, channel: ChannelId, mute: &MuteChannel) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/mute"), mute).await
    }

    /// Moves one's read marker of a channel on; never back.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn mark_read(&self, channel: ChannelId, message_id: MessageId) -> Result<(), Error> {
        self.tell(Method::PUT, &format!("/api/channels/{channel}/read"), &MarkRead { message_id }).await
    }

    /// The channels that one has joined and not read to their end.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unread(&self) -> Result<UnreadChannels, Error> {
        self.get("/api/unread").await
    }

    /// A page of one's notifications, or of those alone that are not read yet.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn notifications(&self, unread: bool, query: &PageQuery) -> Result<Page<Notification>, Error> {
        let mut parts = parts_of(query);
        parts.push(format!("unread={unread}"));
        self.get(&format!("/api/notifications?{}", parts.join("&"))).await
    }

    /// Marks notifications as read; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn read_notifications(
        &self,
        request: &ReadNotifications,
    ) -> Result<UnreadNotifications, Error> {
        self.send(Method::POST, "/api/notifications/read", Some(request), true).await
    }

    /// Posts a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn post(&self, channel: ChannelId, request: &PostMessage) -> Result<Message, Error> {
        let safe = request.client_mutation_id.is_some();
        self.send(Method::POST, &format!("/api/channels/{channel}/messages"), Some(request), safe).await
    }

    /// A page of a channel's history.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn messages(&self, channel: ChannelId, query: &PageQuery) -> Result<Page<Message>, Error> {
        self.get(&format!("/api/channels/{channel}/messages?{}", parts_of(query).join("&"))).await
    }

    /// One message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn message(&self, id: MessageId) -> Result<Message, Error> {
        self.get(&format!("/api/messages/{id}")).await
    }

    /// Replaces a message's text.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn edit(&self, id: MessageId, body_md: &str) -> Result<Message, Error> {
        let request = EditMessage { body_md: body_md.into() };
        self.send(Method::PUT, &format!("/api/messages/{id}"), Some(&request), true).await
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete(&self, id: MessageId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/messages/{id}")).await
    }

    /// Puts an emoji under a message; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn react(&self, id: MessageId, emoji: &str) -> Result<(), Error> {
        self.send_empty(Method::PUT, &reaction(id, emoji)).await
    }

    /// Takes one's own emoji back from a message; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn unreact(&self, id: MessageId, emoji: &str) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &reaction(id, emoji)).await
    }

    /// Makes an incoming webhook.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn create_webhook(&self, channel: ChannelId, name: &str) -> Result<Webhook, Error> {
        let request = CreateWebhook { name: name.into(), avatar_url: None, client_mutation_id: None };
        self.send(Method::POST, &format!("/api/channels/{channel}/webhooks"), Some(&request), false).await
    }

    /// Opens the live stream, from a cursor on where there is one.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn live(&self, cursor: Option<&str>) -> Result<Live, Error> {
        let mut request = self.request(Method::GET, "/api/events");
        if let Some(cursor) = cursor {
            request = request.header("last-event-id", cursor);
        }
        Ok(Live::new(error::checked(request.send().await?).await?))
    }

    /// Any read of the API.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.send(Method::GET, path, None::<&()>, true).await
    }

    /// Any request of the API with a JSON answer; `safe` ones are tried again.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        safe: bool,
    ) -> Result<T, Error> {
        let mut pause = PAUSE;
        for left in (0..if safe { TRIES } else { 1 }).rev() {
            let mut request = self.request(method.clone(), path).timeout(TIMEOUT);
            if let Some(body) = body {
                request = request.json(body);
            }
            match answer(request).await {
                Err(error) if left > 0 && error.is_passing() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        Err(Error::GaveUp)
    }

    /// Sends a request whose answer has no body.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn tell(&self, method: Method, path: &str, body: &impl Serialize) -> Result<(), Error> {
        let request = self.request(method, path).json(body).timeout(TIMEOUT);
        error::checked(request.send().await?).await.map(drop)
    }

    /// Sends a request that has no body and whose answer has none.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send_empty(&self, method: Method, path: &str) -> Result<(), Error> {
        let request = self.request(method, path).timeout(TIMEOUT);
        error::checked(request.send().await?).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(trace_id) = &self.trace_id {
            request = request.header("x-trace-id", trace_id);
        }
        request
    }
}

/// The parameters of a page.
pub(crate) fn parts_of(query: &PageQuery) -> Vec<String> {
    let mut parts = Vec::new();
    parts.extend(query.before.map(|id| format!("before={id}")));
    parts.extend(query.after.map(|id| format!("after={id}")));
    parts.extend(query.limit.map(|limit| format!("limit={limit}")));
    parts
}

/// The path of a reaction, each byte of the emoji percent-encoded: a keycap has a `#` or a `*` in it.
fn reaction(id: MessageId, emoji: &str) -> String {
    let encoded: String = emoji.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/messages/{id}/reactions/{encoded}")
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    let bytes = error::checked(request.send().await?).await?.bytes().await?;
    // An answer without a body, where none is expected, reads as nothing.
    let json = if bytes.is_empty() { b"null".as_slice() } else { &bytes };
    serde_json::from_slice(json).map_err(Error::Unreadable)
}
