//! The box in which messages are written, in a channel and in a thread.

use ajet_markup::Names;
use ajet_protocol::{ChannelId, MessageId, Permission, RoleId, UserId};
use maud::{Markup, PreEscaped, html};

use super::page::Chat;
use super::words::{Key, t, with};
use crate::components::Icon;
use crate::strings::Language;
use crate::strings::keys::together;

/// Where a text goes, and what is there already.
pub struct Writing<'a> {
    pub lang: Language,
    pub channel: ChannelId,
    /// The message that is replied to.
    pub parent: Option<MessageId>,
    /// What the box says that it is for.
    pub label: String,
    /// What was begun before.
    pub draft: &'a str,
    pub takes_files: bool,
    pub slow_mode_s: u32,
}

/// The box of the open channel.
pub fn composer(chat: &Chat<'_>) -> Markup {
    let channel = chat.channel();
    let draft =
        chat.sync.drafts.iter().find(|draft| draft.channel_id == channel.id && draft.parent_id.is_none());
    form(&Writing {
        lang: chat.lang,
        channel: channel.id,
        parent: None,
        label: with(chat.lang, Key::MessageTo, &chat.title()),
        draft: draft.map(|draft| draft.body_md.as_str()).unwrap_or_default(),
        takes_files: chat.may(Permission::AttachFiles),
        slow_mode_s: channel.slow_mode_s,
    })
}

/// A box.
pub fn form(shown: &Writing<'_>) -> Markup {
    let lang = shown.lang;
    let (form_id, id) =
        if shown.parent.is_some() { ("thread-composer", "reply") } else { ("composer", "body") };
    html! {
        form.c-composer #{ (form_id) } data-composer data-channel=(shown.channel)
            data-parent=[shown.parent] {
            div.c-composer__preview inert hidden dir="auto" hx-ignore {}
            ul.c-composer__files {}
            (format_bar(lang))
            label.c-hidden for=(id) { (shown.label) }
            textarea #{ (id) } name="body_md" dir="auto" rows="1" maxlength="4000" placeholder=(shown.label) data-complete enterkeyhint="send"
                autofocus[shown.parent.is_none()] { (shown.draft) }
            div.c-composer__ways {
                @if shown.takes_files {
                    label.c-icon-button title=(t(lang, Key::Attach)) {
                        (Icon::Attach.in_text()) span.c-hidden { (t(lang, Key::Attach)) }
                        input.c-hidden type="file" multiple data-files;
                    }
                }
                button.c-icon-button type="button" data-emoji-for=(id) aria-label=(t(lang, Key::InsertEmoji)) title=(t(lang, Key::InsertEmoji)) { (Icon::Emoji.in_text()) }
                button.c-icon-button type="button" data-preview aria-pressed="false" aria-label=(t(lang, Key::Preview)) title=(t(lang, Key::Preview)) { (Icon::Preview.in_text()) }
                button.c-icon-button type="button" data-later aria-label=(t(lang, Key::SendLater)) title=(t(lang, Key::SendLater)) { (Icon::Later.in_text()) }
                @if shown.parent.is_none() { button.c-icon-button type="button" data-open="poll" aria-label=(t(lang, Key::Poll)) title=(t(lang, Key::Poll)) { (Icon::Poll.in_text()) } }
                @if shown.parent.is_some() { label.c-inline { input type="checkbox" name="also_to_channel"; " " (t(lang, Key::AlsoToChannel)) } }
                @if shown.slow_mode_s > 0 { small.c-slow { (with(lang, Key::SlowMode, &shown.slow_mode_s.to_string())) } }
                button.c-button.c-composer__send type="submit" { (Icon::Send.in_text()) " " (t(lang, Key::Send)) }
            }
            output.c-problem role="alert" {}
        }
    }
}

/// The buttons that put marks around what is selected; the keys do the same.
fn format_bar(lang: Language) -> Markup {
    let ways: [(_, _, _, &[&str]); 5] = [
        (Key::Bold, Icon::Bold, "**", &["Ctrl", "B"]),
        (Key::Italic, Icon::Italic, "*", &["Ctrl", "I"]),
        (Key::Strike, Icon::Strike, "~~", &["Ctrl", "Shift", "X"]),
        (Key::Code, Icon::Code, "`", &["Ctrl", "E"]),
        (Key::Quote, Icon::Quote, "> ", &["Ctrl", "Shift", "9"]),
    ];
    html! {
        div.c-composer__format role="toolbar" {
            @for (key, icon, mark, keys) in ways {
                button.c-icon-button type="button" tabindex="-1" data-mark=(mark) aria-label=(t(lang, key)) title={ (t(lang, key)) " (" (together(lang, keys)) ")" } { (icon.in_text()) }
            }
        }
    }
}

/// A text as it will look, but for the names of whom it mentions: those are found when it is sent.
#[must_use]
pub fn preview(text: &str) -> Markup {
    html! { (PreEscaped(ajet_markup::to_html(text, &Unnamed))) }
}

struct Unnamed;

impl Names for Unnamed {
    fn user(&self, _: UserId) -> Option<&str> {
        None
    }
    fn channel(&self, _: ChannelId) -> Option<&str> {
        None
    }
    fn role(&self, _: RoleId) -> Option<&str> {
        None
    }
}
