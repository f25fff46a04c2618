//! The side bar: a community's channels by category, the direct messages, and oneself; or the parts of some settings.

use ajet_protocol::{ChannelId, ChannelType, User, Visibility};
use maud::{Markup, html};

use crate::components::{Button, Icon, Size, avatar, channel_icon, count, mentions, presence};
use crate::strings;
use crate::viewer::Viewer;

/// A channel in the side bar.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub id: ChannelId,
    pub name: &'a str,
    pub kind: ChannelType,
    pub visibility: Visibility,
    pub address: &'a str,
    pub unread: i64,
    pub mentions: i64,
    pub is_muted: bool,
    pub is_current: bool,
}

/// A conversation between people.
#[derive(Debug, Clone, Copy)]
pub struct Dm<'a> {
    pub id: ChannelId,
    pub name: &'a str,
    pub address: &'a str,
    /// The other one, where there is one alone.
    pub person: Option<&'a User>,
    pub is_online: bool,
    pub unread: i64,
    pub is_current: bool,
}

/// Channels of a category; without a name those of no category.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    pub name: Option<&'a str>,
    pub entries: Vec<Entry<'a>>,
}

/// The side bar of a community.
#[derive(Debug, Clone)]
pub struct Sidebar<'a> {
    pub title: &'a str,
    /// What stands at the end of the head: the community's menu.
    pub acts: Markup,
    /// Links above the channels, such as the inbox.
    pub top: Markup,
    pub groups: Vec<Group<'a>>,
    pub dms: Vec<Dm<'a>>,
    pub me: &'a User,
}

/// The side bar.
#[must_use]
pub fn sidebar(viewer: &Viewer, shown: &Sidebar<'_>) -> Markup {
    let t = viewer.strings();
    html! {
        nav.sidebar aria-label=(t.channels.channels) {
            header.sidebar-head { span.cut dir="auto" { (shown.title) } (shown.acts) }
            div.sidebar-scroll {
                (shown.top)
                @for group in &shown.groups { (channels(viewer, group)) }
                section.group aria-labelledby="dms-title" {
                    h2.group-name #dms-title { (t.frame.direct_messages) }
                    ul #dms { @for one in &shown.dms { (dm(viewer, one)) } }
                    @if shown.dms.is_empty() { p.group-name { (t.frame.no_dms) } }
                }
            }
            (me(viewer, shown.me))
        }
    }
}

fn channels(viewer: &Viewer, group: &Group<'_>) -> Markup {
    html! {
        @if let Some(name) = group.name {
            details.group open {
                summary { (Icon::Forward.small()) span.cut dir="auto" { (name) } }
                ul { @for one in &group.entries { (entry(viewer, one)) } }
            }
        } @else {
            section.group { ul #channels { @for one in &group.entries { (entry(viewer, one)) } } }
        }
    }
}

/// One channel; what events change of it has an id.
#[must_use]
pub fn entry(viewer: &Viewer, entry: &Entry<'_>) -> Markup {
    html! {
        li #{ "channel-" (entry.id) } data-name=(entry.name) {
            a.entry.is-unread[entry.unread > 0].is-muted[entry.is_muted] href=(entry.address)
                aria-current=[entry.is_current.then_some("page")] {
                (channel_icon(entry.kind, entry.visibility).small())
                span.entry-name dir="auto" { (entry.name) }
                (unread(viewer, entry.id, entry.unread, entry.mentions))
            }
        }
    }
}

/// The numbers of a channel: its mentions, or else its unread messages.
#[must_use]
pub fn unread(viewer: &Viewer, id: ChannelId, number: i64, mentioned: i64) -> Markup {
    let t = viewer.strings();
    html! {
        span #{ "unread-" (id) } {
            @if mentioned > 0 {
                (mentions(mentioned, &strings::count(mentioned, t.frame.mention_one, t.frame.mention_many)))
            } @else if number > 0 {
                (count(number, &strings::count(number, t.frame.unread_one, t.frame.unread_many)))
            }
        }
    }
}

/// One conversation.
#[must_use]
pub fn dm(viewer: &Viewer, shown: &Dm<'_>) -> Markup {
    let t = viewer.strings();
    html! {
        li #{ "channel-" (shown.id) } {
            a.entry.is-unread[shown.unread > 0] href=(shown.address) aria-current=[shown.is_current.then_some("page")] {
                @if let Some(person) = shown.person {
                    (avatar(person, Size::Small))
                    (presence(shown.is_online, if shown.is_online { t.frame.online } else { t.frame.offline }))
                } @else {
                    (Icon::Members.small())
                }
                span.entry-name dir="auto" { (shown.name) }
                // Each of them is meant for the reader.
                (unread(viewer, shown.id, shown.unread, shown.unread))
            }
        }
    }
}

/// Oneself, at the foot of every side bar.
#[must_use]
pub fn me(viewer: &Viewer, me: &User) -> Markup {
    let t = viewer.strings();
    html! {
        footer.sidebar-foot {
            div.person.self {
                (avatar(me, Size::Normal))
                div { strong.cut dir="auto" { (me.display_name) } span.username.cut { "@" (me.username) } }
            }
            (Button::icon_link(Icon::Settings, t.access.your_settings, "/settings"))
            form method="post" action="/sign-out" { (Button::icon_submit(Icon::SignOut, t.access.sign_out)) }
        }
    }
}

/// A group of links in the side bar of settings: what it is called, and the address, icon and word of each.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    pub name: Option<&'a str>,
    pub links: &'a [(&'a str, Icon, &'a str)],
}

/// The side bar of settings. The page that is open is told by its address.
#[must_use]
pub fn links(
    viewer: &Viewer,
    (title, back): (&str, &str),
    groups: &[Links<'_>],
    open: &str,
    own: &User,
) -> Markup {
    let t = viewer.strings();
    html! {
        nav.sidebar aria-label=(title) {
            header.sidebar-head {
                span.cut dir="auto" { (title) }
                (Button::icon_link(Icon::Close, t.frame.leave_settings, back))
            }
            div.sidebar-scroll {
                @for group in groups {
                    section.group {
                        @if let Some(name) = group.name { h2.group-name { (name) } }
                        ul {
                            @for (address, icon, word) in group.links {
                                li { a.entry href=(address) aria-current=[(*address == open).then_some("page")] {
                                    (icon.small()) span.entry-name { (word) }
                                } }
                            }
                        }
                    }
                }
            }
            (me(viewer, own))
        }
    }
}
