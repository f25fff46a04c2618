//! A message in a list: who said it and when, its text, and what hangs on it.

use ajet_protocol::{MentionType, Message, MessageKind, User};
use maud::{Markup, PreEscaped, html};

use super::avatar::{avatar, face};
use super::words::{Key, t};
use super::{attachments, polls, previews, reactions};
use crate::components::Icon;
use crate::strings::Language;

/// Messages of one author within this time stand together under one name.
const TOGETHER_MS: u64 = 5 * 60 * 1000;

/// Whether a message stands under the name of the one before it. Scripts decide it by the same rule (`assets/js/rows.js`), also by the
/// reader's days.
#[must_use]
pub fn is_grouped(before: Option<&Message>, message: &Message) -> bool {
    let Some(before) = before else { return false };
    let text = |one: &Message| one.kind == MessageKind::Text;
    let apart = message.created_at.unix_millis().saturating_sub(before.created_at.unix_millis());
    // A webhook may speak under many names.
    let same =
        before.author.id == message.author.id && before.author.display_name == message.author.display_name;
    same && text(before) && text(message) && apart < TOGETHER_MS
}

/// A message as a single row, with its idempotency key: the outbox replaces its pending row by it.
#[must_use]
pub fn row(lang: Language, message: &Message, grouped: bool) -> Markup {
    item(lang, message, grouped, Some(&message.client_mutation_id))
}

/// A row of a page. It has no key, since no pending row is replaced by it.
pub(super) fn listed(lang: Language, message: &Message, grouped: bool) -> Markup {
    item(lang, message, grouped, None)
}

fn item(lang: Language, message: &Message, grouped: bool, key: Option<&str>) -> Markup {
    let system = message.kind == MessageKind::System;
    html! {
        li #{ "m-" (message.id) } .c-message .c-message--grouped[grouped] .c-message--system[system] .c-message--deleted[message.deleted]
            data-id=(message.id) data-seq=(message.seq) data-author=(message.author.id) data-name=(message.author.display_name)
            data-at=(message.created_at.unix_millis()) data-channel=(message.channel_id) data-parent=[message.parent_id]
            data-also[message.also_to_channel] data-mutation=[key] data-calls=[calls(message)]
            data-pinned[message.pinned] tabindex="-1" {
            div.c-message__side { (face(&message.author)) }
            div.c-message__main {
                div.c-message__meta { (name(lang, &message.author)) " " (time(message)) (pinned(lang, message)) }
                div.c-message__body dir="auto" hx-ignore { (body(lang, message)) }
                (extras(lang, message))
            }
        }
    }
}

/// A display name with what can't be imitated, as a button that shows who it is: the row says it.
fn name(lang: Language, user: &User) -> Markup {
    html! {
        button.c-name type="button" data-card dir="auto" { (user.display_name) } " "
        @if user.bot { span.c-badge data-word=(Key::Bot.name()) { (t(lang, Key::Bot)) } }
        @else { span.c-username dir="ltr" { "@" (user.username) } }
    }
}

fn time(message: &Message) -> Markup {
    let at = message.created_at.to_string();
    html! {
        a.c-time href={ "/m/" (message.id) } tabindex="-1" { time datetime=(at) { (at.get(11..16).unwrap_or(&at)) } }
    }
}

fn pinned(lang: Language, message: &Message) -> Markup {
    html! { @if message.pinned { " " span.c-pinned { (Icon::Pin.in_text()) span data-word=(Key::Pinned.name()) { (t(lang, Key::Pinned)) } } } }
}

/// What stands in a message.
fn body(lang: Language, message: &Message) -> Markup {
    html! {
        @if message.deleted { (deleted(lang)) } @else {
            // Rendered by the allow-list of `ajet_markup`, the one place whose output is inserted as it is.
            (PreEscaped(&message.body_html))
            @if message.edited_at.is_some() { small.c-edited data-word=(Key::Edited.name()) { (t(lang, Key::Edited)) } }
        }
    }
}

/// What stands in the place of a deleted message.
pub(super) fn deleted(lang: Language) -> Markup {
    html! { em.c-deleted data-word=(Key::Deleted.name()) { (t(lang, Key::Deleted)) } }
}

/// What hangs on a message: files, what its links show, its poll, reactions, its thread.
fn extras(lang: Language, message: &Message) -> Markup {
    html! {
        div.c-message__extras {
            (attachments::gallery(&message.attachments))
            (previews::cards(&message.previews))
            @if let Some(poll) = &message.poll { (polls::poll(lang, message.id, poll)) }
            (reactions::bar(&message.reactions))
            @if message.reply_count > 0 { (thread_line(lang, message)) }
        }
    }
}

/// The line that leads to the replies.
fn thread_line(lang: Language, message: &Message) -> Markup {
    let count = message.reply_count;
    let repliers = message.thread.as_ref().map(|thread| thread.repliers.as_slice()).unwrap_or_default();
    html! {
        button.c-thread-line type="button" data-pane={ "/messages/" (message.id) "/thread" } {
            span.c-thread-line__faces { @for one in repliers { (avatar(one)) } }
            span data-word=(if count == 1 { Key::OneReply.name() } else { Key::Replies.name() }) data-count=(count) {
                @if count == 1 { (t(lang, Key::OneReply)) } @else { (super::words::with(lang, Key::Replies, &count.to_string())) }
            }
            @if let Some(at) = message.thread.as_ref().and_then(|thread| thread.last_reply_at) { time datetime=(at) {} }
        }
    }
}

/// Whom a message calls, for a reader's script to find itself in it.
fn calls(message: &Message) -> Option<String> {
    let called = message.mentions.iter().filter_map(|mention| match (mention.kind, mention.target_id) {
        (MentionType::Here, _) => Some("here".to_owned()),
        (MentionType::Everyone, _) => Some("everyone".to_owned()),
        (MentionType::User | MentionType::Role, Some(id)) => Some(id.to_string()),
        _ => None,
    });
    let called: Vec<String> = called.collect();
    (!called.is_empty()).then(|| called.join(" "))
}

/// The form that edits a message, in the place of its text.
#[must_use]
pub fn edit_form(lang: Language, message: &Message) -> Markup {
    html! {
        form.c-edit data-edit=(message.id) {
            label.c-hidden for={ "edit-" (message.id) } { (t(lang, Key::Edit)) }
            textarea #{ "edit-" (message.id) } name="body_md" dir="auto" rows="2" required maxlength="4000" data-complete { (message.body_md) }
            div.c-edit__ways {
                button.c-button type="submit" { (t(lang, Key::Save)) }
                button.c-button.c-button--quiet type="button" data-edit-cancel { (t(lang, Key::Cancel)) }
                output.c-problem role="alert" {}
            }
        }
    }
}
