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
        @for one in notifications.iter().rev() { (item(one)) }
        (more(lang, next))
    }
}

fn item(one: &Notification) -> Markup {
    let text = one.preview.as_deref().unwrap_or_default();
    let inside = html! {
        span.c-find__head {
            (avatar(&one.actor)) " " (icon(one).in_text()) " " strong dir="auto" { (one.actor.display_name) } " " time datetime=(one.created_at) data-whole {}
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

fn icon(one: &Notification) -> Icon {
    match one.kind {
        _ if one.reason == NotificationReason::SavedReminder => Icon::Remind,
        NotificationType::Mention => Icon::Mention,
        NotificationType::Dm => Icon::Message,
        NotificationType::ThreadReply => Icon::Reply,
        NotificationType::Invite => Icon::Invite,
        NotificationType::System => Icon::Info,
    }
}
