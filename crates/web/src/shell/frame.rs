//! The frame itself.

use maud::{Markup, html};

use crate::viewer::Viewer;

/// The id of the drawer that holds rail and side bar on a phone.
pub const DRAWER: &str = "navigation";

/// The parts of the frame.
#[derive(Debug, Clone)]
pub struct Frame {
    pub rail: Markup,
    pub sidebar: Markup,
    /// The bar above the main part, by [`super::Head`].
    pub head: Markup,
    /// What stands below it.
    pub main: Markup,
    /// What opens beside it, such as a thread.
    pub pane: Option<Markup>,
}

impl Frame {
    /// All parts in their places, for the element `body`. Its main part is what the link that skips the navigation leads to.
    #[must_use]
    pub fn show(&self, viewer: &Viewer) -> Markup {
        let t = viewer.strings();
        html! {
            a.skip href="#main" { (t.frame.skip_navigation) }
            div.shell {
                div.navigation id=(DRAWER) popover="auto" { (self.rail) (self.sidebar) }
                main.main #main tabindex="-1" { (self.head) (self.main) }
                @if let Some(pane) = &self.pane { aside.pane #pane { (pane) } }
            }
        }
    }
}
