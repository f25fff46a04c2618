//! The side bar of a person's own settings.

use maud::Markup;

use crate::components::Icon;
use crate::pages::inside::{Content, Inside};
use crate::shell::{Links, links};

/// A page of them, at its address.
pub(super) fn page(inside: &Inside<'_>, address: &str, content: &Content<'_>) -> Markup {
    let t = inside.viewer.strings();
    let account = [
        ("/settings/profile", Icon::Person, t.profile),
        ("/settings/sessions", Icon::Sessions, t.sessions),
        ("/accounts", Icon::Provider, t.accounts),
        ("/settings/blocked", Icon::Ban, t.blocked),
        ("/settings/log", Icon::Audit, t.audit),
        ("/settings/data", Icon::Down, t.data),
    ];
    let app = [
        ("/settings/appearance", Icon::Appearance, t.appearance),
        ("/settings/notifications", Icon::Bell, t.notifications),
    ];
    let groups =
        [Links { name: Some(t.account), links: &account }, Links { name: Some(t.this_app), links: &app }];
    let sidebar = links(inside.viewer, (t.your_settings, "/"), &groups, address, inside.me);
    inside.page(sidebar, None, content)
}
