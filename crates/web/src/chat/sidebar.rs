//! The side bar: communities, the open one's channels by category, direct messages.

use ajet_protocol::{Category, Channel, CommunityId, Permission, SyncedChannel, SyncedCommunity, Visibility};
use maud::{Markup, html};

use super::avatar::avatar;
use super::page::{Chat, can, title};
use super::words::{Key, t};
use crate::components::{Icon, Size, community_avatar, name};
use crate::strings::Language;
use crate::strings::keys::key;

/// The whole of it, with what the reader may do in the open channel: where that changes, a script shows it anew.
pub fn sidebar(chat: &Chat<'_>) -> Markup {
    let lang = chat.lang;
    html! {
        nav #sidebar .c-sidebar data-can=(can(chat)) aria-label=(t(lang, Key::Sidebar)) {
            (communities(chat))
            div.c-sidebar__main {
                @if let Some(home) = chat.community() { header.c-sidebar__head {
                    a href={ "/c/" (home.community.slug) } dir="auto" { (home.community.name) }
                    // Each member finds something there; which pages they may use is decided there as well.
                    a.c-icon-button href={ "/c/" (home.community.slug) "/settings" } aria-label=(t(lang, Key::Settings)) title=(t(lang, Key::Settings)) { (Icon::Settings.in_text()) }
                } }
                button.c-switch type="button" data-open="switcher" { (Icon::Search.in_text()) " " (t(lang, Key::SwitcherHint)) " " kbd { (key(lang, "Ctrl")) " K" } }
                @if let Some(home) = chat.community() { (of_community(chat, home)) }
                (directs(chat))
                footer.c-sidebar__foot {
                    span.c-self { (avatar(&chat.sync.user.user)) " " (name(&chat.sync.user.user, t(chat.lang, Key::Bot))) }
                    a.c-icon-button href="/settings" aria-label=(t(lang, Key::Settings)) title=(t(lang, Key::Settings)) { (Icon::Settings.in_text()) }
                    form method="post" action="/sign-out" { button.c-icon-button aria-label=(t(lang, Key::SignOut)) title=(t(lang, Key::SignOut)) { (Icon::SignOut.in_text()) } }
                }
            }
        }
    }
}

/// The rail of communities.
fn communities(chat: &Chat<'_>) -> Markup {
    let open = chat.channel().community_id;
    html! {
        ul.c-rail aria-label=(t(chat.lang, Key::Communities)) {
            @for one in &chat.sync.communities {
                @let home = &one.community;
                @let unread = chat.sync.channels.iter().filter(|channel| channel.channel.community_id == Some(home.id));
                @let (count, mentions) = sum(unread);
                li data-community=(home.id) data-unread=(count) data-mentions=(mentions) {
                    a href={ "/c/" (home.slug) } title=(home.name) aria-current=[(open == Some(home.id)).then_some("true")] {
                        (community_avatar(home.id.0, &home.name, home.avatar_url.as_deref(), Size::Normal))
                        span.c-hidden { (home.name) }
                    }
                }
            }
            li { a.c-rail__more href="/" title=(t(chat.lang, Key::Communities)) aria-label=(t(chat.lang, Key::Communities)) { (Icon::Add.in_text()) } }
        }
    }
}

/// What is unread in channels that are not silenced.
fn sum<'a>(channels: impl Iterator<Item = &'a SyncedChannel>) -> (i64, i64) {
    channels.filter(|one| one.joined).fold((0, 0), |(count, mentions), one| {
        let unread = one.channel.unread;
        let heard = if one.channel.muted { 0 } else { unread.count };
        (count + heard, mentions + unread.mentions)
    })
}

fn of_community(chat: &Chat<'_>, home: &SyncedCommunity) -> Markup {
    let (lang, id) = (chat.lang, home.community.id);
    let slug = home.community.slug.as_str();
    let rights = &home.my_permissions;
    html! {
        div #channels .c-channels data-community=(id) data-order[rights.contains(&Permission::ManageChannels)] {
            (group(chat, slug, None, &within(chat, id, None)))
            @for category in &home.categories { (group(chat, slug, Some(category), &within(chat, id, Some(category)))) }
        }
        @if rights.contains(&Permission::ManageChannels) { (new_channel(lang, id)) }
        @if rights.contains(&Permission::CreateInvites) {
            form.c-invite hx-post={ "/communities/" (id) "/invites" } hx-target="#invite" { button.c-button.c-button--quiet { (Icon::Invite.in_text()) " " (t(lang, Key::InvitePeople)) } }
            output #invite {}
        }
    }
}

/// The channels of a category in their order; of none, those without one.
fn within<'a>(chat: &'a Chat<'_>, home: CommunityId, category: Option<&Category>) -> Vec<&'a SyncedChannel> {
    let wanted = category.map(|category| category.id);
    let of =
        |one: &&SyncedChannel| one.channel.community_id == Some(home) && one.channel.category_id == wanted;
    let mut found: Vec<&SyncedChannel> = chat.sync.channels.iter().filter(of).collect();
    found.sort_by_key(|one| (one.channel.position, one.channel.id));
    found
}

fn group(chat: &Chat<'_>, slug: &str, category: Option<&Category>, channels: &[&SyncedChannel]) -> Markup {
    let items = html! {
        ul.c-channel-list data-category=[category.map(|category| category.id)] {
            @for one in channels { (item(chat.lang, &one.channel, &Shown { slug: Some(slug), current: one.channel.id == chat.channel().id, joined: one.joined })) }
        }
    };
    html! {
        @if let Some(category) = category { details.c-category open { summary dir="auto" { (category.name) } (items) } }
        @else { (items) }
    }
}

/// What of a channel's item differs by reader.
pub struct Shown<'a> {
    /// The part of its address that names the community; `None` where that is not known, and a redirect finds it.
    pub slug: Option<&'a str>,
    pub current: bool,
    pub joined: bool,
}

/// A channel of a community.
pub fn item(lang: Language, channel: &Channel, shown: &Shown<'_>) -> Markup {
    let icon = match (channel.visibility, channel.archived) {
        (_, true) => Icon::Archived,
        (Visibility::Private, _) => Icon::Lock,
        (Visibility::Public, _) => Icon::Channel,
    };
    html! {
        li #{ "channel-" (channel.id) } .c-channel .c-channel--muted[channel.muted] .c-channel--other[!shown.joined]
            data-channel=(channel.id) data-name=(channel.name) data-community=[channel.community_id] data-category=[channel.category_id]
            data-position=(channel.position) data-unread=(channel.unread.count) data-mentions=(channel.unread.mentions)
            data-last=[channel.last_message_id] {
            a href={ @if let Some(slug) = shown.slug { "/c/" (slug) } "/channels/" (channel.id) } aria-current=[shown.current.then_some("page")] {
                (icon.in_text()) " " span.c-channel__name dir="auto" { (channel.name) }
            }
            (badge(lang, channel))
        }
    }
}

fn badge(lang: Language, channel: &Channel) -> Markup {
    let mentions = channel.unread.mentions;
    html! {
        span #{ "unread-" (channel.id) } .c-unread {
            span.c-count hidden[mentions == 0] { (mentions) }
            span.c-hidden hidden[channel.unread.count == 0] data-word=(Key::Unread.name()) { (t(lang, Key::Unread)) }
        }
    }
}

/// The direct messages, the newest first: they stand in every community.
fn directs(chat: &Chat<'_>) -> Markup {
    let mut all: Vec<&SyncedChannel> = chat.sync.dms.iter().collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.channel.last_message_id.map_or(one.channel.id.0, |id| id.0)));
    html! {
        section.c-directs aria-labelledby="directs-title" {
            header.c-directs__head {
                h2 #directs-title { (t(chat.lang, Key::DirectMessages)) }
                button.c-icon-button type="button" data-open="direct" aria-label=(t(chat.lang, Key::NewDirect)) title=(t(chat.lang, Key::NewDirect)) { (Icon::Add.in_text()) }
            }
            ul #directs .c-channel-list { @for one in &all { (direct(chat, one)) } }
            @if all.is_empty() { p.c-directs__none { (t(chat.lang, Key::EmptyDirects)) } }
        }
    }
}

fn direct(chat: &Chat<'_>, one: &SyncedChannel) -> Markup {
    let (channel, me) = (&one.channel, chat.sync.user.user.id);
    let other = channel.members.iter().find(|member| member.id != me).unwrap_or(&chat.sync.user.user);
    let current = channel.id == chat.channel().id;
    html! {
        li #{ "channel-" (channel.id) } .c-channel .c-channel--muted[channel.muted] data-channel=(channel.id) data-name=(title(channel, &chat.sync.user.user))
            data-direct data-unread=(channel.unread.count) data-mentions=(channel.unread.count) data-last=[channel.last_message_id] {
            a href={ "/dm/" (channel.id) } aria-current=[current.then_some("page")] {
                (avatar(other)) " " span.c-channel__name dir="auto" { (title(channel, &chat.sync.user.user)) }
            }
            span #{ "unread-" (channel.id) } .c-unread { span.c-count hidden[channel.unread.count == 0] { (channel.unread.count) } }
        }
    }
}

fn new_channel(lang: Language, community: CommunityId) -> Markup {
    html! {
        details.c-new-channel {
            summary { (Icon::Add.in_text()) " " (t(lang, Key::NewChannel)) }
            form data-reset hx-post={ "/communities/" (community) "/channels" } hx-swap="none"
                hx-status:4xx="target:#channel-error swap:innerHTML" hx-status:5xx="target:#channel-error swap:innerHTML" {
                label.c-hidden for="channel-name" { (t(lang, Key::ChannelName)) }
                input #channel-name name="name" placeholder=(t(lang, Key::ChannelName)) required maxlength="80";
                label.c-inline { input type="checkbox" name="private" value="true"; " " (t(lang, Key::Private)) }
                button.c-button { (t(lang, Key::Create)) }
            }
            output #channel-error.c-problem {}
        }
    }
}
