//! The inbox: what the reader was told of, the newest first, in the pane.

use std::collections::HashMap;

use ajet_protocol::{InviteCode, InviteId, Notification, NotificationReason, NotificationType};
use maud::{Markup, html};

use super::avatar::avatar;
use super::pane::{empty, more, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// Some of what a person was told of, the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub notifications: &'a [Notification],
    /// The codes of those invites among them that the person can still accept.
    pub invites: &'a HashMap<InviteId, InviteCode>,
}

impl Told<'_> {
    /// The page of the invite to a community that one of them tells of, as long as the person can accept it.
    #[must_use]
    pub fn invite(&self, one: &Notification) -> Option<String> {
        let is_invite = one.reason == NotificationReason::CommunityInvite;
        let code = self.invites.get(&InviteId(one.source_id)).filter(|_| is_invite)?;
        Some(format!("/invite/{}", code.0))
    }

    /// Where one of them leads.
    #[must_use]
    pub fn address(&self, one: &Notification) -> Option<String> {
        if one.reason.leads_to_message() {
            return Some(format!("/m/{}", one.source_id));
        }
        if one.reason == NotificationReason::ExportReady {
            return Some("/settings/data".to_owned());
        }
        self.invite(one).or_else(|| one.channel_id.map(|channel| format!("/channels/{channel}")))
    }
}

/// The pane. `next` is the address of what came before the last one; `unread` how much of all that the person was told of is unread.
#[must_use]
pub fn show(lang: Language, told: &Told<'_>, next: Option<&str>, unread: i64) -> Markup {
    let ways = html! {
        button.c-icon-button type="button" data-read-all data-unread=(unread) aria-label=(t(lang, Key::MarkAllRead)) title=(t(lang, Key::MarkAllRead)) { (Icon::ReadAll.in_text()) }
    };
    let content = html! {
        button.c-button.c-button--quiet type="button" data-ask-notify hidden { (Icon::Bell.in_text()) " " (t(lang, Key::Notify)) }
        @if told.notifications.is_empty() { (empty(lang, Key::EmptyInbox, Icon::Inbox)) }
        @else { ol.c-finds { (items(lang, told, next)) } }
    };
    pane(lang, t(lang, Key::Inbox), &ways, &content)
}

/// Some of them, with a button for more.
#[must_use]
pub fn items(lang: Language, told: &Told<'_>, next: Option<&str>) -> Markup {
    html! {
        @for one in told.notifications.iter().rev() { (item(lang, one, told.address(one).as_deref())) }
        (more(lang, next))
    }
}

fn item(lang: Language, one: &Notification, address: Option<&str>) -> Markup {
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
            @if let Some(address) = address { a href=(address) { (inside) } } @else { (inside) }
        }
    }
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
