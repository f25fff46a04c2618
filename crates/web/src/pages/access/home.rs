//! The start page, and the page of an invite.

use ajet_protocol::{Community, InvitePreview, Notification, User};
use maud::{Markup, html};

use crate::chat::inbox::Told;
use crate::components::{Button, Field, Icon, Kind, Size, Tone, act, banner, community_avatar, empty, name};
use crate::layout::plain;
use crate::strings::{count, fill, with};
use crate::viewer::Viewer;

/// What a new community may be called, for its form: what somebody chose before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Suggested<'a> {
    pub name: &'a str,
    pub slug: &'a str,
}

/// What the start page shows.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    pub me: &'a User,
    pub communities: &'a [Community],
    /// What they were told of last, for who is in no community: an inbox stands beside the messages of one.
    pub told: Told<'a>,
    /// The form for a new community, where the person may found one.
    pub founding: Option<Suggested<'a>>,
    /// Whether they own the system.
    pub owns_system: bool,
}

/// The start page.
#[must_use]
pub fn start(viewer: &Viewer, shown: &Start<'_>) -> Markup {
    let t = viewer.strings();
    let content = html! {
        div.card-head {
            h1 { (fill(t.access.hello, &[("name", &shown.me.display_name)])) }
            p.soft { (with(t.access.signed_in_as, &[("name", name(shown.me, t.shared.bot))])) }
        }
        @if !shown.communities.is_empty() { (places(viewer, shown.communities)) }
        @if !shown.told.notifications.is_empty() { (inbox(viewer, &shown.told)) }
        @if let Some(suggested) = shown.founding { (found_form(viewer, suggested, shown.communities.is_empty())) }
        @else if shown.communities.is_empty() && shown.told.invites.is_empty() { (empty(Icon::Invite, t.shared.no_community, t.shared.no_community_hint, &html! {})) }
        hr;
        div.row-spread {
            span.row {
                (Button::new(Kind::Quiet, t.access.your_settings).icon(Icon::Settings).small().link("/settings"))
                @if shown.owns_system { (Button::new(Kind::Quiet, t.access.system).icon(Icon::General).small().link("/system")) }
            }
            form method="post" action="/sign-out" { (Button::new(Kind::Quiet, t.access.sign_out).icon(Icon::SignOut).small().submit()) }
        }
    };
    plain(viewer, t.access.start, &content)
}

fn places(viewer: &Viewer, communities: &[Community]) -> Markup {
    let t = viewer.strings();
    html! {
        nav aria-label=(t.shared.communities) {
            ul.places {
                @for one in communities {
                    li { a href={ "/c/" (one.slug) } {
                        (community_avatar(one.id.0, &one.name, one.avatar_url.as_deref(), Size::Normal))
                        span.cut dir="auto" { (one.name) }
                        (Icon::Forward.turning())
                    } }
                }
            }
        }
    }
}

/// What the person was told of, the newest first. An invite is accepted here; what else leads somewhere is a link.
fn inbox(viewer: &Viewer, told: &Told<'_>) -> Markup {
    let t = viewer.strings();
    html! {
        section.stack-s aria-labelledby="inbox" {
            h2 #inbox { (t.access.inbox) }
            ul.rows { @for one in told.notifications.iter().rev() { li {
                @let invite = told.invite(one);
                @let address = told.address(one).filter(|_| invite.is_none());
                (notice(viewer, one, address.as_deref()))
                @if let Some(page) = &invite { (act(page, &Button::new(Kind::Primary, t.access.join).small().submit())) }
            } } }
        }
    }
}

fn notice(viewer: &Viewer, one: &Notification, address: Option<&str>) -> Markup {
    let text = one.preview.as_deref().unwrap_or_default();
    // A message that was deleted says nothing, and a link needs a name.
    let address = address.filter(|_| !text.is_empty());
    let said = html! { strong dir="auto" { (text) } };
    html! {
        div {
            div { @if let Some(address) = address { a href=(address) { (said) } } @else { (said) } }
            span.faint { bdi { (one.actor.display_name) } " · " (viewer.clock.moment(one.created_at)) }
        }
    }
}

fn found_form(viewer: &Viewer, suggested: Suggested<'_>, is_open: bool) -> Markup {
    let t = viewer.strings();
    let slug = Field::text("slug", t.shared.community_slug)
        .value(suggested.slug)
        .hint(t.access.slug_hint)
        .required()
        .max(40);
    html! {
        details open[is_open || !suggested.name.is_empty()] {
            summary { (t.access.new_community) }
            form.form method="post" action="/communities" {
                (Field::text("name", t.shared.community_name).value(suggested.name).required().max(80).show())
                (slug.pattern("[a-z0-9\\-]{2,40}").show())
                (Button::new(Kind::Primary, t.access.create_community).wide().submit())
            }
        }
    }
}

/// The page of an invite.
#[must_use]
pub fn invite(viewer: &Viewer, preview: &InvitePreview) -> Markup {
    let t = viewer.strings();
    let title = fill(t.access.join_community, &[("community", &preview.community_name)]);
    let content = html! {
        div.person {
            (community_avatar(preview.community_id.0, &preview.community_name, None, Size::Large))
            div { h1 dir="auto" { (title) } span.soft { (count(preview.member_count, t.access.member_one, t.access.member_many)) } }
        }
        @if let Some(at) = preview.expires_at {
            (banner(Tone::Accent, &html! { p { (with(t.access.invite_until, &[("time", viewer.clock.moment(at))])) } }))
        }
        form method="post" action={ "/invite/" (preview.code) } {
            button.button.button-primary.button-wide type="submit" autofocus { (t.access.join) }
        }
    };
    plain(viewer, t.access.invite, &content)
}
