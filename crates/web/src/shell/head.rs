//! The bar above the main part.

use maud::{Markup, html};

use super::DRAWER;
use crate::components::{Button, Icon};
use crate::viewer::Viewer;

/// What the bar says.
#[derive(Debug, Clone)]
pub struct Head<'a> {
    pub icon: Icon,
    pub title: &'a str,
    /// A line beside the title, such as a channel's topic.
    pub note: Option<&'a str>,
    /// Buttons at its end.
    pub acts: Markup,
}

impl Head<'_> {
    /// The bar.
    #[must_use]
    pub fn show(&self, viewer: &Viewer) -> Markup {
        let t = viewer.strings();
        html! {
            header.head {
                span.drawer-button { (Button::icon_opens(Icon::Menu, t.frame.open_navigation, DRAWER)) }
                h1 { (self.icon.show()) span.cut dir="auto" { (self.title) } }
                @if let Some(note) = self.note { p.head-note dir="auto" title=(note) { (note) } }
                div.head-acts { (self.acts) }
            }
        }
    }
}
