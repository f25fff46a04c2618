//! One incoming webhook: its picture, its name and its channel.

use ajet_protocol::{Channel, Webhook};
use maud::{Markup, html};

use super::Managed;
use super::picture::{Pictured, picture};
use crate::components::{Button, Choice, Field, Icon, Kind, Select, card, form};
use crate::pages::inside::Content;

/// The page. Forms: `webhooks/{id}`, `webhooks/{id}/picture`, `webhooks/{id}/picture/remove`.
#[must_use]
pub fn webhook(managed: &Managed<'_>, webhook: &Webhook, channels: &[Channel]) -> Markup {
    let t = managed.strings();
    let end = format!("webhooks/{}", webhook.id);
    let whose = Pictured { id: webhook.id.0, name: &webhook.name, avatar_url: webhook.avatar_url.as_deref() };
    let ids: Vec<_> = channels.iter().map(|one| one.id.to_string()).collect();
    let choices: Vec<_> =
        ids.iter().zip(channels).map(|(id, one)| Choice { value: id, label: &one.name }).collect();
    let chosen = webhook.channel_id.to_string();
    let channel = Select {
        name: "channel_id",
        label: t.channel,
        id: "channel_id",
        hint: None,
        choices: &choices,
        chosen: &chosen,
    };
    let name = Field::text("name", t.name).value(&webhook.name).hint(t.webhook_name_hint);
    let fields = html! {
        div.fields-two {
            (name.required().max(80).show())
            (channel.show())
        }
        div.form-foot { (Button::new(Kind::Primary, t.save).submit()) }
    };
    let body = html! {
        (card(t.picture, Some(t.picture_hint), &picture(managed, whose, &format!("{end}/picture"))))
        (card(t.name_and_channel, None, &form(&managed.address(&end), &fields)))
    };
    managed.page("webhooks", &Content { icon: Icon::Webhook, title: &webhook.name, hint: "", body })
}
