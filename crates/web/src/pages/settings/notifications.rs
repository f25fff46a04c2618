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
        @if inside.communities.is_empty() { (empty(Icon::Bell, t.shared.no_community, t.shared.no_community_hint, &html! {})) }
        @else {
            (table(t.settings.notifications, &[t.settings.community, t.shared.notify_of, ""], &html! {
                @for one in inside.communities { (row(t, one)) }
            }))
        }
    };
    let body = html! {
        (card(t.settings.notify_by_community, Some(t.settings.notify_by_community_hint), &communities))
        (card(t.settings.push, Some(t.settings.push_hint), &push(t)))
        (card(t.settings.quiet_hours, Some(t.settings.quiet_hours_hint), &quiet(inside, me.quiet_hours.as_ref())))
    };
    let content = Content { icon: Icon::Bell, title: t.settings.notifications, hint: "", body };
    frame::page(inside, "/settings/notifications", &content)
}

fn row(t: &Strings, community: &Community) -> Markup {
    let choices = levels(t);
    let (form, id) = (format!("notify-{}", community.id), format!("level-{}", community.id));
    let select = Select {
        name: "level",
        label: t.shared.notify_of,
        id: &id,
        hint: None,
        choices: &choices,
        chosen: community.notify.as_str(),
    };
    html! {
        tr {
            th scope="row" dir="auto" { (community.name) }
            td { form id=(form) method="post" action={ "/settings/notifications/" (community.id) } { (select.bare()) } }
            td.end { button.button.button-plain.button-small type="submit" form=(form) { (t.shared.save) } }
        }
    }
}

/// What people may be told of a place.
pub(crate) fn levels(t: &Strings) -> [Choice<'_>; 3] {
    [
        Choice { value: NotifyLevel::All.as_str(), label: t.settings.notify_all },
        Choice { value: NotifyLevel::Mentions.as_str(), label: t.settings.notify_mentions },
        Choice { value: NotifyLevel::Nothing.as_str(), label: t.settings.notify_nothing },
    ]
}

/// The switches of this browser. Only its script can say how they stand (`push.js`), which leaves the words of the service worker where that
/// finds them.
fn push(t: &Strings) -> Markup {
    let words = serde_json::json!({
        "dm": t.settings.push_news_dm,
        "invite": t.settings.push_news_invite,
        "mention": t.settings.push_news_mention,
        "system": t.settings.push_news_system,
        "thread_reply": t.settings.push_news_thread_reply,
    });
    html! {
        p.faint data-push-none { (t.settings.push_none) }
        div data-push data-words=(words) data-blocked=(t.settings.push_blocked) data-failed=(t.settings.push_failed) hidden {
            (switch("push", t.settings.push_on, None, false))
            (switch("push_text", t.settings.push_text, Some(t.settings.push_text_hint), false))
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
            (Field::text("from", t.settings.quiet_from).kind("time").value(from).required().show())
            (Field::text("to", t.settings.quiet_to).kind("time").value(to).required().show())
        }
        (Field::text("time_zone", t.settings.time_zone).value(zone).hint(t.settings.time_zone_hint).required().max(64).show())
        div.form-foot { (Button::new(Kind::Primary, if hours.is_some() { t.shared.save } else { t.settings.quiet_begin }).submit()) }
    };
    html! {
        (form("/settings/quiet", &fields))
        @if hours.is_some() { (act("/settings/quiet/lift", &Button::new(Kind::Quiet, t.settings.quiet_end).submit())) }
    }
}
