//! A choice of one among several.

use maud::{Markup, html};

/// One of several: what the form sends, and what people read.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
}

/// A choice with its label.
#[derive(Debug, Clone, Copy)]
pub struct Select<'a> {
    pub name: &'a str,
    pub label: &'a str,
    /// Its id, once on a page.
    pub id: &'a str,
    pub hint: Option<&'a str>,
    pub choices: &'a [Choice<'a>],
    /// The value of the present one.
    pub chosen: &'a str,
}

impl Select<'_> {
    /// The choice.
    #[must_use]
    pub fn show(self) -> Markup {
        let described = self.hint.map(|_| format!("{}-hint", self.id));
        html! {
            div.field {
                label.field-label for=(self.id) { (self.label) }
                (self.control(described.as_deref()))
                @if let Some(hint) = self.hint { span.field-hint id={ (self.id) "-hint" } { (hint) } }
            }
        }
    }

    /// The same in a table, whose label is read out alone.
    #[must_use]
    pub fn bare(self) -> Markup {
        html! { label.hidden for=(self.id) { (self.label) } (self.control(None)) }
    }

    fn control(self, described: Option<&str>) -> Markup {
        html! {
            select.input id=(self.id) name=(self.name) aria-describedby=[described] {
                @for choice in self.choices {
                    option value=(choice.value) selected[choice.value == self.chosen] { (choice.label) }
                }
            }
        }
    }
}
