//! Buttons, and links that look like them.

use maud::{Markup, html};

use super::{Icon, tooltip};

/// How much a button stands out. A form has one primary button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Primary,
    Plain,
    Quiet,
    Danger,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Plain => "button button-plain",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// A button with a word.
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    kind: Kind,
    text: &'a str,
    icon: Option<Icon>,
    small: bool,
    wide: bool,
    sends: Option<(&'a str, &'a str)>,
}

impl<'a> Button<'a> {
    /// A button of this kind with this word.
    #[must_use]
    pub const fn new(kind: Kind, text: &'a str) -> Self {
        Self { kind, text, icon: None, small: false, wide: false, sends: None }
    }

    /// With an icon before the word.
    #[must_use]
    pub const fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// For rows of tables and lists.
    #[must_use]
    pub const fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// As wide as there is room.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Its form tells which button was pressed.
    #[must_use]
    pub const fn sends(mut self, name: &'a str, value: &'a str) -> Self {
        self.sends = Some((name, value));
        self
    }

    /// It sends its form.
    #[must_use]
    pub fn submit(self) -> Markup {
        let (name, value) = self.sends.unzip();
        html! { button class=(self.class()) type="submit" name=[name] value=[value] { (self.inside()) } }
    }

    /// It leads to a page.
    #[must_use]
    pub fn link(self, address: &str) -> Markup {
        html! { a class=(self.class()) href=(address) { (self.inside()) } }
    }

    /// It opens a dialog or a menu by its id.
    #[must_use]
    pub fn opens(self, id: &str) -> Markup {
        html! { button class=(self.class()) type="button" popovertarget=(id) { (self.inside()) } }
    }

    /// It closes the dialog that it stands in.
    #[must_use]
    pub fn closes(self, id: &str) -> Markup {
        html! {
            button class=(self.class()) type="button" popovertarget=(id) popovertargetaction="hide" { (self.inside()) }
        }
    }

    /// An icon alone, whose word shows beside it on hover and focus, and opens a menu, dialog or drawer.
    #[must_use]
    pub fn icon_opens(icon: Icon, text: &str, id: &str) -> Markup {
        html! {
            button.button.button-icon.tooltip type="button" popovertarget=(id) aria-label=(text) { (icon.show()) (tooltip(text)) }
        }
    }

    /// An icon alone that leads to a page.
    #[must_use]
    pub fn icon_link(icon: Icon, text: &str, address: &str) -> Markup {
        html! {
            a.button.button-icon.tooltip href=(address) aria-label=(text) { (icon.show()) (tooltip(text)) }
        }
    }

    /// An icon alone that sends its form.
    #[must_use]
    pub fn icon_submit(icon: Icon, text: &str) -> Markup {
        html! {
            button.button.button-icon.button-small.tooltip type="submit" aria-label=(text) { (icon.show()) (tooltip(text)) }
        }
    }

    /// The same, where its form tells which button was pressed.
    #[must_use]
    pub fn icon_sends(icon: Icon, text: &str, (name, value): (&str, &str)) -> Markup {
        html! {
            button.button.button-icon.button-small.tooltip type="submit" name=(name) value=(value) aria-label=(text) {
                (icon.show()) (tooltip(text))
            }
        }
    }

    fn class(self) -> String {
        let small = if self.small { " button-small" } else { "" };
        let wide = if self.wide { " button-wide" } else { "" };
        format!("{}{small}{wide}", self.kind.class())
    }

    fn inside(self) -> Markup {
        html! { @if let Some(icon) = self.icon { (icon.small()) } (self.text) }
    }
}
