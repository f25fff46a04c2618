//! What happened to a person's account: who signed in, which sessions ended, which tokens were made.

use ajet_protocol::{AuditEntry, Page};
use maud::Markup;

use super::frame;
use crate::components::{Icon, card};
use crate::pages::admin::entries;
use crate::pages::inside::{Content, Inside};

/// The page.
#[must_use]
pub fn log(inside: &Inside<'_>, all: &Page<AuditEntry>) -> Markup {
    let t = inside.viewer.strings();
    let body = card(t.shared.audit, None, &entries(inside.viewer, all, "/settings/log"));
    let content = Content { icon: Icon::Audit, title: t.shared.audit, hint: t.settings.own_audit_hint, body };
    frame::page(inside, "/settings/log", &content)
}
