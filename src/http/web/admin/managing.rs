//! In which community somebody manages something, by the address, and what they may do there.

use std::collections::HashMap;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{Category, Channel, Community, CommunityId, CustomRole, PageQuery, Permissions, UserId};
use ajet_web::pages::admin::{Managed, granted};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;

use crate::http::extract::caller::Caller;
use crate::http::extract::paging::Paging;
use crate::http::extract::path::InPath;
use crate::http::page::PageError;
use crate::http::state::App;
use crate::http::web::own::{Own, Whole, saved};
use crate::usecases::{Context, Failure, Found, categories, channels, communities, members, roles};

/// Somebody who sends a form of a community.
pub struct Here {
    pub caller: Caller<SessionOnly>,
    pub community: Community,
}

impl Here {
    /// As use cases take the caller.
    pub fn by(&self) -> ajet_domain::Caller {
        self.caller.by()
    }

    /// Back to a page of the community's settings, which says that it is done.
    pub fn saved(&self, end: &str) -> Redirect {
        saved(&address(&self.community, end))
    }
}

/// The address of a page of a community's settings.
pub fn address(community: &Community, end: &str) -> String {
    format!("/c/{}/settings/{end}", community.slug)
}

/// The community that a path names.
async fn named(parts: &mut Parts, app: &App, caller: &Caller<SessionOnly>) -> Result<Community, PageError> {
    let InPath(path) = InPath::<HashMap<String, String>>::from_request_parts(parts, app).await?;
    let slug = path.get("slug").or_not_found()?;
    Ok(communities::by_slug(&app.context, caller.id(), slug).await?)
}

impl FromRequestParts<App> for Here {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let caller = Caller::<SessionOnly>::from_request_parts(parts, app).await?;
        let community = named(parts, app, &caller).await?;
        Ok(Self { caller, community })
    }
}

/// All channels of a community that somebody sees.
pub async fn channels_of(
    context: &Context,
    reader: UserId,
    community: CommunityId,
) -> Result<Vec<Channel>, Failure> {
    let mut all = Whole::begin();
    while let Some(query) = all.asks() {
        all.take(channels::list(context, reader, community, &query).await?, |one| one.id.0);
    }
    Ok(all.items())
}

/// All categories of a community.
pub async fn categories_of(
    context: &Context,
    reader: UserId,
    community: CommunityId,
) -> Result<Vec<Category>, Failure> {
    let mut all = Whole::begin();
    while let Some(query) = all.asks() {
        all.take(categories::list(context, reader, community, &query).await?, |one| one.id.0);
    }
    Ok(all.items())
}

/// Somebody who looks at a page of a community's settings.
pub struct Managing {
    pub own: Own,
    pub community: Community,
    pub roles: Vec<CustomRole>,
    pub rights: Permissions,
}

impl Managing {
    /// As pages take it.
    pub fn managed(&self) -> Managed<'_> {
        Managed { inside: self.own.inside(), community: &self.community, rights: self.rights }
    }
}

impl FromRequestParts<App> for Managing {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let own = Own::from_request_parts(parts, app).await?;
        let community = named(parts, app, &own.caller).await?;
        let (context, person) = (&app.context, own.caller.id());
        let member = members::get(context, person, community.id, person).await?;
        let mut roles = Whole::begin();
        while let Some(query) = roles.asks() {
            roles.take(roles::list(context, person, community.id, &query).await?, |one| one.id.0);
        }
        let roles = roles.items();
        let rights = granted(&member, &roles);
        Ok(Self { own, community, roles, rights })
    }
}

/// A page of settings with a list, and the part of the list that it is asked for.
pub struct Listing {
    pub app: App,
    pub managing: Managing,
    pub query: PageQuery,
}

impl Listing {
    /// The same page from the beginning of its list, as it is shown after its form was sent.
    pub fn first(app: App, managing: Managing) -> Self {
        Self { app, managing, query: PageQuery::default() }
    }
}

impl FromRequestParts<App> for Listing {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let managing = Managing::from_request_parts(parts, app).await?;
        let Paging(query) = Paging::from_request_parts(parts, app).await?;
        Ok(Self { app: app.clone(), managing, query })
    }
}
