//! A person's own data, to be taken along.

use ajet_protocol::{Export, ExportStatus};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Icon, Kind, Tone, act, badge, card};
use crate::pages::inside::{Content, Inside};
use crate::strings::export_status;

/// The page, with the exports that there are, the newest first. Form: `POST /settings/data`; `/settings/data/{id}` leads to the file.
#[must_use]
pub fn data(inside: &Inside<'_>, all: &[Export]) -> Markup {
    let t = inside.viewer.strings();
    let body = card(
        t.settings.data,
        None,
        &html! {
            @if !all.is_empty() { ul.rows { @for export in all { li { (shown(inside, export)) } } } }
            (act("/settings/data", &Button::new(Kind::Plain, t.settings.data_ask).submit()))
        },
    );
    let content = Content { icon: Icon::Down, title: t.settings.data, hint: t.settings.data_hint, body };
    frame::page(inside, "/settings/data", &content)
}

fn shown(inside: &Inside<'_>, export: &Export) -> Markup {
    let (t, clock) = (inside.viewer.strings(), &inside.viewer.clock);
    let tone = match export.status {
        ExportStatus::Pending | ExportStatus::Running => Tone::Plain,
        ExportStatus::Ready => Tone::Good,
        ExportStatus::Failed => Tone::Bad,
    };
    html! {
        div.row {
            strong { (clock.moment(export.created_at)) }
            (badge(export_status(inside.viewer.language, export.status), tone))
        }
        @if export.status == ExportStatus::Ready {
            (Button::new(Kind::Plain, t.settings.download).small().link(&format!("/settings/data/{}", export.id)))
        }
    }
}
