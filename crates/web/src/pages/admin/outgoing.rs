//! Outgoing webhooks: which programs are told of what happens here, and what became of it.

use ajet_protocol::{DELIVERED, Delivery, DeliveryStatus, OutgoingWebhook, Page};
use maud::{Markup, html};

use super::Managed;
use super::webhooks::{Secret, secret};
use crate::components::{
    Button, Dialog, Field, Icon, Kind, Tone, act, badge, card, checkbox, chips, confirm, danger_card, empty,
    form, pager, shown_once, switch, table,
};
use crate::pages::inside::Content;
use crate::strings::{delivery_failure, off_reason};

/// The list. `made` is one that was just made. Form: `outgoing`. Each has a page.
#[must_use]
pub fn outgoing(managed: &Managed<'_>, all: &Page<OutgoingWebhook>, made: Option<Secret<'_>>) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("outgoing?after={}", last.id)));
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Outgoing, t.programs.no_outgoing, t.programs.no_outgoing_hint, &html! {})) }
        @else { ul.rows { @for one in &all.items { li { (row(managed, one)) } } } }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let fields = html! {
        (Field::text("url", t.programs.outgoing_url).kind("url").required().show())
        fieldset.fieldset {
            legend { (t.programs.events) }
            div.fields-two { @for one in DELIVERED { (checkbox("events", one.as_str(), one.as_str(), false)) } }
        }
        div.form-foot { (Button::new(Kind::Primary, t.programs.create_outgoing).icon(Icon::Add).submit()) }
    };
    let body = html! {
        @if let Some(made) = made { (secret(t.programs.outgoing_made, t.programs.outgoing_made_hint, made)) }
        (card(t.programs.outgoing, None, &list))
        (card(t.programs.new_outgoing, None, &shown_once(&managed.address("outgoing"), &fields)))
    };
    managed.page(
        "outgoing",
        &Content { icon: Icon::Outgoing, title: t.programs.outgoing, hint: t.programs.outgoing_hint, body },
    )
}

fn row(managed: &Managed<'_>, webhook: &OutgoingWebhook) -> Markup {
    let (t, language) = (managed.strings(), managed.inside.viewer.language);
    html! {
        div.stack-s {
            span.row {
                code { (webhook.url) }
                @if !webhook.enabled {
                    (badge(t.programs.turned_off, Tone::Plain))
                    @if let Some(why) = webhook.disabled_reason { (badge(off_reason(language, why), Tone::Warn)) }
                }
            }
            (chips(webhook.events.iter().map(|one| one.as_str())))
        }
        (Button::new(Kind::Plain, t.shared.manage).small().link(&managed.address(&format!("outgoing/{}", webhook.id))))
    }
}

/// One of them, with what it was sent.
#[derive(Debug, Clone, Copy)]
pub struct OutgoingShown<'a> {
    pub webhook: &'a OutgoingWebhook,
    pub deliveries: &'a Page<Delivery>,
}

/// One of them. Forms below `outgoing/{id}`: itself, `deliveries/{delivery}/replay`, `delete`.
#[must_use]
pub fn outgoing_webhook(managed: &Managed<'_>, shown: &OutgoingShown<'_>) -> Markup {
    let t = managed.strings();
    let at = format!("outgoing/{}", shown.webhook.id);
    let fields = html! {
        (chips(shown.webhook.events.iter().map(|one| one.as_str())))
        (switch("enabled", t.programs.outgoing_enabled, None, shown.webhook.enabled))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    let dialog = Dialog { id: "delete-outgoing", title: t.programs.delete_outgoing, close: t.shared.cancel };
    let body = html! {
        (card(&shown.webhook.url, None, &form(&managed.address(&at), &fields)))
        (card(t.programs.deliveries, None, &deliveries(managed, shown)))
        (danger_card(t.programs.delete_outgoing, None, &html! {
            div { (confirm(dialog, t.programs.delete_outgoing_ask, &managed.address(&format!("{at}/delete")), t.programs.delete_outgoing)) }
        }))
    };
    managed.page("outgoing", &Content { icon: Icon::Outgoing, title: t.programs.outgoing, hint: "", body })
}

fn deliveries(managed: &Managed<'_>, shown: &OutgoingShown<'_>) -> Markup {
    let t = managed.strings();
    let all = shown.deliveries;
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("outgoing/{}?before={}", shown.webhook.id, last.id)));
    let rows = html! { @for one in &all.items { (delivery(managed, shown.webhook, one)) } };
    html! {
        @if all.items.is_empty() { (empty(Icon::Outgoing, t.programs.no_deliveries, t.programs.no_deliveries_hint, &html! {})) }
        @else { (table(t.programs.deliveries, &[t.programs.event, t.shared.state, t.programs.attempts, t.programs.when, ""], &rows)) }
        (pager(next.as_deref(), t.shared.older))
    }
}

fn delivery(managed: &Managed<'_>, webhook: &OutgoingWebhook, one: &Delivery) -> Markup {
    let (t, viewer) = (managed.strings(), managed.inside.viewer);
    let (word, tone) = match one.status {
        DeliveryStatus::Pending => (t.programs.delivery_pending, Tone::Accent),
        DeliveryStatus::Delivered => (t.programs.delivery_delivered, Tone::Good),
        DeliveryStatus::Dead => (t.programs.delivery_dead, Tone::Bad),
    };
    let again = managed.address(&format!("outgoing/{}/deliveries/{}/replay", webhook.id, one.id));
    html! {
        tr {
            th scope="row" { code { (one.event) } }
            td { (badge(word, tone)) @if let Some(failure) = &one.failure { " " span.faint { (delivery_failure(viewer.language, failure)) } } }
            td.number { (one.attempts) }
            td { (viewer.clock.moment(one.created_at)) }
            td.end { (act(&again, &Button::new(Kind::Plain, t.programs.send_again).small().submit())) }
        }
    }
}
