//! The side bar of the system's settings.

use maud::Markup;

use crate::components::Icon;
use crate::pages::inside::{Content, Inside};
use crate::shell::{Links, links};

/// A page of them, at its address.
pub(super) fn page(inside: &Inside<'_>, address: &str, content: &Content<'_>) -> Markup {
    let t = inside.viewer.strings();
    let pages = [
        ("/system/settings", Icon::General, t.shared.general),
        ("/system/people", Icon::Members, t.system.people),
        ("/system/providers", Icon::Provider, t.system.providers),
        ("/system/audit", Icon::Audit, t.shared.audit),
    ];
    let groups = [Links { name: None, links: &pages }];
    inside.page(links(inside.viewer, (t.access.system, "/"), &groups, address, inside.me), None, content)
}
