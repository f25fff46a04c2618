//! The side bar of a person's own settings.

use maud::Markup;

use crate::components::Icon;
use crate::pages::inside::{Content, Inside};
use crate::shell::{Links, links};

/// A page of them, at its address.
pub(super) fn page(inside: &Inside<'_>, address: &str, content: &Content<'_>) -> Markup {
    let t = inside.viewer.strings();
    let account = [
        ("/settings/profile", Icon::Person, t.settings.profile),
        ("/settings/sessions", Icon::Sessions, t.settings.sessions),
        ("/accounts", Icon::Provider, t.shared.accounts),
        ("/settings/blocked", Icon::Ban, t.settings.blocked),
        ("/settings/log", Icon::Audit, t.shared.audit),
        ("/settings/data", Icon::Down, t.settings.data),
    ];
    let app = [
        ("/settings/appearance", Icon::Appearance, t.settings.appearance),
        ("/settings/notifications", Icon::Bell, t.settings.notifications),
    ];
    let groups = [
        Links { name: Some(t.frame.account), links: &account },
        Links { name: Some(t.frame.this_app), links: &app },
    ];
    let sidebar = links(inside.viewer, (t.access.your_settings, "/"), &groups, address, inside.me);
    inside.page(sidebar, None, content)
}
