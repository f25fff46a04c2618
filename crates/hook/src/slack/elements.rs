//! Elements of blocks and of attachments that a reader could press or choose from. Nothing can be pressed here: a button is
//! its label, or a link if it has an address, and a choice is the list of what could be chosen.

use ajet_markup::escape;
use serde_json::Value;

use super::inline::{link, side_by_side};
use super::words::{self, Reading};
use crate::value::{first_of, items, plain};

/// Parts of the names of kinds that offer a choice or take an answer.
const CHOICES: [&str; 6] = ["select", "overflow", "checkboxes", "radio_buttons", "picker", "input"];

/// The pieces of an element of a known kind.
#[must_use]
pub fn known(value: &Value) -> Option<Vec<String>> {
    match value["type"].as_str()? {
        "button" | "workflow_button" | "icon_button" => Some(vec![button(value)]),
        kind if CHOICES.iter().any(|part| kind.contains(part)) => Some(choices(value)),
        _ => None,
    }
}

/// The label of a button, as a link if it leads anywhere.
#[must_use]
pub fn button(value: &Value) -> String {
    link(&first_of(value, &["text", "alt_text"]).unwrap_or_default(), &plain(&value["url"]))
}

/// What is asked, then what can be chosen.
fn choices(value: &Value) -> Vec<String> {
    let asked = ["text", "placeholder", "initial_value", "initial_date", "initial_time"];
    let mut shown: Vec<String> = asked.map(|name| words::markdown(&value[name], Reading::Literal)).into();
    shown.push(escape(&words::time(&value["initial_date_time"])));
    let before = shown.len();
    shown.extend(items(value, "options").map(option));
    for group in items(value, "option_groups") {
        shown.push(escape(&first_of(group, &["label", "text"]).unwrap_or_default()));
        shown.extend(items(group, "options").map(option));
    }
    if shown.len() == before {
        shown.extend(items(value, "initial_option").map(option));
        shown.extend(items(value, "initial_options").map(option));
    }
    shown
}

fn option(option: &Value) -> String {
    let (text, address) = (&option["text"], plain(&option["url"]));
    let label = if !option.is_object() {
        words::markdown(option, Reading::Literal)
    } else if !address.is_empty() {
        link(&plain(text), &address)
    } else if plain(text).is_empty() {
        escape(&plain(&option["value"]))
    } else {
        words::markdown(text, Reading::Literal)
    };
    side_by_side(&[label, words::markdown(&option["description"], Reading::Literal)], " — ")
}
