//! A line or an area of text with its label.

use maud::{Markup, html};

/// A field of a form. Its label is always shown; a hint is told to screen readers as its description.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    id: Option<&'a str>,
    value: &'a str,
    hint: Option<&'a str>,
    optional: Option<&'a str>,
    max: Option<usize>,
    min: Option<&'a str>,
    pattern: Option<&'a str>,
    autocomplete: Option<&'a str>,
    required: bool,
    focused: bool,
    area: bool,
}

impl<'a> Field<'a> {
    /// A line of text.
    #[must_use]
    pub const fn text(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            id: None,
            value: "",
            hint: None,
            optional: None,
            max: None,
            min: None,
            pattern: None,
            autocomplete: None,
            required: false,
            focused: false,
            area: false,
        }
    }

    /// Another type of the element `input`.
    #[must_use]
    pub const fn kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// An area of several lines.
    #[must_use]
    pub const fn area(mut self) -> Self {
        self.area = true;
        self
    }

    /// Its id, where the name is not the only one on its page.
    #[must_use]
    pub const fn id(mut self, id: &'a str) -> Self {
        self.id = Some(id);
        self
    }

    #[must_use]
    pub const fn value(mut self, value: &'a str) -> Self {
        self.value = value;
        self
    }

    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// That it may be left empty, in the reader's language.
    #[must_use]
    pub const fn optional(mut self, word: &'a str) -> Self {
        self.optional = Some(word);
        self
    }

    /// Characters at most.
    #[must_use]
    pub const fn max(mut self, characters: usize) -> Self {
        self.max = Some(characters);
        self
    }

    /// The least number or time.
    #[must_use]
    pub const fn min(mut self, least: &'a str) -> Self {
        self.min = Some(least);
        self
    }

    #[must_use]
    pub const fn pattern(mut self, pattern: &'a str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    #[must_use]
    pub const fn autocomplete(mut self, what: &'a str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It has the focus when the page opens.
    #[must_use]
    pub const fn focused(mut self) -> Self {
        self.focused = true;
        self
    }

    /// The field.
    #[must_use]
    pub fn show(self) -> Markup {
        let id = self.id.unwrap_or(self.name);
        let described = self.hint.map(|_| format!("{id}-hint"));
        html! {
            div.field {
                label.field-label for=(id) {
                    (self.label) @if let Some(word) = self.optional { " " span.field-optional { "(" (word) ")" } }
                }
                @if self.area {
                    textarea.input id=(id) name=(self.name) maxlength=[self.max] aria-describedby=[&described] dir="auto"
                        required[self.required] autofocus[self.focused] { (self.value) }
                } @else {
                    input.input id=(id) name=(self.name) type=(self.kind) value=[self.shown_value()] maxlength=[self.max] min=[self.min]
                        pattern=[self.pattern] autocomplete=[self.autocomplete] aria-describedby=[&described]
                        dir=[self.direction()] required[self.required] autofocus[self.focused];
                }
                @if let Some(hint) = self.hint { span.field-hint id={ (id) "-hint" } { (hint) } }
            }
        }
    }

    /// An empty attribute says nothing.
    fn shown_value(&self) -> Option<&'a str> {
        Some(self.value).filter(|value| !value.is_empty())
    }

    /// What people write may run either way.
    fn direction(&self) -> Option<&'static str> {
        (self.kind == "text").then_some("auto")
    }
}
