//! What a person is told of, and when not.

use ajet_protocol::{Community, Me, NotifyLevel, QuietHours};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Choice, Field, Icon, Kind, Select, act, card, empty, form, switch, table};
use crate::pages::inside::{Content, Inside};
use crate::strings::Strings;

/// The page. Forms: `POST /settings/notifications/{community}`, `/settings/quiet`, `/settings/quiet/lift`.
#[must_use]
pub fn notifications(inside: &Inside<'_>, me: &Me) -> Markup {
    let t = inside.viewer.strings();
    let communities = html! {
        @if inside.communities.is_empty() { (empty(Icon::Bell, t.no_community, t.no_community_hint, &html! {})) }
        @else {
            (table(t.notifications, &[t.community, t.notify_of, ""], &html! {
                @for one in inside.communities { (row(t, one)) }
            }))
        }
    };
    let body = html! {
        (card(t.notify_by_community, Some(t.notify_by_community_hint), &communities))
        (card(t.push, Some(t.push_hint), &push(t)))
        (card(t.quiet_hours, Some(t.quiet_hours_hint), &quiet(inside, me.quiet_hours.as_ref())))
    };
    let content = Content { icon: Icon::Bell, title: t.notifications, hint: "", body };
    frame::page(inside, "/settings/notifications", &content)
}

fn row(t: &Strings, community: &Community) -> Markup {
    let choices = levels(t);
    let (form, id) = (format!("notify-{}", community.id), format!("level-{}", community.id));
    let select = Select {
        name: "level",
        label: t.notify_of,
        id: &id,
        hint: None,
        choices: &choices,
        chosen: community.notify.as_str(),
    };
    html! {
        tr {
            th scope="row" dir="auto" { (community.name) }
            td { form id=(form) method="post" action={ "/settings/notifications/" (community.id) } { (select.bare()) } }
            td.end { button.button.button-plain.button-small type="submit" form=(form) { (t.save) } }
        }
    }
}

/// What people may be told of a place.
pub(crate) fn levels(t: &Strings) -> [Choice<'_>; 3] {
    [
        Choice { value: NotifyLevel::All.as_str(), label: t.notify_all },
        Choice { value: NotifyLevel::Mentions.as_str(), label: t.notify_mentions },
        Choice { value: NotifyLevel::Nothing.as_str(), label: t.notify_nothing },
    ]
}

/// The switches of this browser. Only its script can say how they stand (`push.js`), which leaves the words of the service worker where that
/// finds them.
fn push(t: &Strings) -> Markup {
    let words = serde_json::json!({
        "dm": t.push_news_dm,
        "invite": t.push_news_invite,
        "mention": t.push_news_mention,
        "system": t.push_news_system,
        "thread_reply": t.push_news_thread_reply,
    });
    html! {
        p.faint data-push-none { (t.push_none) }
        div data-push data-words=(words) data-blocked=(t.push_blocked) data-failed=(t.push_failed) hidden {
            (switch("push", t.push_on, None, false))
            (switch("push_text", t.push_text, Some(t.push_text_hint), false))
            p.problem role="alert" {}
        }
    }
}

fn quiet(inside: &Inside<'_>, hours: Option<&QuietHours>) -> Markup {
    let t = inside.viewer.strings();
    let (from, to) = hours.map_or(("22:00", "07:00"), |hours| (hours.from.as_str(), hours.to.as_str()));
    let zone = hours.map(|hours| hours.time_zone.as_str()).or(inside.viewer.clock.zone()).unwrap_or("UTC");
    let fields = html! {
        div.fields-two {
            (Field::text("from", t.quiet_from).kind("time").value(from).required().show())
            (Field::text("to", t.quiet_to).kind("time").value(to).required().show())
        }
        (Field::text("time_zone", t.time_zone).value(zone).hint(t.time_zone_hint).required().max(64).show())
        div.form-foot { (Button::new(Kind::Primary, if hours.is_some() { t.save } else { t.quiet_begin }).submit()) }
    };
    html! {
        (form("/settings/quiet", &fields))
        @if hours.is_some() { (act("/settings/quiet/lift", &Button::new(Kind::Quiet, t.quiet_end).submit())) }
    }
}
