//! The custom emoji of a community.

use ajet_protocol::{Emoji, Page, Permission};
use maud::{Markup, html};

use super::Managed;
use crate::components::{
    Button, Dialog, Field, Icon, Kind, card, confirm, empty, own_picture, pager, table, upload,
};
use crate::pages::inside::Content;
use crate::strings::fill;

/// The page. Forms: `emoji`, `emoji/{id}/delete`.
#[must_use]
pub fn emoji(managed: &Managed<'_>, all: &Page<Emoji>) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("emoji?after={}", last.id)));
    let rows = html! { @for one in &all.items { (row(managed, one)) } };
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Emoji, t.community.no_emoji, t.community.no_emoji_hint, &html! {})) }
        @else { (table(t.community.emoji, &[t.shared.picture, t.shared.name, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! {
        @if managed.may(Permission::ManageCommunity) { (card(t.community.new_emoji, Some(t.community.new_emoji_hint), &new_emoji(managed))) }
        (card(t.community.emoji, None, &list))
    };
    managed.page("emoji", &Content { icon: Icon::Emoji, title: t.community.emoji, hint: "", body })
}

fn row(managed: &Managed<'_>, emoji: &Emoji) -> Markup {
    let t = managed.strings();
    let id = format!("delete-{}", emoji.id);
    let dialog = Dialog { id: &id, title: t.community.delete_emoji, close: t.shared.cancel };
    let question = fill(t.community.delete_emoji_ask, &[("name", &emoji.name)]);
    let delete = managed.address(&format!("emoji/{}/delete", emoji.id));
    html! {
        tr {
            td { @if let Some(path) = own_picture(&emoji.url) { img.emoji-shown src=(path) alt="" loading="lazy"; } }
            th scope="row" { code { ":" (emoji.name) ":" } }
            td.end { @if managed.may(Permission::ManageCommunity) { (confirm(dialog, &question, &delete, t.shared.delete)) } }
        }
    }
}

fn new_emoji(managed: &Managed<'_>) -> Markup {
    let t = managed.strings();
    let name = Field::text("name", t.shared.name)
        .hint(t.community.emoji_name_hint)
        .required()
        .max(32)
        .pattern("[a-z0-9_]{2,32}");
    let fields = html! {
        (name.show())
        div.field {
            label.field-label for="file" { (t.shared.choose_picture) }
            input.input id="file" name="file" type="file" required accept="image/png,image/jpeg,image/gif,image/webp";
        }
        (Button::new(Kind::Primary, t.shared.upload).submit())
    };
    upload(&managed.address("emoji"), &fields)
}
