//! The user's one file: keys, colours, pictures, how one is told of something. What it does not say is as the defaults say.
//!
//! It is read once, when the client begins. A line that is not understood stops the client and is named: a key that silently does
//! nothing is worse.

use serde::Deserialize;

use crate::keys::keymap::{BadBinding, Changes, Keymap};
use crate::keys::presets::Preset;

/// Colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeName {
    /// For dark terminals.
    #[default]
    Dark,
    /// For light terminals.
    Light,
    /// The sixteen colours that the terminal itself defines.
    Sixteen,
    /// None: bold, underlined and reversed text alone.
    None,
}

/// How pictures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pictures {
    /// As well as the terminal can, as far as that is known.
    #[default]
    Auto,
    Kitty,
    Iterm2,
    Sixel,
    /// By half blocks, two pixels in each cell.
    Blocks,
    /// Not at all; they are opened by the browser.
    Off,
}

/// How one is told of something that happens elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tell {
    /// A notification by the sequence OSC 9, which iTerm2, WezTerm, Ghostty, Windows Terminal and others know.
    Osc9,
    /// A notification by the sequence OSC 777, which urxvt, foot, Ghostty and others know.
    Osc777,
    /// The bell.
    Bell,
}

/// The file as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    keymap: Preset,
    theme: Option<ThemeName>,
    mouse: bool,
    pictures: Pictures,
    notifications: Option<Vec<Tell>>,
    members: Option<bool>,
    places_width: Option<u16>,
    time_zone: Option<String>,
    keys: Changes,
}

/// What the user set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub keymap: Keymap,
    /// `None`: as the terminal is.
    pub theme: Option<ThemeName>,
    /// Whether the mouse is taken from the terminal, which otherwise selects text with it.
    pub mouse: bool,
    pub pictures: Pictures,
    pub notifications: Vec<Tell>,
    /// Whether it is shown who is here, where there is room.
    pub members: bool,
    /// Columns of the list of channels.
    pub places_width: u16,
    /// The name of a time zone; `None` for the one of this machine.
    pub time_zone: Option<String>,
}

/// The file is not understood.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    #[error(transparent)]
    Binding(#[from] BadBinding),
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(File::default(), Keymap::of(Preset::default()))
    }
}

impl Settings {
    /// What a file says.
    ///
    /// # Errors
    /// [`BadSettings`] names the line or the key.
    pub fn read(text: &str) -> Result<Self, BadSettings> {
        let file: File = toml::from_str(text)?;
        let keymap = Keymap::changed(file.keymap, &file.keys)?;
        Ok(Self::of(file, keymap))
    }

    fn of(file: File, keymap: Keymap) -> Self {
        /// Columns of the list of channels, at least and at most.
        const PLACES: std::ops::RangeInclusive<u16> = 12..=40;
        Self {
            keymap,
            theme: file.theme,
            mouse: file.mouse,
            pictures: file.pictures,
            notifications: file.notifications.unwrap_or_else(|| vec![Tell::Osc9, Tell::Bell]),
            members: file.members.unwrap_or(true),
            places_width: file.places_width.unwrap_or(22).clamp(*PLACES.start(), *PLACES.end()),
            time_zone: file.time_zone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::action::{Action, Context};
    use crate::keys::keymap::Meaning;
    use crate::keys::press::sequence;

    #[test]
    fn an_empty_file_sets_nothing() {
        let settings = Settings::read("").expect("nothing is wrong with it");
        assert_eq!(settings.keymap, Keymap::of(Preset::Plain));
        assert_eq!(settings.notifications, [Tell::Osc9, Tell::Bell]);
        assert_eq!((settings.theme, settings.mouse, settings.places_width), (None, false, 22));
    }

    #[test]
    fn a_file_sets_keys_and_looks() {
        let text = "keymap = \"vim\"\ntheme = \"sixteen\"\nmouse = true\npictures = \"sixel\"\n\
                    notifications = [\"osc777\"]\nplaces_width = 90\ntime_zone = \"Europe/Berlin\"\n\
                    [keys.messages]\n\"x\" = \"delete\"\n\"d d\" = \"none\"\n";
        let settings = Settings::read(text).expect("is understood");
        let keys = |text: &str| sequence(text).expect("keys");
        let meaning = |text: &str| settings.keymap.meaning(&[Context::Messages], &keys(text));
        assert_eq!(meaning("x"), Meaning::Does(Action::Delete));
        assert_eq!(meaning("d d"), Meaning::Nothing);
        assert_eq!(settings.theme, Some(ThemeName::Sixteen));
        assert_eq!(settings.places_width, 40, "there is a widest one");
        assert_eq!(settings.notifications, [Tell::Osc777]);
    }

    /// What the guide shows as an example works, and sets each thing that a file can set.
    #[test]
    fn the_example_of_the_guide_is_understood() {
        let guide = include_str!("../../../docs/tui.md");
        let example = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
        let settings = Settings::read(example.expect("an example")).expect("is understood");
        let keys = |text: &str| sequence(text).expect("keys");
        let meaning = |text: &str| settings.keymap.meaning(&[Context::Messages], &keys(text));
        assert_eq!(settings.keymap.preset, Preset::Vim);
        assert_eq!(
            (meaning("x"), meaning("g x")),
            (Meaning::Does(Action::Delete), Meaning::Does(Action::Open))
        );
        assert_eq!(meaning("d d"), Meaning::Nothing);
        assert_eq!(settings.theme, Some(ThemeName::Light));
        assert_eq!(settings.notifications, [Tell::Osc777, Tell::Bell]);
        assert_eq!((settings.mouse, settings.members, settings.places_width), (true, false, 30));
        assert!(settings.time_zone.is_some());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, named) in [
            ("colour = 1", "colour"),
            ("theme = \"pink\"", "pink"),
            ("[keys.list]\nx = \"explode\"", "explode"),
            ("[keys.lists]\nx = \"quit\"", "lists"),
            ("keymap = ", "line 1"),
        ] {
            let error = Settings::read(text).expect_err("is wrong").to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
