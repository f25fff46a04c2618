//! The channels of a community by category, their order, and new ones.

use ajet_protocol::{Category, CategoryId, Channel};
use maud::{Markup, html};

use super::Managed;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, Tone, badge, card, channel_icon, confirm, empty, form,
    switch,
};
use crate::pages::inside::Content;
use crate::strings::fill;

/// The page, with channels and categories in the order in which they stand. Forms: `channels`, `channels/{id}/move`, `categories`,
/// `categories/{id}`, `categories/{id}/move`, `categories/{id}/delete`. Each channel has a page of its own.
#[must_use]
pub fn channels(managed: &Managed<'_>, all: &[Channel], categories: &[Category]) -> Markup {
    let t = managed.strings();
    let within = |category: Option<CategoryId>| {
        all.iter().filter(move |one: &&Channel| one.category_id == category).collect::<Vec<_>>()
    };
    let body = html! {
        (card(t.channels.without_category, None, &rows(managed, &within(None))))
        @for (at, category) in categories.iter().enumerate() {
            (card(&category.name, None, &html! {
                (rows(managed, &within(Some(category.id))))
                (category_forms(managed, category))
                (moves(managed, &format!("categories/{}/move", category.id), at, categories.len()))
            }))
        }
        (card(t.channels.new_channel, None, &new_channel(managed, categories)))
        (card(t.channels.new_category, Some(t.channels.new_category_hint), &new_category(managed)))
    };
    managed.page(
        "channels",
        &Content { icon: Icon::Channel, title: t.channels.channels, hint: t.channels.channels_hint, body },
    )
}

fn rows(managed: &Managed<'_>, all: &[&Channel]) -> Markup {
    let t = managed.strings();
    html! {
        @if all.is_empty() { (empty(Icon::Channel, t.channels.no_channels, t.channels.no_channels_hint, &html! {})) }
        @else {
            ul.rows { @for (at, one) in all.iter().enumerate() { li {
                div.row {
                    (channel_icon(one.kind, one.visibility).small())
                    strong dir="auto" { (one.name) }
                    @if one.archived { (badge(t.channels.archived, Tone::Plain)) }
                    @if let Some(topic) = &one.topic { span.faint.cut dir="auto" { (topic) } }
                }
                div.row {
                    (moves(managed, &format!("channels/{}/move", one.id), at, all.len()))
                    (Button::new(Kind::Plain, t.shared.edit).small().link(&managed.address(&format!("channels/{}", one.id))))
                }
            } } }
        }
    }
}

/// The buttons that move one of several a place up or down, as far as there is one.
fn moves(managed: &Managed<'_>, end: &str, at: usize, all: usize) -> Markup {
    let t = managed.strings();
    html! {
        @if all > 1 {
            form.row method="post" action=(managed.address(end)) {
                @if at > 0 { (Button::icon_sends(Icon::Up, t.channels.move_up, ("way", "up"))) }
                @if at + 1 < all { (Button::icon_sends(Icon::Down, t.channels.move_down, ("way", "down"))) }
            }
        }
    }
}

fn category_forms(managed: &Managed<'_>, category: &Category) -> Markup {
    let t = managed.strings();
    let (id, dialog_id) = (format!("name-{}", category.id), format!("delete-{}", category.id));
    let rename = html! {
        div.form-inline {
            (Field::text("name", t.shared.name).id(&id).value(&category.name).required().max(80).show())
            (Button::new(Kind::Plain, t.channels.rename).submit())
        }
    };
    let dialog = Dialog { id: &dialog_id, title: t.channels.delete_category, close: t.shared.cancel };
    let question = fill(t.channels.delete_category_ask, &[("category", &category.name)]);
    html! {
        (form(&managed.address(&format!("categories/{}", category.id)), &rename))
        div { (confirm(dialog, &question, &managed.address(&format!("categories/{}/delete", category.id)), t.channels.delete_category)) }
    }
}

/// The choice of a category, for the forms of channels.
pub(super) fn category_choice(managed: &Managed<'_>, categories: &[Category], chosen: &str) -> Markup {
    let t = managed.strings();
    let ids: Vec<_> = categories.iter().map(|one| one.id.to_string()).collect();
    let mut choices = vec![Choice { value: "", label: t.channels.without_category }];
    choices.extend(ids.iter().zip(categories).map(|(id, one)| Choice { value: id, label: &one.name }));
    Select {
        name: "category_id",
        label: t.channels.category,
        id: "category_id",
        hint: None,
        choices: &choices,
        chosen,
    }
    .show()
}

fn new_channel(managed: &Managed<'_>, categories: &[Category]) -> Markup {
    let t = managed.strings();
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.shared.name).id("channel-name").required().max(80).show())
            (category_choice(managed, categories, ""))
        }
        (Field::text("topic", t.channels.topic).id("channel-topic").optional(t.shared.optional).max(500).show())
        (switch("private", t.channels.private_channel, Some(t.channels.private_channel_hint), false))
        div.form-foot { (Button::new(Kind::Primary, t.channels.create_channel).submit()) }
    };
    form(&managed.address("channels"), &fields)
}

fn new_category(managed: &Managed<'_>) -> Markup {
    let t = managed.strings();
    let fields = html! {
        div.form-inline {
            (Field::text("name", t.shared.name).id("category-name").required().max(80).show())
            (Button::new(Kind::Plain, t.channels.create_category).submit())
        }
    };
    form(&managed.address("categories"), &fields)
}
