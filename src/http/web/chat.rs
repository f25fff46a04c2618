//! The chat page at its addresses: a channel of a community, a direct message, and links to single messages.

use std::collections::HashMap;

use ajet_protocol::scopes::SessionOnly;
use ajet_protocol::{
    ChannelId, MessageId, MessageQuery, PageQuery, Permissions, Role, RoleId, Sync, SyncedChannel,
    SystemSettings, UserId,
};
use ajet_web::chat::{Chat, Sides};
use ajet_web::viewer::Viewer;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;

use super::own::Whole;
use super::page::{FragmentError, Page, PageError};
use super::reader::Reader;
use crate::http::error::ApiError;
use crate::http::extract::body::Id;
use crate::http::extract::caller::Caller;
use crate::http::extract::form::InQuery;
use crate::http::extract::paging;
use crate::http::extract::path::InPath;
use crate::http::state::App;
use crate::usecases::{Context, channels, communities, members, messages, settings, sync};

/// Messages that a page brings along: about a screen of them, and so few that a first visit stays under 100 KiB (`script/web-figures.mjs`).
/// Scripts ask for more where there is room, or once somebody looks further.
const FIRST_ROWS: i64 = 23;

/// A community opens on the channel that people arrive in, else on the first one, else on its settings.
pub async fn community(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(slug): Id<String>,
) -> Result<Response, PageError> {
    let community = communities::by_slug(&app.context, caller.id(), &slug).await?;
    let mut all = Whole::begin();
    while let Some(query) = all.asks() {
        all.take(channels::list(&app.context, caller.id(), community.id, &query).await?, |one| one.id.0);
    }
    let all = all.items();
    let arrival = all.iter().find(|one| Some(one.id) == community.default_channel_id);
    let address = match arrival.or(all.first()) {
        Some(open) => format!("/c/{}/channels/{}", community.slug, open.id),
        None => format!("/c/{}/settings", community.slug),
    };
    Ok(Redirect::to(&address).into_response())
}

/// A channel of a community. A link with a name that the community had before leads to the present one.
pub async fn channel(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    InPath((slug, id)): InPath<(String, ChannelId)>,
    InQuery(query): InQuery<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let named = paging::id(&query, "around")?.map(MessageId);
    let known = Known::of(&app.context, caller.id(), id).await?;
    if known.slug() != Some(slug.as_str()) {
        return Ok(Redirect::to(&address_of(&app.context, caller.id(), id).await?).into_response());
    }
    Ok(Page(known.page(&app.context, &viewer, named).await?).into_response())
}

/// A direct message.
pub async fn direct(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    Id(id): Id<ChannelId>,
    InQuery(query): InQuery<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let named = paging::id(&query, "around")?.map(MessageId);
    let known = Known::of(&app.context, caller.id(), id).await?;
    if known.open.channel.community_id.is_some() {
        return Ok(Redirect::to(&address_of(&app.context, caller.id(), id).await?).into_response());
    }
    Ok(Page(known.page(&app.context, &viewer, named).await?).into_response())
}

/// A channel by its id alone, as notifications and new entries of the side bar have it.
pub async fn by_id(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    Ok(Redirect::to(&address_of(&app.context, caller.id(), id).await?).into_response())
}

/// A message, where it stands. A reply stands in its thread.
pub async fn permalink(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<MessageId>,
) -> Result<Response, PageError> {
    let message = messages::get(&app.context, caller.id(), id).await?;
    let address = address_of(&app.context, caller.id(), message.channel_id).await?;
    let place = match message.parent_id.filter(|_| !message.also_to_channel) {
        Some(parent) => format!("{address}?around={parent}&thread={parent}"),
        None => format!("{address}?around={id}"),
    };
    Ok(Redirect::to(&place).into_response())
}

/// Joins a channel and shows it.
pub async fn join(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Id(id): Id<ChannelId>,
) -> Result<Response, PageError> {
    channels::join(&app.context, caller.by(), id).await?;
    Ok(Redirect::to(&address_of(&app.context, caller.id(), id).await?).into_response())
}

/// The side bar as it is now.
pub async fn sidebar(
    State(app): State<App>,
    caller: Caller<SessionOnly>,
    Reader(viewer): Reader,
    Id(id): Id<ChannelId>,
) -> Result<Response, FragmentError> {
    let Known { sync, open, settings } = Known::of(&app.context, caller.id(), id).await?;
    let chat = Chat {
        viewer: &viewer,
        lang: viewer.language,
        sync: &sync,
        open: &open,
        settings: &settings,
        own_roles: &[],
        messages: &[],
        more: Sides::default(),
        named: None,
    };
    Ok(Page(ajet_web::chat::sidebar(&chat)).into_response())
}

/// The address of a channel, for somebody who sees it.
async fn address_of(context: &Context, reader: UserId, id: ChannelId) -> Result<String, ApiError> {
    let channel = channels::get(context, reader, id).await?;
    let Some(home) = channel.community_id else { return Ok(format!("/dm/{id}")) };
    let home = communities::get(context, reader, home).await?;
    Ok(format!("/c/{}/channels/{id}", home.slug))
}

/// What a reader may see, and the channel that is open.
struct Known {
    sync: Sync,
    open: SyncedChannel,
    settings: SystemSettings,
}

impl Known {
    /// All of one moment, with the cursor from which the live stream goes on: messages that are read after it come twice at worst.
    async fn of(context: &Context, reader: UserId, id: ChannelId) -> Result<Self, ApiError> {
        let sync = sync::start(context, reader, None).await?;
        let listed = sync.channels.iter().chain(&sync.dms).find(|one| one.channel.id == id).cloned();
        let open = match listed {
            Some(open) => open,
            None => unlisted(context, reader, id).await?,
        };
        Ok(Self { sync, open, settings: settings::in_force(context).await? })
    }

    /// The name of the open channel's community in addresses.
    fn slug(&self) -> Option<&str> {
        let home = self.open.channel.community_id?;
        let found = self.sync.communities.iter().find(|one| one.community.id == home);
        found.map(|one| one.community.slug.as_str())
    }

    /// The custom roles of the reader in the open channel's community, which mostly has none.
    async fn own_roles(&self, context: &Context) -> Result<Vec<RoleId>, ApiError> {
        let home = self.open.channel.community_id;
        let found = self.sync.communities.iter().find(|one| Some(one.community.id) == home);
        let Some(home) = found.filter(|one| !one.roles.is_empty()) else { return Ok(Vec::new()) };
        let reader = self.sync.user.user.id;
        Ok(members::get(context, reader, home.community.id, reader).await?.roles)
    }

    async fn page(
        &self,
        context: &Context,
        viewer: &Viewer,
        named: Option<MessageId>,
    ) -> Result<Markup, ApiError> {
        let reader = self.sync.user.user.id;
        let around = named.map(|id| id.0);
        let page = PageQuery { limit: around.is_none().then_some(FIRST_ROWS), ..PageQuery::default() };
        let query = MessageQuery { page, around, top_level: true };
        let read = messages::list(context, reader, self.open.channel.id, &query).await?;
        // Around a message it is not told on which side there are more: scripts find out.
        let more = Sides { before: read.has_more, after: read.has_more && named.is_some() };
        let own_roles = self.own_roles(context).await?;
        let (sync, open, messages) = (&self.sync, &self.open, read.items.as_slice());
        Ok(ajet_web::chat::show(&Chat {
            viewer,
            lang: viewer.language,
            sync,
            open,
            settings: &self.settings,
            own_roles: &own_roles,
            messages,
            more,
            named,
        }))
    }
}

/// A direct message that is hidden from the list, or one of very many.
async fn unlisted(context: &Context, reader: UserId, id: ChannelId) -> Result<SyncedChannel, ApiError> {
    let (channel, joined) = channels::seen(context, reader, id).await?;
    let my_permissions = Some(Permissions::of_role(Role::Member).names());
    Ok(SyncedChannel { channel, last_read_id: None, joined, my_permissions })
}
