//! Exports: a file with all that a person wrote and set, which they ask for and download.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::forms::KeyText;
use crate::{ExportId, Timestamp, shape};

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportStatus {
    /// It waits to be made.
    Pending,
    /// It is being made.
    Running,
    /// Its file can be downloaded.
    Ready,
    /// It could not be made: ask for another one.
    Failed,
}

impl ExportStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Running, Self::Ready, Self::Failed];

    /// The name on the wire and in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// An export to be made: `POST /api/me/exports`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskForExport {
    /// The caller's key for this export; a repetition with the same key gives the first result again.
    #[validate(custom(function = "shape::idempotency_key"))]
    #[schema(value_type = Option<KeyText>)]
    pub client_mutation_id: Option<String>,
}

/// An export of the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// The export's id.
    pub id: ExportId,
    /// How far it is.
    pub status: ExportStatus,
    /// Where the file is, for a minute and for anybody who knows the address: lines of JSON, packed by gzip. Null unless it is ready.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// How large the file is, in bytes; null unless it is ready.
    pub size_bytes: Option<i64>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the file goes; null unless it is ready.
    pub expires_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_one_name() {
        for status in ExportStatus::ALL {
            assert_eq!(serde_json::to_value(status).expect("JSON"), status.as_str());
        }
    }
}
