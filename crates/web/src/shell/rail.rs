//! The rail: one's communities.

use maud::{Markup, html};
use uuid::Uuid;

use crate::components::{Icon, Size, community_avatar, mentions};
use crate::strings;
use crate::viewer::Viewer;

/// A community in the rail.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub slug: &'a str,
    pub avatar_url: Option<&'a str>,
    pub is_unread: bool,
    pub mentions: i64,
    pub is_current: bool,
}

/// The rail, with the start page at its end, where communities are founded.
#[must_use]
pub fn rail(viewer: &Viewer, places: &[Place<'_>]) -> Markup {
    let t = viewer.strings();
    html! {
        nav.rail aria-label=(t.shared.communities) {
            ul role="list" { @for one in places { li { (place(viewer, one)) } } }
            div.rail-end {
                a.button.button-icon href="/" aria-label=(t.access.to_start) title=(t.access.to_start) { (Icon::Home.show()) }
            }
        }
    }
}

fn place(viewer: &Viewer, place: &Place<'_>) -> Markup {
    let t = viewer.strings();
    html! {
        a.rail-place.has-unread[place.is_unread] #{ "place-" (place.id) } href={ "/c/" (place.slug) } title=(place.name)
            aria-current=[place.is_current.then_some("page")] {
            (community_avatar(place.id, place.name, place.avatar_url, Size::Normal))
            span.hidden { (place.name) @if place.is_unread { ", " (t.frame.has_unread) } }
            @if place.mentions > 0 {
                (mentions(place.mentions, &strings::count(place.mentions, t.frame.mention_one, t.frame.mention_many)))
            }
        }
    }
}
