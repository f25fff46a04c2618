//! The files that a payload of Discord names in `attachments`, a field whose objects are otherwise Slack's.

use serde_json::Value;

use crate::value::text;
use crate::write::{joined, label, link};

/// The fields of Discord's attachment object. Slack's have others, which say what is to be shown.
const FIELDS: [&str; 16] = [
    "id",
    "filename",
    "title",
    "description",
    "content_type",
    "size",
    "url",
    "proxy_url",
    "height",
    "width",
    "ephemeral",
    "duration_secs",
    "waveform",
    "flags",
    "is_spoiler",
    "uploaded_filename",
];

/// A file that came with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Empty if the payload only describes it.
    pub name: String,
    /// What the file shows, in words.
    pub description: Option<String>,
    /// The `n` of the form's field `files[n]` in which it came.
    id: Option<String>,
    title: Option<String>,
    /// An address of the web.
    url: Option<String>,
}

impl File {
    /// Whether it is the file of this field of the form, or of this name.
    #[must_use]
    pub fn describes(&self, field: &str, name: &str) -> bool {
        let number = field.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
        number.is_some() && number == self.id.as_deref() || self.name == name
    }

    /// The line that tells of it: its name, linked, then what else describes it.
    #[must_use]
    pub fn shown(&self) -> String {
        let own = [Some(&self.name), self.title.as_ref(), self.description.as_ref()];
        let mut parts: Vec<String> = Vec::new();
        for part in own.into_iter().flatten().map(|part| label(part)).filter(|part| !part.is_empty()) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        if let (Some(first), Some(url)) = (parts.first_mut(), &self.url) {
            *first = link(first, url);
        }
        format!("📎 {}", joined(parts, " — "))
    }
}

/// Takes the files out of a payload's attachments.
pub fn take_files(payload: &mut Value) -> Vec<File> {
    let Some(list) = payload.get_mut("attachments").and_then(Value::as_array_mut) else { return Vec::new() };
    let files = list.iter().filter_map(file).collect();
    list.retain(|attachment| file(attachment).is_none());
    files
}

/// An attachment as a file, if it is one of Discord's.
fn file(attachment: &Value) -> Option<File> {
    let is_discord = attachment.as_object()?.keys().all(|name| FIELDS.contains(&name.as_str()));
    let name = text(attachment, "filename");
    let (title, description) = (text(attachment, "title"), text(attachment, "description"));
    let url = text(attachment, "url").filter(|url| ajet_markup::is_web_address(url.trim()));
    // Slack's attachments may have an id too, and then a title.
    let is_file = name.is_some() || !attachment["id"].is_null() && !attachment["description"].is_null();
    let is_said = name.is_some() || title.is_some() || description.is_some();
    (is_discord && is_file && is_said).then(|| File {
        name: name.unwrap_or_default(),
        description,
        id: text(attachment, "id"),
        title,
        url,
    })
}
