//! Incoming webhooks: how other programs post into channels.

use ajet_protocol::{Channel, Page, Webhook};
use maud::{Markup, html};

use super::Managed;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, Tone, banner, card, confirm, empty, pager, shown_once,
    table,
};
use crate::pages::inside::Content;
use crate::strings::fill;

/// What is told once: a webhook's address, or a token.
#[derive(Debug, Clone, Copy)]
pub struct Secret<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

/// A secret as it is shown once.
pub(super) fn secret(title: &str, hint: &str, secret: Secret<'_>) -> Markup {
    card(
        &fill(title, &[("name", secret.name)]),
        None,
        &html! {
            (banner(Tone::Warn, &html! { p { (hint) } }))
            div.secret { code { (secret.value) } }
        },
    )
}

/// The page. `made` is a webhook that was just made. Forms: `webhooks`, `webhooks/{id}/delete`. Each webhook has a page.
#[must_use]
pub fn webhooks(
    managed: &Managed<'_>,
    all: &Page<Webhook>,
    channels: &[Channel],
    made: Option<Secret<'_>>,
) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("webhooks?after={}", last.id)));
    let rows = html! { @for one in &all.items { (row(managed, one, channels)) } };
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Webhook, t.programs.no_webhooks, t.programs.no_webhooks_hint, &html! {})) }
        @else { (table(t.programs.webhooks, &[t.shared.name, t.programs.channel, t.programs.created, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! {
        @if let Some(made) = made { (secret(t.programs.webhook_made, t.programs.webhook_made_hint, made)) }
        (card(t.programs.webhooks, None, &list))
        (card(t.programs.new_webhook, None, &new_webhook(managed, channels)))
    };
    managed.page(
        "webhooks",
        &Content { icon: Icon::Webhook, title: t.programs.webhooks, hint: t.programs.webhooks_hint, body },
    )
}

fn row(managed: &Managed<'_>, webhook: &Webhook, channels: &[Channel]) -> Markup {
    let t = managed.strings();
    let channel = channels.iter().find(|one| one.id == webhook.channel_id);
    let id = format!("delete-{}", webhook.id);
    let dialog = Dialog { id: &id, title: t.programs.delete_webhook, close: t.shared.cancel };
    let question = fill(t.programs.delete_webhook_ask, &[("name", &webhook.name)]);
    let manage = managed.address(&format!("webhooks/{}", webhook.id));
    let delete = format!("{manage}/delete");
    html! {
        tr {
            th scope="row" dir="auto" { (webhook.name) }
            td { @if let Some(channel) = channel { span dir="auto" { "#" (channel.name) } } }
            td.num { (managed.inside.viewer.clock.day(webhook.created_at)) }
            td.end {
                (Button::new(Kind::Plain, t.shared.manage).small().link(&manage))
                (confirm(dialog, &question, &delete, t.shared.delete))
            }
        }
    }
}

/// The choice of the channel that a webhook posts into.
pub(super) fn channel_choice(managed: &Managed<'_>, channels: &[Channel], chosen: &str) -> Markup {
    let ids: Vec<_> = channels.iter().map(|one| one.id.to_string()).collect();
    let choices: Vec<_> =
        ids.iter().zip(channels).map(|(id, one)| Choice { value: id, label: &one.name }).collect();
    Select {
        name: "channel_id",
        label: managed.strings().programs.channel,
        id: "channel_id",
        hint: None,
        choices: &choices,
        chosen,
    }
    .show()
}

fn new_webhook(managed: &Managed<'_>, channels: &[Channel]) -> Markup {
    let t = managed.strings();
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.shared.name).hint(t.programs.webhook_name_hint).required().max(80).show())
            (channel_choice(managed, channels, ""))
        }
        div.form-foot { (Button::new(Kind::Primary, t.programs.create_webhook).icon(Icon::Add).submit()) }
    };
    shown_once(&managed.address("webhooks"), &fields)
}
