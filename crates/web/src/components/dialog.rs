//! Dialogs. Each is a popover beside its button, which opens it without a script; Escape and a click beside it close it.

use maud::{Markup, html};

use super::{Button, Kind};

/// A dialog and the words on it.
#[derive(Debug, Clone, Copy)]
pub struct Dialog<'a> {
    /// Its id, once on a page.
    pub id: &'a str,
    pub title: &'a str,
    pub close: &'a str,
}

impl Dialog<'_> {
    /// A dialog with this inside.
    #[must_use]
    pub fn show(self, content: &Markup) -> Markup {
        let title = format!("{}-title", self.id);
        html! {
            dialog.dialog id=(self.id) popover="auto" aria-labelledby=(title) {
                div.dialog-body {
                    h2 id=(title) { (self.title) }
                    (content)
                }
            }
        }
    }

    /// A dialog that asks before a form is sent. The first button that gets the focus is the one that does nothing.
    #[must_use]
    pub fn ask(self, question: &str, form: &Markup, action: &str, button: Button<'_>) -> Markup {
        self.show(&html! {
            p { (question) }
            form.form method="post" action=(action) {
                (form)
                div.dialog-foot {
                    (Button::new(Kind::Quiet, self.close).closes(self.id))
                    (button.submit())
                }
            }
        })
    }
}

/// A button that asks before it does what can't be taken back, with the dialog that asks.
#[must_use]
pub fn confirm(dialog: Dialog<'_>, question: &str, action: &str, button: &str) -> Markup {
    html! {
        (Button::new(Kind::Danger, button).small().opens(dialog.id))
        (dialog.ask(question, &html! {}, action, Button::new(Kind::Danger, button)))
    }
}
