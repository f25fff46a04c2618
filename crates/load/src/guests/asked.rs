//! What is asked of the server in a round, and by whom.

use ajet_client::Client;
use ajet_protocol::{Channel, ChannelId, CommunityId, MessageId, PostMessage, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::history::Action;

/// Who asks.
#[derive(Clone)]
pub struct By {
    pub name: String,
    pub client: Client,
}

/// A request, and what the history calls it.
pub struct Asked {
    pub action: Action,
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

impl Asked {
    pub(crate) fn new(action: Action, method: Method, path: String) -> Self {
        Self { action, method, path, body: None }
    }

    pub fn join(channel: ChannelId) -> Self {
        let path = format!("/api/channels/{channel}/join");
        Self::new(Action::Join { channel: channel.0 }, Method::POST, path)
    }

    pub fn leave(channel: ChannelId) -> Self {
        let path = format!("/api/channels/{channel}/leave");
        Self::new(Action::Leave { channel: channel.0 }, Method::POST, path)
    }

    pub fn accept(code: &str) -> Self {
        let action = Action::Accept { code: code.to_owned(), most: 1 };
        Self::new(action, Method::POST, format!("/api/invites/{code}/accept"))
    }

    pub fn kick(community: CommunityId, id: UserId, person: &str) -> Self {
        let action = Action::Kick { community: community.0, person: person.to_owned() };
        Self::new(action, Method::DELETE, format!("/api/communities/{community}/members/{id}"))
    }

    pub fn ban(community: CommunityId, id: UserId, person: &str) -> Self {
        let action = Action::Ban { community: community.0, person: person.to_owned() };
        Self::new(action, Method::PUT, format!("/api/communities/{community}/bans/{id}"))
    }

    pub fn unban(community: CommunityId, id: UserId, person: &str) -> Self {
        let action = Action::Unban { community: community.0, person: person.to_owned() };
        Self::new(action, Method::DELETE, format!("/api/communities/{community}/bans/{id}"))
    }

    pub fn show(channel: &Channel, private: bool) -> Self {
        let visibility = if private { "private" } else { "public" };
        let action = Action::Visibility { channel: channel.id.0, private };
        let body = Some(json!({ "visibility": visibility }));
        Self { body, ..Self::new(action, Method::PATCH, format!("/api/channels/{}", channel.id)) }
    }

    pub fn read(message: MessageId) -> Self {
        Self::new(Action::Read { message: message.0 }, Method::GET, format!("/api/messages/{message}"))
    }

    pub fn post(channel: ChannelId, key: String) -> Self {
        let body = format!("{key} says that they are here");
        let request = PostMessage {
            body_md: body.as_str().into(),
            client_mutation_id: Some(key.clone()),
            ..PostMessage::default()
        };
        let action = Action::Post { channel: channel.0, key, body };
        let path = format!("/api/channels/{channel}/messages");
        Self { body: serde_json::to_value(request).ok(), ..Self::new(action, Method::POST, path) }
    }
}
