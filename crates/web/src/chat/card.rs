//! The card of a person, shown beside their name.

use ajet_protocol::{Member, Role, User};
use maud::{Markup, html};

use super::avatar::{avatar, member_avatar};
use super::words::{Key, t};
use crate::components::{Icon, name};
use crate::strings::Language;

/// Whose card it is to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Own,
    Others,
    /// Somebody's whom the reader blocks.
    Blocked,
}

/// What is known of a person; `member` where the reader shares a community with them.
#[must_use]
pub fn show(lang: Language, user: &User, member: Option<&Member>, whose: Whose) -> Markup {
    let nickname = member.and_then(|member| member.nickname.as_deref());
    html! {
        div.c-card role="dialog" aria-label=(user.display_name) {
            @if let Some(member) = member { (member_avatar(member)) } @else { (avatar(user)) }
            h2 dir="auto" { (nickname.unwrap_or(&user.display_name)) }
            // The display name stands above, unless a nickname does.
            p.c-card__names {
                @if nickname.is_some() { (name(user, t(lang, Key::Bot))) }
                @else if user.bot { span.badge { (t(lang, Key::Bot)) } }
                @else { span.username { "@" (user.username) } }
            }
            @if let Some(status) = &user.status_text { p.c-card__status dir="auto" { (status) } }
            @if let Some(member) = member { p.c-card__role { (t(lang, role(member.role))) } }
            @if whose == Whose::Others && !user.bot {
                button.c-button type="button" data-write-to=(user.id) { (Icon::Message.in_text()) " " (t(lang, Key::WriteTo)) }
            }
            @if whose != Whose::Own { (block(lang, user, whose == Whose::Blocked)) }
        }
    }
}

/// The way to block somebody, or to lift that. What is refused is told here.
fn block(lang: Language, user: &User, blocked: bool) -> Markup {
    html! {
        @if blocked { p { (t(lang, Key::YouBlockThem)) } }
        button.c-button.c-button--quiet type="button" data-block=(user.id) data-blocked[blocked] {
            (t(lang, if blocked { Key::Unblock } else { Key::Block }))
        }
        output.c-problem role="alert" {}
    }
}

fn role(role: Role) -> Key {
    match role {
        Role::Member => Key::RoleMember,
        Role::Admin => Key::RoleAdmin,
        Role::Owner => Key::RoleOwner,
    }
}
