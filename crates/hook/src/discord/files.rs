//! The files that a payload of Discord names in `attachments`, a field whose objects are otherwise Slack's.

use serde_json::Value;

use crate::label::label;
use crate::value::text;

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
    description: Option<String>,
}

impl File {
    /// The line that tells of it.
    #[must_use]
    pub fn shown(&self) -> String {
        let name = Some(label(&self.name)).filter(|name| !name.is_empty());
        let parts: Vec<_> = name.into_iter().chain(self.description.as_deref().map(label)).collect();
        format!("📎 {}", parts.join(" — "))
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
    let description = text(attachment, "description").or_else(|| text(attachment, "title"));
    // Slack's attachments may have an id too, and then a title.
    let is_file = name.is_some() || !attachment["id"].is_null() && !attachment["description"].is_null();
    let is_said = name.is_some() || description.is_some();
    (is_discord && is_file && is_said).then(|| File { name: name.unwrap_or_default(), description })
}
