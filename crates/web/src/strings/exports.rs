//! How far an export is.

use ajet_protocol::ExportStatus;

use super::Language;

/// The word for it.
#[must_use]
pub fn export_status(language: Language, status: ExportStatus) -> &'static str {
    match (language, status) {
        (Language::English, ExportStatus::Pending | ExportStatus::Running) => "being made",
        (Language::English, ExportStatus::Ready) => "ready",
        (Language::English, ExportStatus::Failed) => "failed: ask again",
        (Language::German, ExportStatus::Pending | ExportStatus::Running) => "wird erstellt",
        (Language::German, ExportStatus::Ready) => "bereit",
        (Language::German, ExportStatus::Failed) => "gescheitert: bitte neu anfordern",
    }
}
