//! A line of news above what it concerns: that something was done, went wrong, or must be known first.

use maud::{Markup, html};

use super::{Icon, Tone};

/// The banner. What is wrong is read out at once, all else when there is a pause.
#[must_use]
pub fn banner(tone: Tone, content: &Markup) -> Markup {
    let (icon, role) = match tone {
        Tone::Good => (Icon::Good, "status"),
        Tone::Warn => (Icon::Danger, "status"),
        Tone::Bad => (Icon::Problem, "alert"),
        Tone::Accent | Tone::Plain => (Icon::Info, "note"),
    };
    html! {
        div class={ "banner banner-" (tone.suffix()) } role=(role) { (icon.show()) div { (content) } }
    }
}
