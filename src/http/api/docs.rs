//! The API's own description.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::extract::caller::COOKIE;
use crate::http::state::App;

/// What a reader should know before the first request.
const ABOUT: &str = "Team messaging.\n\n\
    Bodies are JSON in UTF-8 with names in snake_case, times RFC 3339 in UTC, ids UUIDs. An error is a problem document \
    (RFC 9457) with a stable `code`; beside the answers that each operation lists, an unknown address is 404, a method that an \
    address does not take 405 (`method_not_allowed`), an unknown method 501 (`not_implemented`), a request without one \
    good `Host` 400 (`malformed`), a body that does not arrive in time 408 (`request_timeout`), an `Idempotency-Key` \
    that can be none 422 (`invalid`), also where nothing is created, a query that holds a NUL 422 too, and a head of more than \
    32 KiB 431.\n\n\
    A list is read in pages: `before` or `after` the id of an item. Creating something is safe to repeat with the same \
    `client_mutation_id` or `Idempotency-Key`: the repetition answers 200 with what the first request made. Deleting \
    something again changes nothing and is 204 again, for as long as an audit log tells of the first time, to who did it or may do such things there (of an incoming webhook to who did it alone); \
    to all others, and for what never was, it is 404.\n\n\
    Live events come from `GET /api/events`; `x-events` names the schema of each.";

/// The document without its routes, which the router adds as it is built.
#[derive(OpenApi)]
#[openapi(
    info(title = "ajet-chat", version = "1", description = ABOUT),
    servers((url = "/", description = "The server that this document comes from.")),
    tags(
        (name = "health", description = "Whether a node lives, is ready, and how it does."),
        (name = "docs", description = "This description."),
        (name = "sign-in", description = "Beginning and ending sessions."),
        (name = "me", description = "The caller's own account."),
        (name = "users", description = "Other people, and whom the caller blocks."),
        (name = "communities", description = "Communities and the people in them."),
        (name = "members", description = "The people in a community, and what is done to those who disturb."),
        (name = "roles", description = "What members may do besides what all may."),
        (name = "invites", description = "How people come into a community."),
        (name = "channels", description = "Where messages live."),
        (name = "dms", description = "Channels of a few people, in no community."),
        (name = "messages", description = "Reading and writing."),
        (name = "presence", description = "Who is online, and who is typing."),
        (name = "search", description = "Finding messages, channels and people."),
        (name = "notifications", description = "What the caller was told of."),
        (name = "bots", description = "Accounts of programs, and the tokens that they sign in with."),
        (name = "commands", description = "Slash commands, and those that bots carry out."),
        (name = "webhooks", description = "How other programs post into a channel."),
        (name = "pictures", description = "Pictures of people, bots, communities and webhooks, and custom emoji."),
        (name = "events", description = "What happens, as it happens."),
        (name = "services", description = "How services beside the server know who asks."),
        (name = "system", description = "Settings of the whole system, for its owner."),
        (name = "operators", description = "Nodes and entities, behind the operators' token.")
    ),
    components(schemas(
        ajet_protocol::Problem, ajet_protocol::Envelope, ajet_protocol::events::Ready, ajet_protocol::events::Resync, ajet_protocol::events::ResyncReason,
        ajet_protocol::events::RightsChanged,
        ajet_protocol::PresenceDiff,
        ajet_protocol::User,
        ajet_protocol::Community, ajet_protocol::Channel, ajet_protocol::Message, ajet_protocol::Member,
        ajet_protocol::Webhook, ajet_protocol::Notification,
    )),
    modifiers(&Schemes)
)]
pub struct Document;

struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = |text: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(text));
            SecurityScheme::Http(scheme.build())
        };
        components.add_security_scheme("bearer", bearer("The token that signing in gave, or an API token of a bot: `x-scope` of an operation names the scope that it needs."));
        components
            .add_security_scheme("ops", bearer("The operators' token, `ops.token` of the configuration."));
        let cookie = ApiKeyValue::with_description(
            COOKIE,
            "The session as browsers hold it; `ajet_session` where the server is not behind TLS. A change must come from the \
             server's own pages, or is 403 (`csrf`).",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// Completes the first document by what is true of every route, and keeps it; later calls do nothing.
pub fn finish(document: &utoipa::openapi::OpenApi) {
    FINISHED.get_or_init(|| {
        let document = super::describe::complete(document);
        let page = ajet_web::docs::page_of(&document).into_string();
        Finished { json: document.to_string().into(), page: page.into() }
    });
}

/// The finished document in both forms: made once in a process, whose nodes have the same routes.
static FINISHED: OnceLock<Finished> = OnceLock::new();

struct Finished {
    json: Bytes,
    page: Bytes,
}

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(openapi)).routes(routes!(docs))
}

/// The OpenAPI 3.1 document.
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "docs.openapi", tag = "docs",
    responses((status = 200, description = "This document.", body = Object)))]
pub async fn openapi() -> impl IntoResponse {
    let json = FINISHED.get().map(|finished| finished.json.clone()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], json)
}

/// The same, for people.
#[utoipa::path(get, path = "/api/docs", operation_id = "docs.page", tag = "docs",
    responses((status = 200, description = "A page.", content_type = "text/html", body = String)))]
pub async fn docs() -> impl IntoResponse {
    let page = FINISHED.get().map(|finished| finished.page.clone()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page)
}
