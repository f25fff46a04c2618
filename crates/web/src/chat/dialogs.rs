//! What stands over the page when it is asked for, and what scripts make copies of.

use ajet_protocol::{ChannelId, User};
use maud::{Markup, html};

use super::avatar::face;
use super::words::{Key, t};
use crate::components::Icon;
use crate::strings::Language;
use crate::strings::keys::key;

/// All of it. `me` is who reads, and writes what is under way.
pub fn all(lang: Language, channel: ChannelId, me: &User) -> Markup {
    html! {
        p #announce .c-hidden aria-live="polite" {}
        div #card .c-popover popover {}
        (picker(lang))
        (switcher(lang))
        (keys(lang))
        (lightbox(lang))
        (later(lang, channel))
        (poll(lang))
        (direct(lang))
        (templates(lang, me))
    }
}

/// The picker of emoji; a script fills it when it is opened first.
fn picker(lang: Language) -> Markup {
    html! {
        div #emoji .c-popover.c-emoji popover role="dialog" aria-label=(t(lang, Key::AddReaction)) {
            input type="search" aria-label=(t(lang, Key::Search)) placeholder=(t(lang, Key::Search));
            div.c-emoji__all role="listbox" aria-label=(t(lang, Key::AddReaction)) {}
        }
    }
}

fn switcher(lang: Language) -> Markup {
    html! {
        dialog #switcher .c-dialog.c-switcher aria-label=(t(lang, Key::SwitcherHint)) {
            input type="search" role="combobox" aria-expanded="true" aria-controls="targets" autocomplete="off" placeholder=(t(lang, Key::SwitcherHint)) aria-label=(t(lang, Key::SwitcherHint)) autofocus;
            div #targets role="listbox" aria-label=(t(lang, Key::SwitcherHint)) {}
        }
    }
}

/// The sheet of keys.
fn keys(lang: Language) -> Markup {
    let all = [
        ("Ctrl K", Key::KeySwitcher),
        ("Ctrl F", Key::KeySearch),
        ("Alt ↑ ↓", Key::KeyNextChannel),
        ("Alt Shift ↑ ↓", Key::KeyNextUnread),
        ("Ctrl Alt ↑ ↓", Key::KeyMoveChannel),
        ("↑ ↓ j k", Key::KeyRows),
        ("End", Key::Jump),
        ("e", Key::Edit),
        ("r", Key::AddReaction),
        ("t", Key::Reply),
        ("s", Key::SaveForLater),
        ("u", Key::MarkUnread),
        ("p", Key::Pin),
        ("c i", Key::KeyBox),
        ("↑", Key::KeyEditLast),
        ("Enter", Key::KeySend),
        ("@ # : /", Key::KeyComplete),
        ("Ctrl B", Key::Bold),
        ("Ctrl I", Key::Italic),
        ("Ctrl E", Key::Code),
        ("Ctrl Shift X", Key::Strike),
        ("Ctrl Shift 9", Key::Quote),
        ("Esc", Key::KeyEscape),
        ("?", Key::KeySheet),
    ];
    html! {
        dialog #keys .c-dialog.c-keys aria-labelledby="keys-title" {
            h2 #keys-title { (t(lang, Key::Keys)) }
            dl { @for (keys, what) in all { div { dt { @for one in keys.split(' ') { kbd { (key(lang, one)) } " " } } dd { (t(lang, what)) } } } }
            (close(lang))
        }
    }
}

fn lightbox(lang: Language) -> Markup {
    html! {
        dialog #lightbox .c-dialog.c-lightbox aria-label=(t(lang, Key::Open)) {
            img alt="";
            p.c-lightbox__name dir="auto" {}
            (close(lang))
        }
    }
}

/// The question when a text is to be sent.
fn later(lang: Language, channel: ChannelId) -> Markup {
    html! {
        dialog #later .c-dialog aria-labelledby="later-title" {
            form.c-dialog__form method="dialog" {
                h2 #later-title { (t(lang, Key::SendLater)) }
                label for="later-at" { (t(lang, Key::SendLaterWhen)) }
                input #later-at type="datetime-local" name="at" required;
                // Enter presses the first one.
                div.c-dialog__foot {
                    button.c-button value="send" { (t(lang, Key::SendLater)) }
                    button.c-button.c-button--quiet value="" formnovalidate { (t(lang, Key::Cancel)) }
                    button.c-button.c-button--quiet.c-dialog__aside type="button" data-pane={ "/channels/" (channel) "/scheduled" } { (t(lang, Key::SentLater)) }
                }
            }
        }
    }
}

/// The question for a poll.
fn poll(lang: Language) -> Markup {
    html! {
        dialog #poll .c-dialog aria-labelledby="poll-title" {
            form.c-dialog__form data-new-poll {
                h2 #poll-title { (t(lang, Key::Poll)) }
                label for="poll-question" { (t(lang, Key::PollQuestion)) }
                input #poll-question name="question" required maxlength="300" dir="auto";
                label for="poll-options" { (t(lang, Key::PollOptions)) }
                textarea #poll-options name="options" rows="4" required dir="auto" {}
                label for="poll-closes" { (t(lang, Key::PollCloses)) }
                input #poll-closes type="datetime-local" name="closes_at";
                label.c-inline { input type="checkbox" name="multiple"; " " (t(lang, Key::PollMany)) }
                output.c-problem role="alert" {}
                div.c-dialog__foot { button.c-button { (t(lang, Key::Send)) } }
            }
            (close(lang))
        }
    }
}

/// The question for a direct message: with whom. A script fills the list.
fn direct(lang: Language) -> Markup {
    html! {
        dialog #direct .c-dialog aria-labelledby="direct-title" {
            form.c-dialog__form data-new-direct {
                h2 #direct-title { (t(lang, Key::NewDirect)) }
                label for="direct-who" { (t(lang, Key::DirectWho)) }
                input #direct-who type="search" autocomplete="off" dir="auto";
                ul #direct-people .c-ticked {}
                output.c-problem role="alert" {}
                div.c-dialog__foot { button.c-button { (t(lang, Key::Open)) } }
            }
            (close(lang))
        }
    }
}

fn close(lang: Language) -> Markup {
    html! { form method="dialog" { button.c-icon-button.c-dialog__close aria-label=(t(lang, Key::CloseIt)) { (Icon::Close.in_text()) } } }
}

fn templates(lang: Language, me: &User) -> Markup {
    html! {
        template #day-line { li.c-day { span {} } }
        template #unread-line { li.c-new-line { span { (t(lang, Key::NewMessages)) } } }
        template #tombstone { (super::message::deleted(lang)) }
        template #pending-row { (pending(lang, me)) }
        template #toolbar { (toolbar(lang)) }
    }
}

/// A message that is under way. It is as high as the row that takes its place, so that nothing jumps.
fn pending(lang: Language, me: &User) -> Markup {
    html! {
        li.c-message.c-message--pending data-name=(me.display_name) {
            div.c-message__side { (face(me)) }
            div.c-message__main {
                div.c-message__meta { strong.c-name dir="auto" { (me.display_name) } " " span.c-username dir="ltr" { "@" (me.username) } }
                div.c-message__body dir="auto" {}
                div.c-message__extras {
                    small.c-pending { (t(lang, Key::Sending)) }
                    span.c-unsent hidden {
                        strong { (t(lang, Key::NotSent)) } " " span.c-unsent__why {} " "
                        button.c-button.c-button--quiet type="button" data-retry { (t(lang, Key::Retry)) }
                        button.c-button.c-button--quiet type="button" data-discard { (t(lang, Key::Discard)) }
                    }
                }
            }
        }
    }
}

/// The actions of a message. There is one bar, which goes to the row that is pointed at or has the focus.
fn toolbar(lang: Language) -> Markup {
    let ways = [
        ("react", Key::AddReaction, Icon::React),
        ("thread", Key::Reply, Icon::Reply),
        ("edit", Key::Edit, Icon::Write),
        ("save", Key::SaveForLater, Icon::Save),
        ("unsave", Key::Unsave, Icon::Unsave),
        ("remind-1h", Key::Remind1h, Icon::Remind),
        ("remind-tomorrow", Key::RemindTomorrow, Icon::Tomorrow),
        ("unread", Key::MarkUnread, Icon::Unread),
        ("pin", Key::Pin, Icon::Pin),
        ("unpin", Key::Unpin, Icon::Unpin),
        ("link", Key::CopyLink, Icon::Link),
        ("strip", Key::RemovePreviews, Icon::Hide),
        ("delete", Key::Delete, Icon::Remove),
    ];
    html! {
        div.c-actions role="toolbar" aria-label=(t(lang, Key::Actions)) {
            @for (name, key, icon) in ways {
                button.c-icon-button type="button" data-do=(name) aria-label=(t(lang, key)) title=(t(lang, key)) { (icon.in_text()) }
            }
        }
    }
}
