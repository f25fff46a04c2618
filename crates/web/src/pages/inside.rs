//! What the pages of settings share: the frame, with the side bar of their kind, and the news that something was saved.

use ajet_protocol::{Community, CommunityId, User};
use maud::{Markup, html};

use crate::components::{Icon, Tone, banner};
use crate::layout::page_for;
use crate::shell::{Frame, Head, Place, rail};
use crate::viewer::Viewer;

/// Who looks at a page of settings, and what the frame around it shows.
#[derive(Debug, Clone, Copy)]
pub struct Inside<'a> {
    pub viewer: &'a Viewer,
    pub me: &'a User,
    /// The person's communities, for the rail.
    pub communities: &'a [Community],
    /// What just happened, if the page follows a form.
    pub news: News,
}

/// What just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum News {
    #[default]
    Nothing,
    /// What the form asked for is done.
    Saved,
}

/// A page of settings, before it stands in the frame.
pub(super) struct Content<'a> {
    pub icon: Icon,
    pub title: &'a str,
    pub hint: &'a str,
    pub body: Markup,
}

impl Inside<'_> {
    /// The whole page. `current` is the community in the rail that the page belongs to.
    pub(super) fn page(
        &self,
        sidebar: Markup,
        current: Option<CommunityId>,
        content: &Content<'_>,
    ) -> Markup {
        let t = self.viewer.strings();
        let places: Vec<_> = self.communities.iter().map(|one| place(one, current)).collect();
        let frame = Frame {
            rail: rail(self.viewer, &places),
            sidebar,
            head: Head { icon: content.icon, title: content.title, note: None, acts: html! {} }
                .show(self.viewer),
            main: html! {
                div.scroller tabindex="0" {
                    div.page {
                        @if !content.hint.is_empty() { div.page-head { p { (content.hint) } } }
                        @if self.news == News::Saved { (banner(Tone::Good, &html! { p { (t.frame.saved) } })) }
                        (content.body)
                    }
                }
            },
            pane: None,
        };
        page_for(self.viewer, content.title, &html! { body { (frame.show(self.viewer)) } })
    }
}

fn place(community: &Community, current: Option<CommunityId>) -> Place<'_> {
    Place {
        id: community.id.0,
        name: &community.name,
        slug: &community.slug,
        avatar_url: community.avatar_url.as_deref(),
        is_unread: false,
        mentions: 0,
        is_current: current == Some(community.id),
    }
}
