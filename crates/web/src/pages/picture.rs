//! A picture of somebody or something, with the forms that set it and take it away.

use maud::{Markup, html};

use crate::components::{Button, Icon, Kind, act, upload};
use crate::strings::Strings;

/// A picture that can be set.
pub(super) struct Picture<'a> {
    /// What is shown now.
    pub shown: Markup,
    /// Whether it was set here, so that it can be removed here.
    pub is_set: bool,
    /// Where it is for, on a page that has several.
    pub place: Option<&'a str>,
    /// Where it is sent to; it is taken away at `…/remove`.
    pub address: &'a str,
    /// The id of the field.
    pub field: &'a str,
}

impl Picture<'_> {
    /// The picture and its forms.
    pub fn show(&self, t: &Strings) -> Markup {
        let file = html! {
            div.field {
                label.field-label for=(self.field) { (t.shared.choose_picture) @if let Some(place) = self.place { ": " bdi { (place) } } }
                input.input id=(self.field) name="file" type="file" required accept="image/png,image/jpeg,image/gif,image/webp";
            }
            (Button::new(Kind::Plain, t.shared.upload).submit())
        };
        html! {
            div.settings-picture role=[self.place.map(|_| "group")] aria-label=[self.place] {
                (self.shown)
                (upload(self.address, &file))
                @if self.is_set {
                    (act(&format!("{}/remove", self.address), &Button::new(Kind::Quiet, t.shared.remove_picture).icon(Icon::Remove).submit()))
                }
            }
        }
    }
}
