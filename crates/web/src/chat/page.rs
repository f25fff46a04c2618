//! The chat page: communities and channels on the left, messages in the middle, a pane for what is opened beside them.

use ajet_protocol::{
    Channel, Message, MessageId, Permission, RoleId, Sync, SyncedChannel, SyncedCommunity, SystemSettings,
    User,
};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::words::{Key, t, with};
use super::{composer, dialogs, list, sidebar};
use crate::components::{Icon, Select, own_picture};
use crate::layout::chat_page;
use crate::pages::settings::levels;
use crate::strings::Language;
use crate::viewer::Viewer;

/// Everything the page shows.
#[derive(Debug)]
pub struct Chat<'a> {
    pub viewer: &'a Viewer,
    pub lang: Language,
    /// All that the reader may see, and where the live stream goes on from it.
    pub sync: &'a Sync,
    /// The open channel, which is one of it.
    pub open: &'a SyncedChannel,
    /// What holds for everybody: how long a message may be edited, and how large a file may be.
    pub settings: &'a SystemSettings,
    /// The custom roles that the reader holds here: a message may call them by one.
    pub own_roles: &'a [RoleId],
    pub messages: &'a [Message],
    /// Whether the channel goes on before the first of the messages, and behind the last.
    pub more: Sides,
    /// The message that an address names.
    pub named: Option<MessageId>,
}

/// On which sides of a page of messages there are more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides {
    pub before: bool,
    pub after: bool,
}

impl Chat<'_> {
    /// The open channel.
    pub(super) fn channel(&self) -> &Channel {
        &self.open.channel
    }

    /// The community of the open channel; `None` in a direct message.
    pub(super) fn community(&self) -> Option<&SyncedCommunity> {
        let home = self.channel().community_id?;
        self.sync.communities.iter().find(|one| one.community.id == home)
    }

    /// Whether the reader may do something in the open channel.
    pub(super) fn may(&self, one: Permission) -> bool {
        self.sync.permissions_in(self.open).contains(&one)
    }

    /// Whether the reader may write in the open channel as it is.
    fn takes_messages(&self) -> bool {
        !self.channel().archived && self.open.joined && self.may(Permission::SendMessages)
    }

    /// The open channel, as people call it.
    pub(super) fn title(&self) -> String {
        title(self.channel(), &self.sync.user.user)
    }
}

/// A channel, as people call it: a direct message by the others in it.
#[must_use]
pub fn title(channel: &Channel, reader: &User) -> String {
    if channel.community_id.is_some() {
        return format!("#{}", channel.name);
    }
    if !channel.name.is_empty() {
        return channel.name.clone();
    }
    let others =
        channel.members.iter().filter(|one| one.id != reader.id).map(|one| one.display_name.as_str());
    let names: Vec<&str> = others.collect();
    if names.is_empty() { reader.display_name.clone() } else { names.join(", ") }
}

/// The page.
#[must_use]
pub fn show(chat: &Chat<'_>) -> Markup {
    let lang = chat.lang;
    let title = match chat.community() {
        Some(home) => format!("{} · {}", chat.title(), home.community.name),
        None => chat.title(),
    };
    let named = chat.named.map(|id| id.to_string());
    let body = html! {
        body.c-app data-me=(chat.sync.user.user.id) data-channel=(chat.channel().id) data-title=(chat.title())
            data-community=[chat.channel().community_id] data-slug=[chat.community().map(|home| home.community.slug.as_str())]
            data-cursor=(chat.sync.cursor) data-read=[chat.open.last_read_id] data-unread=(chat.channel().unread.count)
            data-joined[chat.open.joined] data-named=[named.as_deref()] data-can=(can(chat)) data-roles=(roles(chat)) data-emoji=(emoji(chat))
            data-own-roles=(own_roles(chat)) data-edit-seconds=(chat.settings.edit_window_s) data-upload-bytes=(chat.settings.upload_max_bytes) {
            @if chat.takes_messages() { a.c-skip href="#body" { (t(lang, Key::SkipToComposer)) } }
            @else { a.c-skip href="#scroll" { (t(lang, Key::SkipToMessages)) } }
            (sidebar::sidebar(chat))
            (conversation(chat))
            aside #pane .c-pane hidden aria-live="off" {}
            (dialogs::all(lang, chat.channel().id, &chat.sync.user.user))
        }
    };
    chat_page(chat.viewer, &title, &super::words::for_scripts(lang), &body)
}

/// What the reader may do here, by the names of permissions.
pub(super) fn can(chat: &Chat<'_>) -> String {
    let held = chat.sync.permissions_in(chat.open);
    held.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(" ")
}

/// The custom roles of the community, for completion: what is called by a role is marked by the server's `data-calls`.
fn roles(chat: &Chat<'_>) -> String {
    let roles = chat.community().map(|home| home.roles.as_slice()).unwrap_or_default();
    Value::from(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>()).to_string()
}

/// The ids of the reader's own roles.
fn own_roles(chat: &Chat<'_>) -> String {
    chat.own_roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The community's own emoji, by their names: where their pictures are.
fn emoji(chat: &Chat<'_>) -> String {
    let all = chat.community().map(|home| home.emoji.as_slice()).unwrap_or_default();
    let all = all.iter().filter_map(|one| Some((one.name.clone(), Value::from(own_picture(&one.url)?))));
    Value::Object(all.collect::<Map<String, Value>>()).to_string()
}

fn conversation(chat: &Chat<'_>) -> Markup {
    let lang = chat.lang;
    html! {
        main.c-conversation aria-labelledby="title" {
            (header(chat))
            p #connection .c-connection role="status" {}
            button #jump-unread .c-unread-bar type="button" hidden { (Icon::Up.in_text()) " " (t(lang, Key::JumpUnread)) }
            (messages(chat))
            button #jump .c-jump type="button" hidden { (Icon::Down.in_text()) " " (t(lang, Key::Jump)) " " span.c-badge hidden {} }
            p #typing .c-typing aria-live="off" {}
            ul #completion .c-completion role="listbox" aria-label=(t(lang, Key::KeyComplete)) hidden {}
            @if chat.channel().archived { p.c-notice { (t(lang, Key::Archived)) } }
            @else if !chat.open.joined { (join(chat)) }
            @else if chat.may(Permission::SendMessages) { (composer::composer(chat)) }
            @else { p.c-notice { (t(lang, Key::YouAreMuted)) } }
        }
    }
}

fn header(chat: &Chat<'_>) -> Markup {
    let lang = chat.lang;
    let unread = chat.sync.notifications.unread;
    html! {
        header.c-topbar {
            button.c-icon-button.c-topbar__menu type="button" data-sidebar aria-label=(t(lang, Key::Channels)) { (Icon::Menu.in_text()) }
            h1 #title dir="auto" { (chat.title()) }
            p.c-topic dir="auto" { (chat.channel().topic.as_deref().unwrap_or_default()) }
            div.c-topbar__ways {
                (opener(lang, Key::Search, Icon::Search, "/search", Place::Always))
                @for (key, icon, path) in asides(chat) { (opener(lang, key, icon, &path, Place::InMenu)) }
                button.c-icon-button type="button" data-pane="/inbox" title=(t(lang, Key::Inbox)) {
                    (Icon::Bell.in_text()) span.c-hidden { (t(lang, Key::Inbox)) } " " span #inbox-count .c-count hidden[unread == 0] { (unread) }
                }
                // On a wide page it has nothing for those who have not joined.
                button.c-icon-button.c-narrow[!chat.open.joined] type="button" popovertarget="channel-menu" aria-label=(t(lang, Key::ChannelMenu)) title=(t(lang, Key::ChannelMenu)) { (Icon::More.in_text()) }
                (menu(chat))
                button.c-icon-button type="button" data-open="keys" aria-label=(t(lang, Key::Keys)) title=(t(lang, Key::Keys)) { (Icon::Keyboard.in_text()) }
            }
        }
    }
}

/// What stands beside the channel, and is looked at now and then: on a narrow page the menu leads there.
fn asides(chat: &Chat<'_>) -> Vec<(Key, Icon, String)> {
    let id = chat.channel().id;
    let people = chat.community().map(|_| (Key::People, Icon::Members, format!("/channels/{id}/people")));
    let others =
        [(Key::Pinned, Icon::Pin, format!("/channels/{id}/pins")), (Key::Saved, Icon::Save, "/saved".into())];
    people.into_iter().chain(others).collect()
}

/// What one does with the channel as a whole.
fn menu(chat: &Chat<'_>) -> Markup {
    let (lang, channel) = (chat.lang, chat.channel());
    html! {
        div #channel-menu .c-popover.c-menu popover role="dialog" aria-label=(t(lang, Key::ChannelMenu)) {
            @for (key, _, path) in asides(chat) {
                button.c-in-menu type="button" data-pane=(path) popovertarget="channel-menu" popovertargetaction="hide" { (t(lang, key)) }
            }
            @if chat.open.joined {
                button type="button" data-channel-do=(if channel.muted { "unmute" } else { "mute" }) {
                    (t(lang, if channel.muted { Key::Unmute } else { Key::Mute }))
                }
                // What failed since one may not write here any more is found without the box.
                button type="button" data-pane={ "/channels/" (channel.id) "/scheduled" } popovertarget="channel-menu" popovertargetaction="hide" { (t(lang, Key::SentLater)) }
                (level(chat))
            }
            @if let Some(home) = chat.community().filter(|_| chat.open.joined) {
                @if chat.may(Permission::ManageChannels) {
                    a href={ "/c/" (home.community.slug) "/settings/channels/" (channel.id) } { (t(lang, Key::ChannelSettings)) }
                }
                button type="button" data-channel-do="leave" { (t(lang, Key::Leave)) }
            }
            @if channel.community_id.is_none() && chat.open.joined {
                button type="button" data-channel-do="hide" { (t(lang, Key::HideDirect)) }
            }
        }
    }
}

/// What the reader is told of the channel. A script sends each choice as it is made.
fn level(chat: &Chat<'_>) -> Markup {
    let strings = chat.viewer.strings();
    let choices = levels(strings);
    let level = Select {
        name: "level",
        label: strings.shared.notify_of,
        id: "channel-level",
        hint: None,
        choices: &choices,
        chosen: chat.channel().notify.as_str(),
    };
    level.show()
}

/// Where a button stands on a narrow page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Always,
    InMenu,
}

/// A button that opens something in the pane.
fn opener(lang: Language, key: Key, icon: Icon, path: &str, place: Place) -> Markup {
    html! { button.c-icon-button.c-in-menu[place == Place::InMenu] type="button" data-pane=(path) aria-label=(t(lang, key)) title=(t(lang, key)) { (icon.in_text()) } }
}

/// The list. It is a log that does not speak by itself: what arrives is told in `#announce`, and not all of it.
fn messages(chat: &Chat<'_>) -> Markup {
    let (lang, id) = (chat.lang, chat.channel().id);
    html! {
        div #scroll .c-list role="log" aria-live="off" tabindex="0" aria-label=(t(lang, Key::Messages))
            data-list="channel" data-rows={ "/channels/" (id) "/rows" } data-before[chat.more.before] data-after[chat.more.after] {
            div.c-list__edge data-edge="before" {}
            @if chat.messages.is_empty() {
                (super::pane::empty(lang, if chat.takes_messages() { Key::EmptyChannel } else { Key::NothingWritten }, Icon::Message))
            }
            ol.c-rows #{ "messages-" (id) } { (list::items(lang, chat.messages)) }
            div.c-list__edge data-edge="after" {}
            ol.c-rows.c-rows--pending aria-live="polite" {}
        }
    }
}

fn join(chat: &Chat<'_>) -> Markup {
    let channel = chat.channel();
    html! {
        form.c-join method="post" action={ "/channels/" (channel.id) "/join" } {
            p { (with(chat.lang, Key::LookingAt, &channel.name)) }
            button.c-button autofocus { (t(chat.lang, Key::Join)) }
        }
    }
}
