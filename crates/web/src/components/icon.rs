//! Icons. The sprite holds those of this table alone: `build/icons.rs` reads it.

use ajet_protocol::{ChannelType, Visibility};
use maud::{Markup, html};

use crate::assets;

macro_rules! icons {
    ($($name:ident = $file:literal,)+) => {
        /// An icon, by what it stands for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($name),+ }

        impl Icon {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name in the sprite, and in the package that it comes from.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $file),+ }
            }
        }
    };
}

icons! {
    Add = "plus",
    Appearance = "palette",
    Archived = "archive",
    Attach = "paperclip",
    Audit = "scroll-text",
    Ban = "ban",
    Bell = "bell",
    Bold = "bold",
    Bot = "bot",
    Brand = "messages-square",
    Channel = "hash",
    Check = "check",
    Close = "x",
    Code = "code",
    Command = "terminal",
    Danger = "triangle-alert",
    Down = "arrow-down",
    Emoji = "smile",
    Follow = "bell-plus",
    Following = "bell-ring",
    Forward = "chevron-right",
    General = "sliders-horizontal",
    Good = "circle-check",
    Hide = "eye-off",
    Home = "house",
    Inbox = "inbox",
    Info = "info",
    Invite = "user-plus",
    Italic = "italic",
    Keyboard = "keyboard",
    Later = "clock",
    Link = "link",
    Lock = "lock",
    Members = "users",
    Mention = "at-sign",
    Menu = "menu",
    Message = "message-circle",
    More = "ellipsis",
    NothingFound = "search-x",
    Open = "chevron-down",
    Outgoing = "send",
    Person = "user",
    Pin = "pin",
    Poll = "chart-bar",
    Preview = "eye",
    Problem = "circle-alert",
    Provider = "key-round",
    Quote = "quote",
    React = "smile-plus",
    ReadAll = "check-check",
    Remind = "alarm-clock",
    Remove = "trash-2",
    Reply = "message-square-reply",
    Roles = "shield",
    Save = "bookmark",
    Search = "search",
    Send = "send-horizontal",
    Sessions = "laptop",
    Settings = "settings",
    SignOut = "log-out",
    Strike = "strikethrough",
    Tomorrow = "calendar-clock",
    Unpin = "pin-off",
    Unread = "mail",
    Unsave = "bookmark-x",
    Up = "arrow-up",
    Voice = "volume-2",
    Webhook = "webhook",
    Write = "pencil",
}

impl Icon {
    /// The icon beside a word that says the same: not read out.
    #[must_use]
    pub fn show(self) -> Markup {
        self.of_class("icon")
    }

    /// The same, a little smaller.
    #[must_use]
    pub fn small(self) -> Markup {
        self.of_class("icon icon-s")
    }

    /// The same, large: above the words of an empty state.
    #[must_use]
    pub fn large(self) -> Markup {
        self.of_class("icon icon-l")
    }

    /// The same, as high as the text that it stands in: the chat page's icons.
    #[must_use]
    pub fn in_text(self) -> Markup {
        self.of_class("c-icon")
    }

    /// An arrow, which turns with the direction of the text.
    #[must_use]
    pub fn turning(self) -> Markup {
        self.of_class("icon icon-turns")
    }

    fn of_class(self, class: &str) -> Markup {
        html! {
            svg class=(class) aria-hidden="true" { use href={ (assets::path(assets::ICONS)) "#" (self.name()) } {} }
        }
    }
}

/// The icon that stands for a channel.
#[must_use]
pub fn channel_icon(kind: ChannelType, visibility: Visibility) -> Icon {
    match (kind, visibility) {
        (ChannelType::Voice, _) => Icon::Voice,
        (_, Visibility::Private) => Icon::Lock,
        _ => Icon::Channel,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn sources(folder: &Path, all: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                sources(&path, all);
            } else {
                all.push_str(&fs::read_to_string(&path).expect("text"));
            }
        }
    }

    #[test]
    fn every_icon_is_shown_somewhere() {
        let mut all = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        let is_shown = |icon: &Icon| {
            let name = format!("Icon::{icon:?}");
            let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
            all.match_indices(&name).any(|(at, _)| ends(&all[at + name.len()..]))
        };
        let left: Vec<_> = Icon::ALL.iter().filter(|icon| !is_shown(icon)).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn the_sprite_holds_every_icon_of_the_table_and_no_other() {
        let sprite = assets::find(assets::ICONS).expect("embedded");
        let sprite = std::str::from_utf8(sprite.bytes).expect("text");
        for icon in Icon::ALL {
            let symbol = format!("<symbol id=\"{}\"", icon.name());
            assert_eq!(sprite.matches(&symbol).count(), 1, "{}", icon.name());
        }
        assert_eq!(sprite.matches("<symbol").count(), Icon::ALL.len());
        assert!(!sprite.contains("<script") && !sprite.contains("style="), "{sprite}");
    }

    #[test]
    fn an_icon_beside_a_word_is_not_read_out() {
        let shown = Icon::Bell.show().into_string();
        assert!(shown.contains("aria-hidden=\"true\"") && shown.contains("icons.svg#bell\""), "{shown}");
    }
}
