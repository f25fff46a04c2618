//! The audit log: who did what with a right that not everybody has.

use ajet_protocol::{AuditEntry, Page};
use maud::{Markup, html};

use super::Managed;
use crate::components::{Icon, Size, avatar, card, empty, pager};
use crate::pages::inside::Content;
use crate::strings::{audited, audited_detail, audited_kind, audited_value};
use crate::viewer::Viewer;

/// The page.
#[must_use]
pub fn audit(managed: &Managed<'_>, all: &Page<AuditEntry>) -> Markup {
    let t = managed.strings();
    let body = card(t.shared.audit, None, &entries(managed.inside.viewer, all, &managed.address("audit")));
    managed.page(
        "audit",
        &Content { icon: Icon::Audit, title: t.shared.audit, hint: t.community.audit_hint, body },
    )
}

/// The entries of a log whose page is at `address`.
#[must_use]
pub fn entries(viewer: &Viewer, all: &Page<AuditEntry>, address: &str) -> Markup {
    let t = viewer.strings();
    let next = all.items.last().filter(|_| all.has_more).map(|last| format!("{address}?before={}", last.id));
    html! {
        @if all.items.is_empty() { (empty(Icon::Audit, t.community.no_audit, t.community.no_audit_hint, &html! {})) }
        @else { ol.log { @for one in &all.items { li { (entry(viewer, one)) } } } }
        (pager(next.as_deref(), t.shared.older))
    }
}

fn entry(viewer: &Viewer, entry: &AuditEntry) -> Markup {
    let (t, language) = (viewer.strings(), viewer.language);
    html! {
        @if let Some(actor) = &entry.actor { (avatar(actor, Size::Small)) } @else { (Icon::Settings.show()) }
        div {
            span.row {
                strong dir="auto" { (entry.actor.as_ref().map_or(t.community.the_system, |actor| actor.display_name.as_str())) }
                @if let Some(told) = audited(language, &entry.action) { span title=(entry.action) { (told) } } @else { code { (entry.action) } }
            }
            @if !entry.details.is_empty() {
                span.chips {
                    @for (name, value) in &entry.details {
                        span.chip { (audited_detail(language, name)) ": " bdi { (audited_value(language, &entry.action, name, value)) } }
                    }
                }
            }
            @if let Some(id) = entry.target.id { span.faint { (audited_kind(language, &entry.target.kind)) " " code { (id) } } }
        }
        (viewer.clock.moment(entry.created_at))
    }
}
