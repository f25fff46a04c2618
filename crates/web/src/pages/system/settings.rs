//! What holds for the whole system.

use ajet_protocol::{CreateCommunities, SignUp, SystemSettings};
use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Choice, Field, Icon, Kind, Select, card, form, switch};
use crate::pages::inside::{Content, Inside};

/// The names of the choices in the form.
#[must_use]
pub const fn sign_up_name(one: SignUp) -> &'static str {
    match one {
        SignUp::Open => "open",
        SignUp::Domains => "domains",
        SignUp::Invite => "invite",
    }
}

const fn founders_name(one: CreateCommunities) -> &'static str {
    match one {
        CreateCommunities::Owner => "owner",
        CreateCommunities::Everybody => "everybody",
    }
}

/// The page. Forms: `POST /system/settings/people`, `/system/settings/messages`.
#[must_use]
pub fn settings(inside: &Inside<'_>, now: &SystemSettings) -> Markup {
    let t = inside.viewer.strings();
    let body = html! {
        (card(t.system.people, None, &people(inside, now)))
        (card(t.system.messages_and_files, None, &messages(inside, now)))
    };
    let content = Content { icon: Icon::General, title: t.shared.general, hint: t.system.system_hint, body };
    frame::page(inside, "/system/settings", &content)
}

fn people(inside: &Inside<'_>, now: &SystemSettings) -> Markup {
    let t = inside.viewer.strings();
    let sign_ups = [
        Choice { value: sign_up_name(SignUp::Open), label: t.system.sign_up_open },
        Choice { value: sign_up_name(SignUp::Domains), label: t.system.sign_up_domains },
        Choice { value: sign_up_name(SignUp::Invite), label: t.system.sign_up_invite },
    ];
    let founders = [
        Choice { value: founders_name(CreateCommunities::Owner), label: t.system.founders_owner },
        Choice { value: founders_name(CreateCommunities::Everybody), label: t.system.founders_everybody },
    ];
    let chosen = (sign_up_name(now.sign_up), founders_name(now.create_communities));
    let sign_up = Select {
        name: "sign_up",
        label: t.system.sign_up,
        id: "sign_up",
        hint: None,
        choices: &sign_ups,
        chosen: chosen.0,
    };
    let founding = Select {
        name: "create_communities",
        label: t.system.founders,
        id: "create_communities",
        hint: None,
        choices: &founders,
        chosen: chosen.1,
    };
    let domains = now.sign_up_domains.join("\n");
    let fields = html! {
        div.fields-two { (sign_up.show()) (founding.show()) }
        (Field::text("sign_up_domains", t.system.domains).area().value(&domains).optional(t.shared.optional).hint(t.system.domains_hint).show())
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form("/system/settings/people", &fields)
}

fn messages(inside: &Inside<'_>, now: &SystemSettings) -> Markup {
    let t = inside.viewer.strings();
    let days = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let (window, size) = (now.edit_window_s.to_string(), now.upload_max_bytes.to_string());
    let (messages, audit) = (days(now.message_retention_days), days(now.audit_retention_days));
    let number =
        |name, label, value, hint| Field::text(name, label).kind("number").value(value).hint(hint).min("0");
    let fields = html! {
        div.fields-two {
            (number("edit_window_s", t.system.edit_window, &window, t.system.edit_window_hint).required().show())
            (number("upload_max_bytes", t.system.upload_size, &size, t.system.upload_size_hint).required().show())
            (number("message_retention_days", t.system.keep_messages, &messages, t.system.keep_hint).optional(t.shared.optional).show())
            (number("audit_retention_days", t.system.keep_audit, &audit, t.system.keep_hint).optional(t.shared.optional).show())
        }
        (switch("link_previews", t.system.link_previews, Some(t.system.link_previews_hint), now.link_previews))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    form("/system/settings/messages", &fields)
}
