//! A thread in the pane: the message that begins it, its replies, and a box for the next one.

use ajet_protocol::Message;
use maud::{Markup, html};

use super::composer::{self, Writing};
use super::list::items;
use super::message::row;
use super::pane::{empty, pane};
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;

/// What a thread shows.
#[derive(Debug)]
pub struct Thread<'a> {
    pub lang: Language,
    pub parent: &'a Message,
    pub replies: &'a [Message],
    /// Whether there are replies before the first of these.
    pub has_more: bool,
    /// What the reader began to write here.
    pub draft: &'a str,
    /// Whether the reader has joined the channel, and so may reply.
    pub joined: bool,
    /// Whether the reader may send files there.
    pub takes_files: bool,
}

/// The pane.
#[must_use]
pub fn show(thread: &Thread<'_>) -> Markup {
    let (lang, parent) = (thread.lang, thread.parent);
    let following = parent.thread.as_ref().is_some_and(|known| known.following);
    let (word, icon) = if following { (Key::Unfollow, Icon::Following) } else { (Key::Follow, Icon::Follow) };
    let ways = html! {
        button.c-icon-button type="button" data-follow=(parent.id) aria-pressed=(following) aria-label=(t(lang, word)) title=(t(lang, word)) {
            (icon.in_text())
        }
    };
    let content = html! {
        div.c-list data-list="thread" data-parent=(parent.id) role="log" aria-live="off" tabindex="0" aria-label=(t(lang, Key::Thread))
            data-rows={ "/messages/" (parent.id) "/rows" } data-before[thread.has_more] {
            ol.c-rows.c-rows--parent { (row(lang, parent, false)) }
            div.c-list__edge data-edge="before" {}
            @if thread.replies.is_empty() { (empty(lang, Key::EmptyThread, Icon::Message)) }
            ol.c-rows { (items(lang, thread.replies)) }
            div.c-list__edge data-edge="after" {}
            ol.c-rows.c-rows--pending aria-live="polite" {}
        }
        @if thread.joined {
            (composer::form(&Writing {
                lang,
                channel: parent.channel_id,
                parent: Some(parent.id),
                label: t(lang, Key::Reply).to_owned(),
                draft: thread.draft,
                takes_files: thread.takes_files,
                slow_mode_s: 0,
            }))
        }
    };
    pane(lang, t(lang, Key::Thread), &ways, &content)
}
