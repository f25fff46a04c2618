//! Questions about what the links of messages show.

use ajet_protocol::MessageId;

/// [`super::Needs::link_previews`]. There is one for the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinkPreviewsOn;

/// [`super::Needs::stripped`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PreviewsStripped(pub MessageId);
