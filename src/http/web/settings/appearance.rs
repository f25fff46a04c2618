//! How the pages look in this browser. A cookie keeps it, so the pages before the sign-in look so too.

use ajet_protocol::scopes::SessionOnly;
use ajet_web::pages::settings;
use ajet_web::strings::Language;
use ajet_web::viewer::{Contrast, Density, Look, Theme};
use axum::extract::State;
use axum::response::Redirect;

use crate::http::cookie::SetCookie;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::Filled;
use crate::http::page::Page;
use crate::http::state::App;
use crate::http::web::fields::Fields;
use crate::http::web::own::{Own, saved};

/// The page.
pub async fn page(own: Own) -> Page {
    Page(settings::appearance(&own.inside()))
}

/// Keeps what was chosen.
pub async fn choose(
    State(app): State<App>,
    _: Caller<SessionOnly>,
    Filled(form): Filled<Fields>,
) -> (SetCookie, Redirect) {
    let look = Look {
        theme: Theme::named(form.text("theme")),
        density: Density::named(form.text("density")),
        contrast: Contrast::named(form.text("contrast")),
        language: Language::named(form.text("language")),
    };
    (SetCookie::look(&app, &look.written()), saved("/settings/appearance"))
}
