//! Bots, and the tokens by which they sign in.

use ajet_protocol::{ApiToken, Bot, Page, TokenScope};
use maud::{Markup, html};

use super::Managed;
use super::ends::ends;
use super::picture::{Pictured, picture};
use super::webhooks::{Secret, secret};
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, card, checkbox_with_hint, chips, confirm, danger_card, empty,
    form, pager, shown_once, table,
};
use crate::pages::inside::Content;
use crate::strings::{fill, scope};

/// The list of bots. Form: `bots`. Each bot has a page.
#[must_use]
pub fn bots(managed: &Managed<'_>, all: &Page<Bot>) -> Markup {
    let t = managed.strings();
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| managed.address(&format!("bots?after={}", last.id)));
    let list = html! {
        @if all.items.is_empty() { (empty(Icon::Bot, t.programs.no_bots, t.programs.no_bots_hint, &html! {})) }
        @else { ul.rows { @for one in &all.items { li { (row(managed, one)) } } } }
        (pager(next.as_deref(), t.shared.next_page))
    };
    let fields = html! {
        (Field::text("name", t.shared.name).required().max(80).show())
        (scopes(managed, TokenScope::ALL, &[]))
        div.form-foot { (Button::new(Kind::Primary, t.programs.create_bot).icon(Icon::Add).submit()) }
    };
    let body = html! {
        (card(t.programs.bots, None, &list))
        (card(t.programs.new_bot, Some(t.programs.new_bot_hint), &form(&managed.address("bots"), &fields)))
    };
    managed
        .page("bots", &Content { icon: Icon::Bot, title: t.programs.bots, hint: t.programs.bots_hint, body })
}

fn row(managed: &Managed<'_>, bot: &Bot) -> Markup {
    let t = managed.strings();
    html! {
        div.stack-s {
            strong dir="auto" { (bot.name) }
            (chips(bot.scopes.iter().map(|one| one.as_str())))
        }
        (Button::new(Kind::Plain, t.shared.manage).small().link(&managed.address(&format!("bots/{}", bot.id))))
    }
}

fn scopes(managed: &Managed<'_>, offered: &[TokenScope], chosen: &[TokenScope]) -> Markup {
    let language = managed.inside.viewer.language;
    html! {
        fieldset.fieldset {
            legend { (managed.strings().programs.scopes) }
            div.fields-two {
                @for one in offered {
                    (checkbox_with_hint("scopes", one.as_str(), scope(language, *one), chosen.contains(one)))
                }
            }
        }
    }
}

/// A bot and its tokens.
#[derive(Debug, Clone, Copy)]
pub struct BotShown<'a> {
    pub bot: &'a Bot,
    pub tokens: &'a Page<ApiToken>,
    /// A token that was just made.
    pub made: Option<&'a str>,
}

/// One bot. Forms below `bots/{id}`: `picture`, `picture/remove`, `tokens`, `tokens/{token}/revoke`, `delete`.
#[must_use]
pub fn bot(managed: &Managed<'_>, shown: &BotShown<'_>) -> Markup {
    let (t, bot) = (managed.strings(), shown.bot);
    let dialog = Dialog { id: "delete-bot", title: t.programs.delete_bot, close: t.shared.cancel };
    let question = fill(t.programs.delete_bot_ask, &[("name", &bot.name)]);
    let whose = Pictured { id: bot.user_id.0, name: &bot.name, avatar_url: bot.avatar_url.as_deref() };
    let body = html! {
        @if let Some(token) = shown.made { (secret(t.programs.token_made, t.programs.token_made_hint, Secret { name: &bot.name, value: token })) }
        (card(t.programs.tokens, None, &tokens(managed, shown)))
        (card(t.programs.new_token, None, &new_token(managed, bot)))
        (card(t.shared.picture, Some(t.shared.picture_hint), &picture(managed, whose, &format!("bots/{}/picture", bot.id))))
        (danger_card(t.programs.delete_bot, Some(t.programs.delete_bot_hint), &html! {
            div { (confirm(dialog, &question, &address(managed, bot, "/delete"), t.programs.delete_bot)) }
        }))
    };
    managed.page("bots", &Content { icon: Icon::Bot, title: &bot.name, hint: "", body })
}

fn address(managed: &Managed<'_>, bot: &Bot, end: &str) -> String {
    managed.address(&format!("bots/{}{end}", bot.id))
}

fn tokens(managed: &Managed<'_>, shown: &BotShown<'_>) -> Markup {
    let t = managed.strings();
    let all = shown.tokens;
    let next = all.items.last().filter(|_| all.has_more);
    let next = next.map(|last| address(managed, shown.bot, &format!("?after={}", last.id)));
    let rows = html! { @for one in &all.items { (token(managed, shown.bot, one)) } };
    html! {
        @if all.items.is_empty() { (empty(Icon::Provider, t.programs.no_tokens, t.programs.no_tokens_hint, &html! {})) }
        @else { (table(t.programs.tokens, &[t.programs.scopes, t.shared.last_used, t.shared.ends, ""], &rows)) }
        (pager(next.as_deref(), t.shared.next_page))
    }
}

fn token(managed: &Managed<'_>, bot: &Bot, token: &ApiToken) -> Markup {
    let (t, clock) = (managed.strings(), &managed.inside.viewer.clock);
    let id = format!("revoke-{}", token.id);
    let dialog = Dialog { id: &id, title: t.programs.revoke_token, close: t.shared.cancel };
    let revoke = address(managed, bot, &format!("/tokens/{}/revoke", token.id));
    html! {
        tr {
            td { (chips(token.scopes.iter().map(|one| one.as_str()))) }
            td { @if let Some(at) = token.last_used_at { (clock.moment(at)) } @else { (t.programs.not_yet) } }
            td { @if let Some(at) = token.expires_at { (clock.moment(at)) } @else { (t.shared.never) } }
            td.end { (confirm(dialog, t.programs.revoke_token_ask, &revoke, t.shared.revoke)) }
        }
    }
}

fn new_token(managed: &Managed<'_>, bot: &Bot) -> Markup {
    let t = managed.strings();
    let lengths = [
        Choice { value: "2592000", label: t.programs.for_30d },
        Choice { value: "7776000", label: t.programs.for_90d },
        Choice { value: "31536000", label: t.programs.for_1y },
    ];
    let fields = html! {
        (scopes(managed, &bot.scopes, &bot.scopes))
        (ends(managed, lengths, "7776000"))
        div.form-foot { (Button::new(Kind::Primary, t.programs.create_token).icon(Icon::Add).submit()) }
    };
    shown_once(&address(managed, bot, "/tokens"), &fields)
}
