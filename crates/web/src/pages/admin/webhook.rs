//! One incoming webhook: its picture, its name and its channel.

use ajet_protocol::{Channel, Webhook};
use maud::{Markup, html};

use super::Managed;
use super::picture::{Pictured, picture};
use super::webhooks::channel_choice;
use crate::components::{Button, Field, Icon, Kind, card, form};
use crate::pages::inside::Content;

/// The page. Forms: `webhooks/{id}`, `webhooks/{id}/picture`, `webhooks/{id}/picture/remove`.
#[must_use]
pub fn webhook(managed: &Managed<'_>, webhook: &Webhook, channels: &[Channel]) -> Markup {
    let t = managed.strings();
    let end = format!("webhooks/{}", webhook.id);
    let whose = Pictured { id: webhook.id.0, name: &webhook.name, avatar_url: webhook.avatar_url.as_deref() };
    let name = Field::text("name", t.shared.name).value(&webhook.name).hint(t.programs.webhook_name_hint);
    let fields = html! {
        div.fields-two {
            (name.required().max(80).show())
            (channel_choice(managed, channels, &webhook.channel_id.to_string()))
        }
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    let body = html! {
        (card(t.shared.picture, Some(t.shared.picture_hint), &picture(managed, whose, &format!("{end}/picture"))))
        (card(t.programs.name_and_channel, None, &form(&managed.address(&end), &fields)))
    };
    managed.page("webhooks", &Content { icon: Icon::Webhook, title: &webhook.name, hint: "", body })
}
