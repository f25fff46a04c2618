//! The icons of the chat page, by their names in its sprite, which the build makes of this table.

use maud::{Markup, html};

use crate::assets;

/// Files of the npm package `lucide-static`.
const NAMES: [&str; 47] = [
    "alarm-clock",
    "archive",
    "arrow-down",
    "arrow-up",
    "at-sign",
    "bell",
    "bell-plus",
    "bell-ring",
    "bold",
    "bookmark",
    "calendar-clock",
    "chart-bar",
    "check-check",
    "clock",
    "code",
    "ellipsis",
    "eye",
    "eye-off",
    "hash",
    "inbox",
    "info",
    "italic",
    "keyboard",
    "link",
    "lock",
    "log-out",
    "mail",
    "menu",
    "message-circle",
    "message-square-reply",
    "paperclip",
    "pencil",
    "pin",
    "pin-off",
    "plus",
    "quote",
    "search",
    "search-x",
    "send-horizontal",
    "settings",
    "smile",
    "smile-plus",
    "strikethrough",
    "trash-2",
    "user-plus",
    "users",
    "x",
];

/// An icon beside a text, or in a button that has a label: it says nothing by itself.
#[must_use]
pub fn icon(name: &str) -> Markup {
    debug_assert!(NAMES.contains(&name), "{name} is not in the sprite");
    html! { svg.c-icon aria-hidden="true" { use href={ (assets::path(assets::CHAT_ICONS)) "#" (name) } {} } }
}
