//! When an invite or a token ends.

use maud::Markup;

use super::Managed;
use crate::components::{Choice, Select};

/// The choice of it: after one of these numbers of seconds, or never.
pub(super) fn ends(managed: &Managed<'_>, lengths: [Choice<'_>; 3], chosen: &str) -> Markup {
    let t = managed.strings();
    let [short, medium, long] = lengths;
    let choices = [short, medium, long, Choice { value: "", label: t.shared.never }];
    Select { name: "seconds", label: t.shared.ends, id: "seconds", hint: None, choices: &choices, chosen }
        .show()
}
