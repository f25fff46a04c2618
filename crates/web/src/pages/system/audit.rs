//! The audit log of the system.

use ajet_protocol::{AuditEntry, Page};
use maud::Markup;

use super::frame;
use crate::components::{Icon, card};
use crate::pages::admin::entries;
use crate::pages::inside::{Content, Inside};

/// The page.
#[must_use]
pub fn audit(inside: &Inside<'_>, all: &Page<AuditEntry>) -> Markup {
    let t = inside.viewer.strings();
    let body = card(t.shared.audit, None, &entries(inside.viewer, all, "/system/audit"));
    let content =
        Content { icon: Icon::Audit, title: t.shared.audit, hint: t.system.system_audit_hint, body };
    frame::page(inside, "/system/audit", &content)
}
