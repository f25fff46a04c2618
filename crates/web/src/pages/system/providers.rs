//! The providers at which people sign in.

use ajet_protocol::{OauthProvider, ProviderType};
use maud::{Markup, html};

use super::frame;
use crate::components::{
    Button, Choice, Dialog, Field, Icon, Kind, Select, Tone, badge, banner, card, chips, confirm,
    danger_card, empty, form, switch,
};
use crate::pages::inside::{Content, Inside};
use crate::strings::{fill, with};

/// The list. Form: `POST /system/providers`.
#[must_use]
pub fn providers(inside: &Inside<'_>, all: &[OauthProvider], public_url: &str) -> Markup {
    let t = inside.viewer.strings();
    let list = html! {
        @if all.is_empty() { (empty(Icon::Provider, t.system.no_providers, t.system.no_providers_hint, &html! {})) }
        @else { ul.rows { @for one in all { li { (row(inside, one, public_url)) } } } }
    };
    let callback = [(
        "address",
        html! { code { (public_url) "/auth/" span.soft { "<" (t.shared.name) ">" } "/callback" } },
    )];
    let new = html! {
        (banner(Tone::Accent, &html! { p { (with(t.system.callback_hint, &callback)) } }))
        (form("/system/providers", &new_fields(inside)))
    };
    let body = html! { (card(t.system.providers, None, &list)) (card(t.system.new_provider, None, &new)) };
    let content =
        Content { icon: Icon::Provider, title: t.system.providers, hint: t.system.providers_hint, body };
    frame::page(inside, "/system/providers", &content)
}

fn row(inside: &Inside<'_>, provider: &OauthProvider, public_url: &str) -> Markup {
    let t = inside.viewer.strings();
    let state = if provider.enabled { (t.system.on, Tone::Good) } else { (t.system.off, Tone::Plain) };
    html! {
        div.stack-s {
            span.row {
                strong dir="auto" { (provider.name) }
                (badge(kind_word(provider.kind), Tone::Plain))
                (badge(state.0, state.1))
                @if provider.configured { (badge(t.system.from_configuration, Tone::Accent)) }
            }
            (callback(inside, provider, public_url))
            (asked_for(t.system.organizations, &provider.organizations))
            (asked_for(t.system.required_claims, &claims(provider)))
        }
        @if !provider.configured {
            (Button::new(Kind::Plain, t.shared.edit).small().link(&format!("/system/providers/{}", provider.id)))
        }
    }
}

/// The address that is registered at the provider.
fn callback(inside: &Inside<'_>, provider: &OauthProvider, public_url: &str) -> Markup {
    let t = inside.viewer.strings();
    html! {
        span.row { span.soft { (t.system.callback) } code { (public_url) "/auth/" (provider.slug) "/callback" } }
    }
}

/// What a provider must say of somebody, each as claim and value.
fn claims(provider: &OauthProvider) -> Vec<String> {
    provider.required_claims.iter().map(|(claim, value)| format!("{claim}={value}")).collect()
}

/// What somebody must have to be let in, where anything is asked for.
fn asked_for(name: &str, all: &[String]) -> Markup {
    html! {
        @if !all.is_empty() {
            span.row { span.soft { (name) } (chips(all.iter().map(String::as_str))) }
        }
    }
}

/// What the kinds are called everywhere.
fn kind_word(kind: ProviderType) -> &'static str {
    match kind {
        ProviderType::Github => "GitHub",
        ProviderType::Gitea => "Gitea",
        ProviderType::Oidc => "OpenID Connect",
    }
}

fn new_fields(inside: &Inside<'_>) -> Markup {
    let t = inside.viewer.strings();
    let kinds = ProviderType::ALL.map(|kind| Choice { value: kind.as_str(), label: kind_word(kind) });
    let kind = Select {
        name: "type",
        label: t.system.provider_kind,
        id: "type",
        hint: None,
        choices: &kinds,
        chosen: "github",
    };
    html! {
        div.fields-two {
            (kind.show())
            (Field::text("name", t.shared.name).hint(t.system.provider_name_hint).required().max(80).show())
            (Field::text("client_id", t.system.client_id).required().max(512).autocomplete("off").show())
            (Field::text("client_secret", t.system.client_secret).kind("password").hint(t.system.client_secret_hint).max(512).autocomplete("off").show())
            (Field::text("base_url", t.system.base_url).kind("url").optional(t.shared.optional).hint(t.system.base_url_hint).show())
            (Field::text("issuer_url", t.system.issuer_url).kind("url").optional(t.shared.optional).hint(t.system.issuer_url_hint).show())
            (organizations(inside, ""))
        }
        div.form-foot { (Button::new(Kind::Primary, t.system.add_provider).icon(Icon::Add).submit()) }
    }
}

/// Organisations and teams, one on each line.
fn organizations(inside: &Inside<'_>, value: &str) -> Markup {
    let t = inside.viewer.strings();
    let field = Field::text("organizations", t.system.organizations).area().value(value);
    field.optional(t.shared.optional).hint(t.system.organizations_hint).show()
}

/// One of them. Forms: `POST /system/providers/{id}`, `/system/providers/{id}/delete`.
#[must_use]
pub fn provider(inside: &Inside<'_>, provider: &OauthProvider, public_url: &str) -> Markup {
    let t = inside.viewer.strings();
    let address = format!("/system/providers/{}", provider.id);
    let dialog = Dialog { id: "delete-provider", title: t.system.delete_provider, close: t.shared.cancel };
    let question = fill(t.system.delete_provider_ask, &[("name", &provider.name)]);
    let settings = html! {
        (callback(inside, provider, public_url))
        (asked_for(t.system.required_claims, &claims(provider)))
        (form(&address, &fields(inside, provider)))
    };
    let body = html! {
        (card(&provider.name, Some(kind_word(provider.kind)), &settings))
        (danger_card(t.system.delete_provider, Some(t.system.delete_provider_hint), &html! {
            div { (confirm(dialog, &question, &format!("{address}/delete"), t.system.delete_provider)) }
        }))
    };
    frame::page(
        inside,
        "/system/providers",
        &Content { icon: Icon::Provider, title: &provider.name, hint: "", body },
    )
}

/// What can be changed of one.
fn fields(inside: &Inside<'_>, provider: &OauthProvider) -> Markup {
    let t = inside.viewer.strings();
    let url = |address: &Option<String>| address.clone().unwrap_or_default();
    let (base, issuer) = (url(&provider.base_url), url(&provider.issuer_url));
    let base_url = Field::text("base_url", t.system.base_url).kind("url").value(&base);
    // One that is there can't be taken away.
    let base_url = if base.is_empty() { base_url.optional(t.shared.optional) } else { base_url.required() };
    html! {
        div.fields-two {
            (Field::text("name", t.shared.name).value(&provider.name).required().max(80).show())
            (Field::text("client_id", t.system.client_id).value(&provider.client_id).required().max(512).autocomplete("off").show())
            (Field::text("client_secret", t.system.client_secret).kind("password").optional(t.shared.optional).hint(t.system.secret_stays).max(512).autocomplete("off").show())
            @if provider.kind == ProviderType::Oidc {
                (Field::text("issuer_url", t.system.issuer_url).kind("url").value(&issuer).required().show())
            } @else {
                (base_url.show())
                (organizations(inside, &provider.organizations.join("\n")))
            }
        }
        (switch("enabled", t.system.provider_enabled, Some(t.system.provider_enabled_hint), provider.enabled))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    }
}
