//! What the quick switcher chooses from: every channel and direct message that the reader sees.

use ajet_protocol::{Channel, Sync};
use maud::{Markup, html};

use super::page::title;
use crate::components::Icon;

/// All of them; a script picks by what is typed, without asking again.
#[must_use]
pub fn targets(sync: &Sync) -> Markup {
    html! {
        @for one in &sync.dms { (target(sync, &one.channel, &format!("/dm/{}", one.channel.id), "")) }
        @for one in &sync.channels {
            @if let Some(home) = sync.communities.iter().find(|home| Some(home.community.id) == one.channel.community_id) {
                (target(sync, &one.channel, &format!("/c/{}/channels/{}", home.community.slug, one.channel.id), &home.community.name))
            }
        }
    }
}

fn target(sync: &Sync, channel: &Channel, address: &str, home: &str) -> Markup {
    let name = title(channel, &sync.user.user);
    let icon = if channel.community_id.is_some() { Icon::Channel } else { Icon::Message };
    html! {
        a role="option" aria-selected="false" href=(address) tabindex="-1" data-name=(name.trim_start_matches('#')) data-unread=(channel.unread.count) {
            (icon.in_text()) " " span dir="auto" { (name.trim_start_matches('#')) } " " small dir="auto" { (home) }
        }
    }
}
