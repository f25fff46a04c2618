//! One channel: what it is called, who may do what in it, and its end.

use ajet_protocol::{Category, Channel, Member, Overwrite, Page, Permission, Visibility};
use maud::{Markup, html};

use super::Managed;
use super::channels::category_choice;
use super::permissions::words;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, Tone, act, badge, card, channel_icon, confirm,
    danger_card, form, pager, person, switch,
};
use crate::pages::inside::Content;
use crate::strings::fill;

/// What a channel allows and denies one role or person, with what they are called.
#[derive(Debug, Clone, Copy)]
pub struct OverwriteShown<'a> {
    pub overwrite: &'a Overwrite,
    pub name: &'a str,
}

/// A channel with what its settings need.
#[derive(Debug, Clone, Copy)]
pub struct ChannelSettings<'a> {
    pub channel: &'a Channel,
    pub categories: &'a [Category],
    pub overwrites: &'a [OverwriteShown<'a>],
    /// Those who have no overwrite yet: ids and names, everybody first.
    pub others: &'a [(String, &'a str)],
    /// Those who are in it.
    pub people: &'a Page<Member>,
}

/// The permissions that a channel may allow and deny.
const OF_CHANNELS: [Permission; 10] = [
    Permission::ViewChannel,
    Permission::SendMessages,
    Permission::AddReactions,
    Permission::AttachFiles,
    Permission::MentionHere,
    Permission::SetTopic,
    Permission::PinMessages,
    Permission::ManageMessages,
    Permission::ManageChannels,
    Permission::ManageWebhooks,
];

/// The page. Forms below `channels/{id}`: itself, `slow`, `archive`, `people`,
/// `people/{user}/remove`, `overwrites`, `overwrites/{target}`, `overwrites/{target}/remove`, `delete`.
#[must_use]
pub fn channel(managed: &Managed<'_>, shown: &ChannelSettings<'_>) -> Markup {
    let t = managed.strings();
    let body = html! {
        (card(t.shared.general, None, &general(managed, shown)))
        (card(t.channels.slow_mode, Some(t.channels.slow_mode_hint), &slow_mode(managed, shown.channel)))
        (card(t.channels.channel_people, None, &people(managed, shown)))
        (overwrites(managed, shown))
        (end(managed, shown.channel))
    };
    let icon = channel_icon(shown.channel.kind, shown.channel.visibility);
    let content = Content { icon, title: &shown.channel.name, hint: "", body };
    managed.page("channels", &content)
}

/// The address of a form of this page.
fn address(managed: &Managed<'_>, channel: &Channel, end: &str) -> String {
    managed.address(&format!("channels/{}{end}", channel.id))
}

fn general(managed: &Managed<'_>, shown: &ChannelSettings<'_>) -> Markup {
    let (t, channel) = (managed.strings(), shown.channel);
    let topic = channel.topic.as_deref().unwrap_or_default();
    let category = channel.category_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = html! {
        div.fields-two {
            (Field::text("name", t.shared.name).value(&channel.name).required().max(80).show())
            (category_choice(managed, shown.categories, &category))
        }
        (Field::text("topic", t.channels.topic).value(topic).optional(t.shared.optional).max(500).show())
        (switch("private", t.channels.private_channel, Some(t.channels.private_channel_hint), channel.visibility == Visibility::Private))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form(&address(managed, channel, ""), &fields)
}

fn slow_mode(managed: &Managed<'_>, channel: &Channel) -> Markup {
    let t = managed.strings();
    let now = channel.slow_mode_s.to_string();
    let mut choices = vec![
        Choice { value: "0", label: t.channels.slow_off },
        Choice { value: "5", label: t.channels.slow_5s },
        Choice { value: "30", label: t.channels.slow_30s },
        Choice { value: "60", label: t.channels.slow_1m },
        Choice { value: "300", label: t.channels.slow_5m },
        Choice { value: "3600", label: t.channels.slow_1h },
    ];
    if choices.iter().all(|choice| choice.value != now) {
        choices.push(Choice { value: &now, label: &now });
    }
    let select = Select {
        name: "seconds",
        label: t.channels.slow_mode,
        id: "seconds",
        hint: None,
        choices: &choices,
        chosen: &now,
    };
    let fields = html! {
        div.form-inline { div.field { (select.bare()) } (Button::new(Kind::Plain, t.shared.save).submit()) }
    };
    form(&address(managed, channel, "/slow"), &fields)
}

fn people(managed: &Managed<'_>, shown: &ChannelSettings<'_>) -> Markup {
    let t = managed.strings();
    let all = shown.people;
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| address(managed, shown.channel, &format!("?after={}", last.user.id)));
    let name = Field::text("person", t.shared.username)
        .id("new-person")
        .hint(t.channels.add_person_hint)
        .required()
        .max(64);
    let add = html! {
        div.form-inline { (name.show()) (Button::new(Kind::Plain, t.channels.add_person).icon(Icon::Add).submit()) }
    };
    html! {
        (form(&address(managed, shown.channel, "/people"), &add))
        ul.rows { @for one in &all.items { li {
            (person(&one.user, t.shared.bot))
            (act(
                &address(managed, shown.channel, &format!("/people/{}/remove", one.user.id)),
                &Button::new(Kind::Plain, t.channels.put_out).small().submit(),
            ))
        } } }
        (pager(next.as_deref(), t.shared.next_page))
    }
}

fn overwrites(managed: &Managed<'_>, shown: &ChannelSettings<'_>) -> Markup {
    let t = managed.strings();
    let choices: Vec<_> = shown.others.iter().map(|(id, name)| Choice { value: id, label: name }).collect();
    let select = Select {
        name: "target",
        label: t.channels.overwrite_for,
        id: "target",
        hint: None,
        choices: &choices,
        chosen: "",
    };
    let by_name = Field::text("person", t.channels.overwrite_person)
        .optional(t.shared.optional)
        .hint(t.channels.overwrite_person_hint)
        .max(64);
    let add = html! {
        div.fields-two { @if !choices.is_empty() { (select.show()) } (by_name.show()) }
        div.form-foot { (Button::new(Kind::Plain, t.channels.add_overwrite).submit()) }
    };
    html! {
        (card(t.channels.overwrites, Some(t.channels.overwrites_hint), &form(&address(managed, shown.channel, "/overwrites"), &add)))
        @for one in shown.overwrites { (overwrite(managed, shown.channel, one)) }
    }
}

fn overwrite(managed: &Managed<'_>, channel: &Channel, shown: &OverwriteShown<'_>) -> Markup {
    let t = managed.strings();
    let target = shown.overwrite.target_id;
    let rows = html! {
        div.table-wrap {
            table.table.perms {
                thead { tr { th scope="col" { (t.shared.permission) } th.end scope="col" { (t.channels.deny_or_allow) } } }
                tbody { @for one in OF_CHANNELS { tr {
                    th scope="row" { (words(t, one)) }
                    td.end { (three(managed, shown.overwrite, one)) }
                } } }
            }
        }
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    let remove = address(managed, channel, &format!("/overwrites/{target}/remove"));
    let dialog_id = format!("remove-{target}");
    let dialog = Dialog { id: &dialog_id, title: t.channels.remove_overwrite, close: t.shared.cancel };
    let title = fill(t.channels.overwrite_of, &[("name", shown.name)]);
    card(
        &title,
        None,
        &html! {
            (form(&address(managed, channel, &format!("/overwrites/{target}")), &rows))
            div { (confirm(dialog, t.channels.remove_overwrite_ask, &remove, t.channels.remove_overwrite)) }
        },
    )
}

/// Denied, left to the roles, or allowed.
fn three(managed: &Managed<'_>, overwrite: &Overwrite, one: Permission) -> Markup {
    let t = managed.strings();
    let (denied, allowed) = (overwrite.deny.contains(&one), overwrite.allow.contains(&one));
    let way = |class: &str, value: &str, icon: Option<Icon>, word: &str, on: bool| {
        html! {
            label class=(class) title=(word) {
                input type="radio" name=(one.as_str()) value=(value) checked[on];
                @if let Some(icon) = icon { (icon.small()) } @else { span aria-hidden="true" { "–" } }
                span.hidden { (word) }
            }
        }
    };
    html! {
        span.three role="radiogroup" aria-label=(words(t, one)) {
            (way("denies", "deny", Some(Icon::Close), t.channels.deny, denied))
            (way("asks", "leave", None, t.channels.leave_to_roles, !denied && !allowed))
            (way("allows", "allow", Some(Icon::Check), t.channels.allow, allowed))
        }
    }
}

fn end(managed: &Managed<'_>, channel: &Channel) -> Markup {
    let t = managed.strings();
    let (archive, value) =
        if channel.archived { (t.channels.unarchive, "false") } else { (t.channels.archive, "true") };
    let dialog = Dialog { id: "delete-channel", title: t.channels.delete_channel, close: t.shared.cancel };
    let question = fill(t.channels.delete_channel_ask, &[("channel", &channel.name)]);
    danger_card(
        t.channels.archive_or_delete,
        Some(t.channels.archive_hint),
        &html! {
            div.row {
                @if channel.archived { (badge(t.channels.archived, Tone::Plain)) }
                form method="post" action=(address(managed, channel, "/archive")) {
                    (Button::new(Kind::Plain, archive).icon(Icon::Archived).small().sends("archived", value).submit())
                }
                (confirm(dialog, &question, &address(managed, channel, "/delete"), t.channels.delete_channel))
            }
        },
    )
}
