//! What the links of a message show.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a link of a message leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LinkPreview {
    /// The link, as it stands in the message.
    pub url: String,
    /// The page's title; null where it has none.
    pub title: Option<String>,
    /// What the page says of itself; null where it says nothing.
    pub description: Option<String>,
    /// The site that the page belongs to; null where it names none.
    pub site_name: Option<String>,
    /// The page's picture; null where it has none.
    pub image_url: Option<String>,
}
