//! Colours, by what they mean. No other file names a colour.

use ratatui::style::{Color, Modifier, Style};

use crate::settings::ThemeName;

/// The styles of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    /// What stands back: times, borders, what is read.
    pub dim: Style,
    /// Names of people, what is open.
    pub accent: Style,
    /// What is new.
    pub unread: Style,
    /// What calls the person.
    pub mention: Style,
    pub error: Style,
    /// The line that is chosen.
    pub selected: Style,
    /// Borders of the pane that has the keys.
    pub focus: Style,
    pub link: Style,
    pub code: Style,
    pub keyword: Style,
    pub literal: Style,
    pub number: Style,
    pub online: Style,
}

impl Theme {
    /// The theme of a name.
    #[must_use]
    pub fn of(name: ThemeName) -> Self {
        match name {
            ThemeName::Dark => {
                Self::coloured([252, 245, 110, 231, 214, 203, 236, 74, 75, 180, 176, 108, 179, 78])
            }
            ThemeName::Light => {
                Self::coloured([235, 244, 25, 16, 130, 160, 253, 25, 26, 94, 90, 28, 130, 28])
            }
            ThemeName::Sixteen => Self::sixteen(),
            ThemeName::None => Self::bare(),
        }
    }

    /// Colours of the table of 256, in the order of the fields.
    fn coloured(table: [u8; 14]) -> Self {
        let [
            text,
            dim,
            accent,
            unread,
            mention,
            error,
            selected,
            focus,
            link,
            code,
            keyword,
            literal,
            number,
            online,
        ] = table.map(Color::Indexed);
        let with = |colour: Color| Style::new().fg(colour);
        Self {
            text: with(text),
            dim: with(dim),
            accent: with(accent),
            unread: with(unread).add_modifier(Modifier::BOLD),
            mention: with(mention).add_modifier(Modifier::BOLD),
            error: with(error),
            selected: Style::new().bg(selected),
            focus: with(focus),
            link: with(link).add_modifier(Modifier::UNDERLINED),
            code: with(code),
            keyword: with(keyword),
            literal: with(literal),
            number: with(number),
            online: with(online),
        }
    }

    fn sixteen() -> Self {
        let with = |colour: Color| Style::new().fg(colour);
        Self {
            text: Style::new(),
            dim: with(Color::DarkGray),
            accent: with(Color::Cyan),
            unread: Style::new().add_modifier(Modifier::BOLD),
            mention: with(Color::Yellow).add_modifier(Modifier::BOLD),
            error: with(Color::Red),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            focus: with(Color::Blue),
            link: with(Color::Blue).add_modifier(Modifier::UNDERLINED),
            code: with(Color::Yellow),
            keyword: with(Color::Magenta),
            literal: with(Color::Green),
            number: with(Color::Yellow),
            online: with(Color::Green),
        }
    }

    /// Without a colour: text alone, bold, underlined and reversed.
    fn bare() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let underlined = plain.add_modifier(Modifier::UNDERLINED);
        Self {
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            accent: bold,
            unread: bold,
            mention: bold.add_modifier(Modifier::UNDERLINED),
            error: bold,
            selected: plain.add_modifier(Modifier::REVERSED),
            focus: bold,
            link: underlined,
            code: plain,
            keyword: bold,
            literal: plain,
            number: plain,
            online: bold,
        }
    }
}

/// The sixteen colours, about as terminals show them; each defines its own.
const SIXTEEN: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [170, 0, 0]),
    (Color::Green, [0, 170, 0]),
    (Color::Yellow, [170, 85, 0]),
    (Color::Blue, [0, 0, 170]),
    (Color::Magenta, [170, 0, 170]),
    (Color::Cyan, [0, 170, 170]),
    (Color::Gray, [170, 170, 170]),
    (Color::DarkGray, [85, 85, 85]),
    (Color::LightRed, [255, 85, 85]),
    (Color::LightGreen, [85, 255, 85]),
    (Color::LightYellow, [255, 255, 85]),
    (Color::LightBlue, [85, 85, 255]),
    (Color::LightMagenta, [255, 85, 255]),
    (Color::LightCyan, [85, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The colour of a pixel in a theme; `None` where the theme has no colours.
#[must_use]
pub fn colour(theme: ThemeName, [r, g, b]: [u8; 3]) -> Option<Color> {
    let distance = |other: &[u8; 3]| -> u32 {
        [r, g, b].iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other)).pow(2)).sum()
    };
    match theme {
        ThemeName::Dark | ThemeName::Light => Some(Color::Rgb(r, g, b)),
        ThemeName::Sixteen => {
            SIXTEEN.iter().min_by_key(|(_, pixel)| distance(pixel)).map(|(colour, _)| *colour)
        }
        ThemeName::None => None,
    }
}
