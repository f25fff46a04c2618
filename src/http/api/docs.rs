//! The API's own description.

use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::http::caller::COOKIE;

/// The document without its routes, which the router adds as it is built.
#[derive(OpenApi)]
#[openapi(
    info(title = "ajet-chat", version = "1", description = "Team messaging. Errors are problem documents (RFC 9457)."),
    components(schemas(
        ajet_protocol::Problem, ajet_protocol::Envelope, ajet_protocol::events::Ready, ajet_protocol::User,
        ajet_protocol::Community, ajet_protocol::Channel, ajet_protocol::Message, ajet_protocol::Member,
    )),
    modifiers(&Schemes)
)]
pub struct Document;

struct Schemes;

impl utoipa::Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        components
            .add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE))));
    }
}

/// Completes a document by what is true of every route, and keeps it.
pub fn finish(mut document: utoipa::openapi::OpenApi) {
    super::describe::complete(&mut document);
    let json = serde_json::to_value(&document).unwrap_or_default();
    let page = ajet_web::docs::page_of(&json).into_string();
    let _ = FINISHED.set(Finished { json: json.to_string().into(), page: page.into() });
}

/// The finished document in both forms: made once, when the router is built, and the same for everybody.
static FINISHED: OnceLock<Finished> = OnceLock::new();

struct Finished {
    json: Bytes,
    page: Bytes,
}

/// The OpenAPI 3.1 document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "docs", responses((status = 200, body = Object)))]
pub async fn openapi() -> impl IntoResponse {
    let json = FINISHED.get().map(|finished| finished.json.clone()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], json)
}

/// The same, for people.
#[utoipa::path(get, path = "/api/docs", tag = "docs", responses((status = 200, content_type = "text/html", body = String)))]
pub async fn docs() -> impl IntoResponse {
    let page = FINISHED.get().map(|finished| finished.page.clone()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page)
}
