//! How the pages look in this browser: a cookie holds it.

use maud::{Markup, html};

use super::frame;
use crate::components::{Button, Choice, Icon, Kind, Select, card, form, radio};
use crate::pages::inside::{Content, Inside};
use crate::strings::{Language, fill};
use crate::viewer::{Contrast, Density, Theme};

/// The page. Form: `POST /settings/appearance`.
#[must_use]
pub fn appearance(inside: &Inside<'_>) -> Markup {
    let t = inside.viewer.strings();
    let fields = html! {
        (tiles(inside))
        (language(inside))
        div.form-foot { (Button::new(Kind::Primary, t.shared.save).submit()) }
    };
    let zone = match inside.viewer.clock.zone() {
        Some(zone) => fill(t.settings.zone_is, &[("zone", zone)]),
        None => t.settings.zone_unknown.to_owned(),
    };
    let body = html! {
        (card(t.settings.appearance, None, &form("/settings/appearance", &fields)))
        (card(t.settings.time_zone, None, &html! { p { (zone) } }))
    };
    let content = Content {
        icon: Icon::Appearance,
        title: t.settings.appearance,
        hint: t.settings.appearance_hint,
        body,
    };
    frame::page(inside, "/settings/appearance", &content)
}

fn tiles(inside: &Inside<'_>) -> Markup {
    let (t, look) = (inside.viewer.strings(), inside.viewer.look);
    let theme = |one| match one {
        Theme::System => t.settings.as_system,
        Theme::Light => t.settings.theme_light,
        Theme::Dark => t.settings.theme_dark,
    };
    let density = |one| match one {
        Density::Cosy => t.settings.density_cosy,
        Density::Compact => t.settings.density_compact,
    };
    let contrast = |one| match one {
        Contrast::System => t.settings.as_system,
        Contrast::Normal => t.settings.contrast_normal,
        Contrast::More => t.settings.contrast_more,
    };
    html! {
        fieldset.fieldset { legend { (t.settings.theme) } div.tiles {
            @for one in Theme::ALL { (radio("theme", one.as_str(), theme(*one), *one == look.theme)) }
        } }
        fieldset.fieldset { legend { (t.settings.density) } div.tiles {
            @for one in Density::ALL { (radio("density", one.as_str(), density(*one), *one == look.density)) }
        } }
        fieldset.fieldset { legend { (t.settings.contrast) } div.tiles {
            @for one in Contrast::ALL { (radio("contrast", one.as_str(), contrast(*one), *one == look.contrast)) }
        } }
    }
}

fn language(inside: &Inside<'_>) -> Markup {
    let (t, look) = (inside.viewer.strings(), inside.viewer.look);
    let mut choices = vec![Choice { value: "auto", label: t.settings.as_browser }];
    choices.extend(Language::ALL.map(|one| Choice { value: one.tag(), label: one.own_name() }));
    let chosen = look.language.map_or("auto", Language::tag);
    Select {
        name: "language",
        label: t.settings.language,
        id: "language",
        hint: None,
        choices: &choices,
        chosen,
    }
    .show()
}
