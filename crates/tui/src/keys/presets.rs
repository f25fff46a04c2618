//! The three presets of keys. They are tables, so that the help, the documentation and the tests read the same thing.

use super::action::{Action, Context};

/// Which keys there are before the user's file changes some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// What one types is written, wherever one is; arrows and Ctrl do the rest.
    #[default]
    Plain,
    /// The same with the keys of Emacs.
    Emacs,
    /// Modal: letters are commands until one begins to write.
    Vim,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Emacs, Self::Vim];

    /// Whether a letter that means nothing where one is begins to write.
    #[must_use]
    pub fn typing_writes(self) -> bool {
        self != Self::Vim
    }

    /// Its keys; a later line takes a key from an earlier one.
    pub fn keys(self) -> impl Iterator<Item = (Context, &'static str, Action)> {
        let own: &[Table] = match self {
            Self::Plain => &[PLAIN],
            Self::Emacs => &[PLAIN, EMACS],
            Self::Vim => &[VIM],
        };
        let tables: Vec<Table> = [COMMON].into_iter().chain(own.iter().copied()).collect();
        tables.into_iter().flatten().copied()
    }
}

type Table = &'static [(Context, &'static str, Action)];

use Context::{Compose, Global, List, Messages, Overlay};

/// What all presets have.
const COMMON: Table = &[
    (Global, "F1", Action::Help),
    (Global, "C-k", Action::Switcher),
    (Global, "C-p", Action::Palette),
    (Global, "A-a", Action::NextUnread),
    (Global, "A-Up", Action::PreviousChannel),
    (Global, "A-Down", Action::NextChannel),
    (Global, "A-Left", Action::LastChannel),
    (Global, "Tab", Action::FocusNext),
    (Global, "S-Tab", Action::FocusPrevious),
    (Global, "A-m", Action::ToggleMembers),
    (Global, "A-c", Action::TogglePlaces),
    (Global, "C-l", Action::Redraw),
    (Global, "C-z", Action::Suspend),
    (Global, "C-c", Action::Quit),
    (Global, "Esc", Action::Back),
    (Global, "PageUp", Action::PageUp),
    (Global, "PageDown", Action::PageDown),
    (List, "?", Action::Help),
    (List, "Up", Action::Up),
    (List, "Down", Action::Down),
    (List, "Home", Action::First),
    (List, "End", Action::Last),
    (List, "Enter", Action::Select),
    (Messages, "C-Up", Action::ScrollUp),
    (Messages, "C-Down", Action::ScrollDown),
    (Messages, "Delete", Action::Delete),
    (Compose, "Enter", Action::Send),
    (Compose, "A-Enter", Action::Newline),
    (Compose, "S-Enter", Action::Newline),
    (Compose, "C-j", Action::Newline),
    (Compose, "Tab", Action::Complete),
    (Compose, "S-Tab", Action::CompletePrevious),
    (Compose, "Left", Action::Left),
    (Compose, "Right", Action::Right),
    (Compose, "Up", Action::Up),
    (Compose, "Down", Action::Down),
    (Compose, "C-Left", Action::WordLeft),
    (Compose, "C-Right", Action::WordRight),
    (Compose, "Home", Action::LineStart),
    (Compose, "End", Action::LineEnd),
    (Compose, "Backspace", Action::Backspace),
    (Compose, "C-h", Action::Backspace),
    (Compose, "Delete", Action::DeleteNext),
    (Compose, "C-w", Action::KillWord),
    (Compose, "C-u", Action::KillToStart),
    (Overlay, "Esc", Action::Back),
    (Overlay, "C-c", Action::Back),
    (Overlay, "Enter", Action::Select),
    (Overlay, "Up", Action::Up),
    (Overlay, "Down", Action::Down),
    (Overlay, "C-p", Action::Up),
    (Overlay, "C-n", Action::Down),
    (Overlay, "Tab", Action::Down),
    (Overlay, "S-Tab", Action::Up),
    (Overlay, "PageUp", Action::PageUp),
    (Overlay, "PageDown", Action::PageDown),
    (Overlay, "Left", Action::Left),
    (Overlay, "Right", Action::Right),
    (Overlay, "Backspace", Action::Backspace),
    (Overlay, "C-w", Action::KillWord),
    (Overlay, "C-u", Action::KillToStart),
    (Overlay, "C-z", Action::Suspend),
    (Overlay, "C-l", Action::Redraw),
];

const PLAIN: Table = &[
    (Global, "C-f", Action::Search),
    (Global, "C-n", Action::Inbox),
    (Global, "C-q", Action::Quit),
    (Global, "A-u", Action::JumpUnread),
    (Global, "A-j", Action::Join),
    (Global, "A-R", Action::RetryUnsent),
    (Global, "A-b", Action::Browser),
    (Global, "A-f", Action::Attach),
    (Global, "A-d", Action::Detach),
    (Messages, "A-r", Action::React),
    (Messages, "A-w", Action::Reactions),
    (Messages, "A-t", Action::Thread),
    (Messages, "Right", Action::Thread),
    (Messages, "A-e", Action::Edit),
    (Messages, "A-q", Action::Quote),
    (Messages, "A-p", Action::Pin),
    (Messages, "A-s", Action::Save),
    (Messages, "A-y", Action::CopyText),
    (Messages, "A-l", Action::CopyLink),
    (Messages, "A-o", Action::Open),
    (Messages, "A-v", Action::Vote),
    (Messages, "Space", Action::Reveal),
    (Messages, "A-U", Action::MarkUnread),
    (Compose, "C-e", Action::Editor),
    (Compose, "C-y", Action::Yank),
    (Compose, "A-z", Action::Undo),
];

const EMACS: Table = &[
    (Global, "A-x", Action::Palette),
    (Global, "C-x b", Action::Switcher),
    (Global, "C-x o", Action::FocusNext),
    (Global, "C-x C-c", Action::Quit),
    (Global, "C-s", Action::Search),
    (Global, "C-x i", Action::Inbox),
    (Global, "C-x w", Action::Browser),
    (Global, "C-x C-f", Action::Attach),
    (Global, "C-x C-d", Action::Detach),
    (Global, "C-g", Action::Back),
    (Global, "C-v", Action::PageDown),
    (Global, "A-V", Action::PageUp),
    (Overlay, "C-g", Action::Back),
    (List, "C-n", Action::Down),
    (List, "C-p", Action::Up),
    (List, "A-<", Action::First),
    (List, "A->", Action::Last),
    (Compose, "C-a", Action::LineStart),
    (Compose, "C-e", Action::LineEnd),
    (Compose, "C-b", Action::Left),
    (Compose, "C-f", Action::Right),
    (Compose, "A-b", Action::WordLeft),
    (Compose, "A-f", Action::WordRight),
    (Compose, "C-p", Action::Up),
    (Compose, "C-n", Action::Down),
    (Compose, "C-d", Action::DeleteNext),
    (Compose, "C-k", Action::KillLine),
    (Compose, "C-y", Action::Yank),
    (Compose, "C-x e", Action::Editor),
    (Compose, "C-x u", Action::Undo),
];

const VIM: Table = &[
    (List, "j", Action::Down),
    (List, "k", Action::Up),
    (List, "g g", Action::First),
    (List, "G", Action::Last),
    (List, "C-d", Action::PageDown),
    (List, "C-u", Action::PageUp),
    (List, "l", Action::Select),
    (List, "h", Action::FocusPlaces),
    (List, "i", Action::FocusCompose),
    (List, "a", Action::FocusCompose),
    (List, ":", Action::Palette),
    (List, "/", Action::Search),
    (List, "s", Action::Switcher),
    (List, "I", Action::Inbox),
    (List, "u", Action::NextUnread),
    (List, "g u", Action::JumpUnread),
    (List, "g l", Action::GoTo),
    (List, "g s", Action::Saved),
    (List, "g p", Action::Pins),
    (List, "J", Action::Join),
    (List, "f", Action::Attach),
    (List, "b", Action::Browser),
    (List, "R", Action::RetryUnsent),
    (List, "q", Action::Quit),
    (Messages, "l", Action::Thread),
    (Messages, "t", Action::Thread),
    (Messages, "C-e", Action::ScrollDown),
    (Messages, "C-y", Action::ScrollUp),
    (Messages, "r", Action::React),
    (Messages, "w", Action::Reactions),
    (Messages, "e", Action::Edit),
    (Messages, "E", Action::EditLast),
    (Messages, ">", Action::Quote),
    (Messages, "d d", Action::Delete),
    (Messages, "p", Action::Pin),
    (Messages, "S", Action::Save),
    (Messages, "F", Action::Follow),
    (Messages, "y", Action::CopyText),
    (Messages, "Y", Action::CopyLink),
    (Messages, "o", Action::Open),
    (Messages, "z", Action::Reveal),
    (Messages, "v", Action::Vote),
    (Messages, "U", Action::MarkUnread),
    (Compose, "Esc", Action::FocusMessages),
    (Compose, "C-a", Action::LineStart),
    (Compose, "C-e", Action::LineEnd),
    (Compose, "C-x", Action::Editor),
    (Compose, "C-f", Action::Attach),
    (Compose, "C-d", Action::Detach),
    (Compose, "C-y", Action::Yank),
];
