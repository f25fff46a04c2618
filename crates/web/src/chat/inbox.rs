//! The inbox: what the reader was told of, the newest first, in the pane.

use ajet_protocol::{Notification, NotificationReason, NotificationType};
use maud::{Markup, html};

use super::avatar::avatar;
use super::pane::{empty, more, pane};
use super::words::{Key, Lang, t};
use crate::components::Icon;

/// The pane. `next` is the address of what came before the last one.
#[must_use]
pub fn show(lang: Lang, notifications: &[Notification], next: Option<&str>) -> Markup {
    let ways = html! {
        button.c-icon-button type="button" data-read-all aria-label=(t(lang, Key::MarkAllRead)) title=(t(lang, Key::MarkAllRead)) { (Icon::ReadAll.in_text()) }
    };
    let content = html! {
        button.c-button.c-button--quiet type="button" data-ask-notify hidden { (Icon::Bell.in_text()) " " (t(lang, Key::Notify)) }
        @if notifications.is_empty() { (empty(lang, Key::EmptyInbox, Icon::Inbox)) }
        @else { ol.c-finds { (items(lang, notifications, next)) } }
    };
    pane(lang, t(lang, Key::Inbox), &ways, &content)
}

/// Some of them, with a button for more.
#[must_use]
pub fn items(lang: Lang, notifications: &[Notification], next: Option<&str>) -> Markup {
    html! {
        @for one in notifications.iter().rev() { (item(lang, one)) }
        (more(lang, next))
    }
}

fn item(lang: Lang, one: &Notification) -> Markup {
    let text = one.preview.as_deref().unwrap_or_default();
    let (icon, kind) = kind(one);
    let inside = html! {
        span.c-find__head {
            (avatar(&one.actor)) " " (icon.in_text()) span.c-hidden { (t(lang, kind)) } " " strong dir="auto" { (one.actor.display_name) } " " time datetime=(one.created_at) data-whole {}
        }
        p.c-find__text dir="auto" { (text) }
    };
    html! {
        li.c-find .c-find--new[!one.read] data-notification=(one.id) {
            @if let Some(address) = address(one) { a href=(address) { (inside) } } @else { (inside) }
        }
    }
}

/// Where a notification leads.
fn address(one: &Notification) -> Option<String> {
    if one.reason.leads_to_message() {
        return Some(format!("/m/{}", one.source_id));
    }
    one.channel_id.map(|channel| format!("/channels/{channel}"))
}

/// What it is, as a picture and as the word for who does not see it.
fn kind(one: &Notification) -> (Icon, Key) {
    match one.kind {
        _ if one.reason == NotificationReason::SavedReminder => (Icon::Remind, Key::Reminder),
        NotificationType::Mention => (Icon::Mention, Key::ToldMention),
        NotificationType::Dm => (Icon::Message, Key::ToldDirect),
        NotificationType::ThreadReply => (Icon::Reply, Key::ToldReply),
        NotificationType::Invite => (Icon::Invite, Key::ToldInvite),
        NotificationType::System => (Icon::Info, Key::ToldSystem),
    }
}
