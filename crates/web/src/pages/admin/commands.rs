//! Slash commands of a community's own, which its bots carry out.

use ajet_protocol::{Bot, CustomCommand, Page};
use maud::{Markup, html};

use super::Managed;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, card, confirm, empty, form, pager, table,
};
use crate::pages::inside::Content;
use crate::strings::fill;

/// The page. Forms: `commands`, `commands/{id}/delete`.
#[must_use]
pub fn commands(managed: &Managed<'_>, all: &Page<CustomCommand>, bots: &[Bot]) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("commands?after={}", last.id)));
    let rows = html! { @for one in &all.items { (row(managed, one, bots)) } };
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Command, t.programs.no_commands, t.programs.no_commands_hint, &html! {})) }
        @else { (table(t.programs.commands, &[t.programs.command, t.programs.description, t.programs.bots, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let body = html! {
        (card(t.programs.commands, None, &list))
        @if !bots.is_empty() { (card(t.programs.new_command, None, &new_command(managed, bots))) }
    };
    managed.page(
        "commands",
        &Content { icon: Icon::Command, title: t.programs.commands, hint: t.programs.commands_hint, body },
    )
}

fn row(managed: &Managed<'_>, command: &CustomCommand, bots: &[Bot]) -> Markup {
    let t = managed.strings();
    let bot = bots.iter().find(|bot| bot.id == command.bot_id);
    let id = format!("delete-{}", command.id);
    let dialog = Dialog { id: &id, title: t.programs.delete_command, close: t.shared.cancel };
    let question = fill(t.programs.delete_command_ask, &[("name", &command.name)]);
    let delete = managed.address(&format!("commands/{}/delete", command.id));
    html! {
        tr {
            th scope="row" { code { "/" (command.name) } }
            td dir="auto" { (command.description) }
            td { @if let Some(bot) = bot { span dir="auto" { (bot.name) } } }
            td.end { (confirm(dialog, &question, &delete, t.shared.delete)) }
        }
    }
}

fn new_command(managed: &Managed<'_>, bots: &[Bot]) -> Markup {
    let t = managed.strings();
    let ids: Vec<_> = bots.iter().map(|one| one.id.to_string()).collect();
    let choices: Vec<_> =
        ids.iter().zip(bots).map(|(id, one)| Choice { value: id, label: &one.name }).collect();
    let bot = Select {
        name: "bot_id",
        label: t.programs.bots,
        id: "bot_id",
        hint: None,
        choices: &choices,
        chosen: "",
    };
    let name = Field::text("name", t.shared.name).hint(t.programs.command_name_hint).required().max(32);
    let fields = html! {
        div.fields-two { (name.pattern("[a-z0-9_\\-]{1,32}").show()) (bot.show()) }
        (Field::text("description", t.programs.description).optional(t.shared.optional).max(500).show())
        div.form-foot { (Button::new(Kind::Primary, t.programs.create_command).icon(Icon::Add).submit()) }
    };
    form(&managed.address("commands"), &fields)
}
