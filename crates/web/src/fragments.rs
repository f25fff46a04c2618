//! Fragments: one person's name, one message, one channel, and what a live event changes on a page.

use ajet_protocol::{Channel, Event, Message, User, Visibility};
use maud::{Markup, PreEscaped, html};

/// A display name with what can't be imitated: a person's user name, which is unique, or the badge of a program.
/// `dir="auto"` isolates the display name: one written from right to left moves nothing around it.
#[must_use]
pub fn name(user: &User) -> Markup {
    html! {
        strong dir="auto" { (user.display_name) } " "
        @if user.bot { span.badge { "app" } } @else { span.username { "@" (user.username) } }
    }
}

/// A message in the list.
#[must_use]
pub fn message(message: &Message) -> Markup {
    html! {
        li #{ "m-" (message.id) } .message data-seq=(message.seq) data-author=(message.author.id) {
            div.meta {
                (name(&message.author))
                " " time datetime=(message.created_at) { (clock(&message.created_at.to_string())) }
            }
            div #{ "m-" (message.id) "-body" } .body { (body(message)) }
        }
    }
}

/// What stands in a message.
#[must_use]
pub fn body(message: &Message) -> Markup {
    if message.deleted {
        return deleted();
    }
    html! {
        // Rendered by the allow-list of `ajet_markup`, the one place whose output is inserted as it is.
        (PreEscaped(&message.body_html))
        @if message.edited_at.is_some() { small.edited { "(edited)" } }
        span.actions {
            button.quiet hx-get={ "/messages/" (message.id) "/edit" } hx-target={ "#m-" (message.id) "-body" } { "Edit" }
            button.quiet hx-delete={ "/messages/" (message.id) } hx-swap="none" hx-confirm="Delete this message?" { "Delete" }
        }
    }
}

fn deleted() -> Markup {
    html! { em.deleted { "message deleted" } }
}

/// The form that edits a message, in its place.
#[must_use]
pub fn edit_form(message: &Message) -> Markup {
    let own = format!("#m-{}-body", message.id);
    html! {
        form.edit hx-put={ "/messages/" (message.id) } hx-target=(own) hx-status:4xx="target:find output swap:innerHTML" {
            label.hidden for={ "edit-" (message.id) } { "Message" }
            textarea #{ "edit-" (message.id) } name="body_md" rows="2" required maxlength="4000" autofocus { (message.body_md) }
            button { "Save" }
            button.quiet type="button" hx-get={ "/messages/" (message.id) "/body" } hx-target=(own) { "Cancel" }
            output.problem role="alert" {}
        }
    }
}

/// Hours and minutes of an RFC 3339 time (UTC); the page's script turns it into the reader's own.
fn clock(time: &str) -> &str {
    time.get(11..16).unwrap_or(time)
}

/// The button that brings older messages in its own place.
#[must_use]
pub fn older(channel: &Channel, oldest: &Message) -> Markup {
    html! {
        button #older .quiet hx-get={ "/channels/" (channel.id) "/older?before=" (oldest.id) } hx-swap="outerHTML" hx-target="#older" {
            "Older messages"
        }
    }
}

/// A page of older messages: they go in front of the list, and the button moves on.
#[must_use]
pub fn older_page(channel: &Channel, messages: &[Message], has_more: bool) -> Markup {
    html! {
        @if has_more && let Some(oldest) = messages.first() { (older(channel, oldest)) }
        @else { span #older {} }
        hx-partial hx-target={ "#messages-" (channel.id) } hx-swap="afterbegin" {
            @for one in messages { (message(one)) }
        }
    }
}

/// A channel in the side bar.
#[must_use]
pub fn channel(channel: &Channel, current: bool) -> Markup {
    let sign = if channel.visibility == Visibility::Private { "🔒" } else { "#" };
    html! {
        li #{ "channel-" (channel.id) } data-name=(channel.name) {
            a href={ "/channels/" (channel.id) } aria-current=[current.then_some("page")] {
                span.sign { (sign) } (channel.name)
            }
            span #{ "unread-" (channel.id) } .unread { @if channel.unread.count > 0 { (channel.unread.count) } }
        }
    }
}

/// A new invite's address, to be copied.
#[must_use]
pub fn invite(url: &str) -> Markup {
    html! {
        label for="invite-url" { "Send this link:" }
        input #invite-url readonly value=(url) data-select;
    }
}

/// What an event changes on any page that is open; `None` for what no page shows.
#[must_use]
pub fn live(event: &Event) -> Option<Markup> {
    Some(match event {
        Event::MessageCreated(created) => {
            let one = &Message::from(created.message.clone());
            html! {
                hx-partial hx-target={ "#messages-" (one.channel_id) } hx-swap="upsert key:data-seq" { (message(one)) }
                hx-partial hx-target={ "#unread-" (one.channel_id) } hx-swap="innerHTML" { "●" }
            }
        }
        // Only where it is on the page: an older message must not appear out of nowhere.
        Event::MessageEdited(edited) => html! {
            hx-partial hx-target={ "#m-" (edited.message.id) "-body" } hx-swap="innerHTML" { (body(&edited.message.clone().into())) }
        },
        Event::MessageDeleted(gone) => html! {
            hx-partial hx-target={ "#m-" (gone.message_id) "-body" } hx-swap="innerHTML" { (deleted()) }
        },
        Event::ChannelCreated(created) => html! {
            hx-partial hx-target="#channels" hx-swap="upsert key:data-name" { (channel(&created.channel.clone().into(), false)) }
        },
        _ => return None,
    })
}
