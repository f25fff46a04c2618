//! The chat page: channels on the left, messages in the middle.

use ajet_protocol::{Channel, Community, Message, Permission, Permissions, User};
use maud::{Markup, html};

use crate::fragments;
use crate::layout::page;

/// Everything the page shows.
#[derive(Debug)]
pub struct Chat<'a> {
    pub me: &'a User,
    pub community: &'a Community,
    pub channels: &'a [Channel],
    pub channel: &'a Channel,
    /// Whether the person has joined the channel, and so may post.
    pub joined: bool,
    pub messages: &'a [Message],
    /// Whether there are older messages.
    pub has_more: bool,
    /// Where the live stream starts: before anything on this page was read.
    pub cursor: &'a str,
}

/// The page.
#[must_use]
pub fn show(chat: &Chat<'_>) -> Markup {
    let title = format!("#{} · {}", chat.channel.name, chat.community.name);
    page(
        &title,
        &html! {
            body.chat data-me=(chat.me.id) data-channel=(chat.channel.id) {
                a.skip href="#body" { "Skip to the message box" }
                (sidebar(chat))
                (conversation(chat))
                div #live hx-sse:connect={ "/stream?last_event_id=" (chat.cursor) } hx-swap="none"
                    hx-status:4xx="swap:none" hx-status:5xx="swap:none"
                    hx-trigger="load, htmx:error from:self delay:2s, htmx:response:error from:self delay:2s" {}
            }
        },
    )
}

fn sidebar(chat: &Chat<'_>) -> Markup {
    let rights = Permissions::of_role(chat.community.role);
    html! {
        nav.sidebar aria-label="Channels" {
            header { a href="/" title="All communities" { (chat.community.name) } }
            ul #channels {
                @for channel in chat.channels { (fragments::channel(channel, channel.id == chat.channel.id)) }
            }
            @if rights.contains(Permission::ManageChannels) { (new_channel(chat.community)) }
            @if rights.contains(Permission::CreateInvites) {
                form hx-post={ "/communities/" (chat.community.id) "/invites" } hx-target="#invite" { button.quiet { "Invite people" } }
                output #invite {}
            }
            footer {
                span.self { (fragments::name(chat.me)) }
                form method="post" action="/sign-out" { button.quiet { "Sign out" } }
            }
        }
    }
}

fn new_channel(community: &Community) -> Markup {
    html! {
        details {
            summary { "New channel" }
            form data-reset hx-post={ "/communities/" (community.id) "/channels" } hx-swap="none"
                hx-status:4xx="target:#channel-error swap:innerHTML" hx-status:5xx="target:#channel-error swap:innerHTML" {
                label.hidden for="channel-name" { "Name" }
                input #channel-name name="name" placeholder="name" required maxlength="80";
                label.inline { input type="checkbox" name="private" value="true"; " private" }
                button { "Create" }
            }
            output #channel-error.problem {}
        }
    }
}

fn conversation(chat: &Chat<'_>) -> Markup {
    html! {
        main.conversation {
            header {
                h1 { "#" (chat.channel.name) }
                @if let Some(topic) = &chat.channel.topic { p.topic { (topic) } }
                span #connection role="status" {}
            }
            div.scroll #scroll tabindex="0" aria-label="Messages" {
                @if chat.has_more && let Some(oldest) = chat.messages.first() { (fragments::older(chat.channel, oldest)) }
                ol #{ "messages-" (chat.channel.id) } .messages {
                    @for message in chat.messages { (fragments::message(message)) }
                }
            }
            @if chat.joined { (composer(chat.channel)) } @else { (join(chat.channel)) }
        }
    }
}

fn composer(channel: &Channel) -> Markup {
    let error = "target:#composer-error swap:innerHTML";
    html! {
        form.composer #composer data-reset hx-post={ "/channels/" (channel.id) "/messages" } hx-swap="none"
            hx-sync="this:queue all" hx-status:4xx=(error) hx-status:5xx=(error) {
            input type="hidden" name="client_mutation_id" data-mutation-id;
            label.hidden for="body" { "Message to #" (channel.name) }
            textarea #body name="body_md" rows="1" required maxlength="4000" placeholder={ "Message #" (channel.name) } autofocus {}
            button { "Send" }
            output #composer-error.problem role="alert" {}
        }
    }
}

fn join(channel: &Channel) -> Markup {
    html! {
        form.composer method="post" action={ "/channels/" (channel.id) "/join" } {
            p { "You are looking at #" (channel.name) "." }
            button autofocus { "Join channel" }
        }
    }
}
