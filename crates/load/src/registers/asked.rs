//! What is asked of the server about registers, and what the history calls it.

use ajet_protocol::{
    CategoryId, ChannelId, CommunityId, EditMessage, MessageId, NotifyLevel, RoleId, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::town::Person;
use super::{ARCHIVED, HELD, MUTED, Register, SILENCED, VIEW};
use crate::guests::Asked;
use crate::history::Action;

/// How something is asked: the method, the path, and the body if there is one.
pub(super) type Request = (Method, String, Option<Value>);

impl Asked {
    pub(super) fn set(register: Register, value: Option<&str>, (method, path, body): Request) -> Self {
        let action = Action::Set { register, value: value.map(str::to_owned) };
        Self { body, ..Self::new(action, method, path) }
    }

    /// Names are given once, so each serves as the idempotency key too.
    fn make(name: &str, path: String) -> Self {
        let body = Some(json!({ "name": name, "client_mutation_id": name }));
        Self { body, ..Self::new(Action::Make { name: name.to_owned() }, Method::POST, path) }
    }

    pub fn make_channel(community: CommunityId, name: &str) -> Self {
        Self::make(name, format!("/api/communities/{community}/channels"))
    }

    pub fn rename_channel(channel: ChannelId, name: &str) -> Self {
        let (path, body) = (format!("/api/channels/{channel}"), json!({ "name": name }));
        Self::set(Register::Channel(channel.0), Some(name), (Method::PATCH, path, Some(body)))
    }

    pub fn delete_channel(channel: ChannelId) -> Self {
        let path = format!("/api/channels/{channel}");
        Self::set(Register::Channel(channel.0), None, (Method::DELETE, path, None))
    }

    pub fn set_topic(channel: ChannelId, topic: &str) -> Self {
        let (path, body) = (format!("/api/channels/{channel}"), json!({ "topic": topic }));
        Self::set(Register::Topic(channel.0), Some(topic), (Method::PATCH, path, Some(body)))
    }

    pub fn archive(channel: ChannelId, archived: bool) -> Self {
        let (path, body) = (format!("/api/channels/{channel}/archived"), json!({ "archived": archived }));
        let value = archived.then_some(ARCHIVED);
        Self::set(Register::Archived(channel.0), value, (Method::PUT, path, Some(body)))
    }

    pub fn rename_category(category: CategoryId, name: &str) -> Self {
        let (path, body) = (format!("/api/categories/{category}"), json!({ "name": name }));
        Self::set(Register::Category(category.0), Some(name), (Method::PATCH, path, Some(body)))
    }

    pub fn order_categories(community: CommunityId, ids: &[CategoryId]) -> Self {
        let (path, body) = (format!("/api/communities/{community}/categories/order"), json!({ "ids": ids }));
        Self::set(Register::Order(community.0), Some(&in_order(ids)), (Method::PUT, path, Some(body)))
    }

    pub fn make_role(community: CommunityId, name: &str) -> Self {
        Self::make(name, format!("/api/communities/{community}/roles"))
    }

    pub fn rename_role(role: RoleId, name: &str) -> Self {
        let (path, body) = (format!("/api/roles/{role}"), json!({ "name": name }));
        Self::set(Register::Role(role.0), Some(name), (Method::PATCH, path, Some(body)))
    }

    pub fn delete_role(role: RoleId) -> Self {
        Self::set(Register::Role(role.0), None, (Method::DELETE, format!("/api/roles/{role}"), None))
    }

    /// The person holds this role alone, or none at all.
    pub fn hold(community: CommunityId, role: RoleId, person: &Person, held: bool) -> Self {
        let register = Register::Holds { role: role.0, person: person.by.name.clone() };
        let roles: Vec<RoleId> = held.then_some(role).into_iter().collect();
        let path = format!("/api/communities/{community}/members/{}", person.id);
        let request = (Method::PATCH, path, Some(json!({ "roles": roles })));
        Self::set(register, held.then_some(HELD), request)
    }

    /// The channel denies the person that they see it, or nothing.
    pub fn deny(channel: ChannelId, person: &Person, denied: bool) -> Self {
        let register = Register::Denied { channel: channel.0, person: person.by.name.clone() };
        let path = format!("/api/channels/{channel}/overwrites/{}", person.id);
        if denied {
            Self::set(register, Some(VIEW), (Method::PUT, path, Some(json!({ "deny": [VIEW] }))))
        } else {
            Self::set(register, None, (Method::DELETE, path, None))
        }
    }

    pub fn mute(community: CommunityId, person: &Person, muted: bool) -> Self {
        let register = Register::Muted { community: community.0, person: person.by.name.clone() };
        let path = format!("/api/communities/{community}/mutes/{}", person.id);
        let method = if muted { Method::PUT } else { Method::DELETE };
        Self::set(register, muted.then_some(MUTED), (method, path, None))
    }

    pub fn rename_oneself(person: &str, name: &str) -> Self {
        let register = Register::DisplayName { person: person.to_owned() };
        let request = (Method::PATCH, "/api/me".to_owned(), Some(json!({ "display_name": name })));
        Self::set(register, Some(name), request)
    }

    pub fn silence(channel: ChannelId, person: &str, silenced: bool) -> Self {
        let register = Register::Silenced { channel: channel.0, person: person.to_owned() };
        let (path, body) = (format!("/api/channels/{channel}/mute"), json!({ "muted": silenced }));
        Self::set(register, silenced.then_some(SILENCED), (Method::PUT, path, Some(body)))
    }

    pub fn notify(channel: ChannelId, person: &str, level: NotifyLevel) -> Self {
        let register = Register::Level { channel: channel.0, person: person.to_owned() };
        let (path, body) = (format!("/api/channels/{channel}/notify"), json!({ "level": level }));
        Self::set(register, Some(level.as_str()), (Method::PUT, path, Some(body)))
    }

    /// Opens the direct message of somebody and some others.
    pub fn open_dm(person: UserId, others: &[UserId]) -> Self {
        let mut people: Vec<Uuid> = others.iter().chain([&person]).map(|id| id.0).collect();
        people.sort_unstable();
        let body = Some(json!({ "user_ids": others }));
        Self { body, ..Self::new(Action::OpenDm { people }, Method::POST, "/api/dms".into()) }
    }

    pub fn list(channel: ChannelId) -> Self {
        let path = format!("/api/channels/{channel}/messages");
        Self::new(Action::List { channel: channel.0 }, Method::GET, path)
    }

    pub fn edit(message: MessageId, body: String) -> Self {
        let request = EditMessage { body_md: body.as_str().into() };
        let path = format!("/api/messages/{message}");
        let action = Action::Edit { message: message.0, body };
        Self { body: serde_json::to_value(request).ok(), ..Self::new(action, Method::PUT, path) }
    }
}

/// The value of [`Register::Order`].
pub fn in_order(ids: &[CategoryId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
