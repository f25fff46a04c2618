//! The sign-in page: what it offers, and the first start, at which somebody says along with the sign-in what the first community is called.

use ajet_domain::Caller;
use ajet_domain::community::Names;
use ajet_protocol::{Code, CreateCommunity, Trimmed, User};
use ajet_web::pages::access::sign_in::{Provider, SignIn, sign_in};
use ajet_web::viewer::Viewer;
use axum::extract::State;
use serde::Deserialize;

use super::page::{Page, PageError, told};
use super::reader::Reader;
use crate::http::error::ApiError;
use crate::http::extract::body::valid;
use crate::http::extract::form::InQuery;
use crate::http::extract::peer::DevSignInHere;
use crate::http::return_to;
use crate::http::state::App;
use crate::usecases::{GivenKey, communities, providers, sign_in_ways};

/// The page, with the ways to sign in that there are for this caller.
pub async fn shown(
    app: &App,
    (viewer, here): (&Viewer, &DevSignInHere),
    next: &str,
    problem: Option<&str>,
) -> Result<Page, ApiError> {
    let ways = providers::offered(&app.context).await?;
    let providers: Vec<_> = ways
        .iter()
        .map(|way| Provider { name: &way.name, kind: way.kind.as_str(), label: &way.label })
        .collect();
    let first_start = sign_in_ways::is_first_start(&app.context).await?;
    let query = return_to::as_query(next);
    let offered =
        SignIn { providers: &providers, by_name: here.0, first_start, next, query: &query, problem };
    Ok(Page(sign_in(viewer, &offered)))
}

/// What the first community is to be called; `None` where the form leaves that for later.
pub fn named(name: Option<Trimmed>, slug: Option<String>) -> Result<Option<Names>, ApiError> {
    let (name, slug) = (name.unwrap_or_default(), slug.unwrap_or_default());
    if name.is_empty() && slug.is_empty() {
        return Ok(None);
    }
    let CreateCommunity { name, slug, .. } = valid(CreateCommunity { name, slug, client_mutation_id: None })?;
    Ok(Some(Names { name, slug }))
}

/// Founds the first community for somebody who has just signed in; where that leads. If it can't be founded, the start page has the form for
/// those who may found one, with the names filled in.
pub async fn founded(app: &App, founder: User, names: Names) -> String {
    let again = start_with(&names);
    match communities::found(&app.context, Caller::session(founder), names, GivenKey::Fresh).await {
        Ok(made) => format!("/c/{}", made.into_inner().slug),
        // Somebody else was first.
        Err(failure) if failure.code == Code::Forbidden => "/".to_owned(),
        Err(failure) => {
            let code = failure.code.as_str();
            tracing::warn!(code, "the first community can't be founded along with the sign-in");
            again
        }
    }
}

/// The form of the first start: at which provider somebody signs in, and what the first community is to be called.
#[derive(Deserialize)]
pub struct FirstQuery {
    provider: String,
    community_name: Option<Trimmed>,
    community_slug: Option<String>,
}

/// Goes on to a provider, and from there to the start page, whose form has the names filled in. The page goes on by itself: browsers do not
/// follow a form that is answered by the address of another site (`form-action`).
pub async fn first(
    State(app): State<App>,
    here: DevSignInHere,
    Reader(viewer): Reader,
    InQuery(query): InQuery<FirstQuery>,
) -> Result<Page, PageError> {
    let FirstQuery { provider, community_name, community_slug } = query;
    if !providers::offered(&app.context).await?.iter().any(|one| one.name == provider) {
        return Err(ApiError::not_found().into());
    }
    let names = match named(community_name, community_slug) {
        Ok(names) => names,
        Err(bad) => {
            let problem = told(viewer.language, &bad);
            return Ok(shown(&app, (&viewer, &here), "/", Some(&problem)).await?);
        }
    };
    let query = return_to::as_query(&names.map_or_else(|| "/".to_owned(), |names| start_with(&names)));
    Ok(Page(ajet_web::again(&format!("/auth/{provider}/start?{query}"))))
}

/// The start page with a community's names filled in.
fn start_with(names: &Names) -> String {
    let fields = [("name", names.name.as_str()), ("slug", names.slug.as_str())];
    format!("/?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_communitys_names_come_back_from_a_provider() {
        let names = named(Some("Ferris & Friends ä".into()), Some("ferris".into())).expect("good names");
        let address = start_with(&names.expect("some names"));
        assert_eq!(address, "/?name=Ferris+%26+Friends+%C3%A4&slug=ferris");
        assert!(return_to::is_on_this_site(&address));
        assert_eq!(
            return_to::as_query(&address),
            "return_to=%2F%3Fname%3DFerris%2B%2526%2BFriends%2B%25C3%25A4%26slug%3Dferris"
        );
    }

    #[test]
    fn names_may_be_left_for_later_and_are_checked_otherwise() {
        assert!(named(None, None).expect("left for later").is_none());
        assert!(named(Some("  ".into()), Some(String::new())).expect("left for later").is_none());
        for (name, slug) in [("Ferris", ""), ("", "ferris"), ("Ferris", "Ferris!")] {
            assert!(named(Some(name.into()), Some(slug.into())).is_err(), "{name:?} {slug:?}");
        }
    }
}
