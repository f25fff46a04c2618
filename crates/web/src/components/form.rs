//! Forms. With htmx a refusal is shown in the form, which keeps what was typed; without a script it is a page that leads back.

use maud::{Markup, html};

const PROBLEM: &str = "target:'find .problem' swap:innerHTML";

/// A form whose answer is another page.
#[must_use]
pub fn form(action: &str, content: &Markup) -> Markup {
    html! {
        form.form method="post" action=(action) hx-post=(action) hx-swap="none" hx-status:4xx=(PROBLEM) hx-status:5xx=(PROBLEM) {
            (content)
            p.problem role="alert" {}
        }
    }
}

/// A form whose answer is shown as it is: what it makes is told once, such as a token.
#[must_use]
pub fn shown_once(action: &str, content: &Markup) -> Markup {
    html! { form.form method="post" action=(action) { (content) } }
}

/// A form that sends a file.
#[must_use]
pub fn upload(action: &str, content: &Markup) -> Markup {
    html! { form.form-inline method="post" action=(action) enctype="multipart/form-data" { (content) } }
}

/// A form of one button, in a row or a table.
#[must_use]
pub fn act(action: &str, button: &Markup) -> Markup {
    html! { form method="post" action=(action) { (button) } }
}
