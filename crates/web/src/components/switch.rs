//! What is on or off, and one of few things that each need a word.

use maud::{Markup, html};

/// A switch: a check box that says `on` when it is on, and nothing else.
#[must_use]
pub fn switch(name: &str, label: &str, hint: Option<&str>, on: bool) -> Markup {
    html! {
        label.switch {
            span { (label) }
            input type="checkbox" role="switch" name=(name) value="on" checked[on];
            @if let Some(hint) = hint { span.switch-hint { (hint) } }
        }
    }
}

/// A check box that sends `value` under `name`.
#[must_use]
pub fn checkbox(name: &str, value: &str, label: &str, on: bool) -> Markup {
    html! {
        label.choice { input type="checkbox" name=(name) value=(value) checked[on]; span { (label) } }
    }
}

/// A check box that says below its value, which is syntax, what that means.
#[must_use]
pub fn checkbox_with_hint(name: &str, value: &str, hint: &str, on: bool) -> Markup {
    html! {
        label.choice { input type="checkbox" name=(name) value=(value) checked[on]; code { (value) } span.choice-hint { (hint) } }
    }
}

/// A radio button as a tile.
#[must_use]
pub fn radio(name: &str, value: &str, label: &str, on: bool) -> Markup {
    html! {
        label.tile { span.row { input type="radio" name=(name) value=(value) checked[on]; span { (label) } } }
    }
}
