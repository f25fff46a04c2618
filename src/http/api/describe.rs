//! What is true of every route, written into the OpenAPI document once instead of at each of them.

use ajet_protocol::Code;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{Object, SchemaFormat, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, KnownFormat, OpenApi, Ref, RefOr, Required, Response};

const PROBLEM: &str = "application/problem+json";

/// Completes a document: every error with its shape, the headers that all answers carry and all requests may, and both
/// ways to sign in.
pub fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let asking = [&mut item.get, &mut item.delete].into_iter().flatten();
        asking.for_each(|operation| complete_operation(path, operation, false));
        let telling = [&mut item.post, &mut item.put, &mut item.patch].into_iter().flatten();
        telling.for_each(|operation| complete_operation(path, operation, true));
    }
}

fn complete_operation(path: &str, operation: &mut Operation, telling: bool) {
    let signed_in = operation.security.as_ref().is_some_and(|all| !all.is_empty());
    if signed_in {
        let cookie = SecurityRequirement::new::<_, [&str; 0], &str>("cookie", []);
        operation.security.get_or_insert_default().push(cookie);
    }
    let may_fail = |code: Code, when: bool| when.then_some(code);
    let json = operation.request_body.is_some() && !path.starts_with("/hook/");
    let common = [
        may_fail(Code::Unauthenticated, signed_in),
        may_fail(Code::NotFound, path.contains('{')),
        may_fail(Code::Malformed, json),
        may_fail(Code::UnsupportedMediaType, json),
        may_fail(Code::Invalid, json || path_is_listed(operation)),
        may_fail(Code::TooLarge, operation.request_body.is_some()),
        may_fail(Code::Unavailable, !path.starts_with("/livez")),
    ];
    for code in common.into_iter().flatten() {
        let absent = || RefOr::T(Response::new(code.title()));
        operation.responses.responses.entry(code.status().to_string()).or_insert_with(absent);
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(header("X-Trace-Id", "A UUID to find this request by; the answer repeats it."));
    if telling && json {
        let text = "The same as client_mutation_id in the body: a repetition gives the first result again.";
        parameters.push(header("Idempotency-Key", text));
    }
}

/// Lists refuse a cursor or a size that is none.
fn path_is_listed(operation: &Operation) -> bool {
    operation.parameters.iter().flatten().any(|parameter| parameter.name == "limit")
}

fn complete_response(status: &str, response: &mut Response) {
    let trace = Header::new(uuid());
    response.headers.insert("X-Trace-Id".into(), trace);
    if status == "503" || status == "429" {
        let seconds = Object::with_type(Type::Integer);
        response.headers.insert("Retry-After".into(), Header::new(seconds));
    }
    let is_error = status.starts_with('4') || status.starts_with('5');
    if is_error && response.content.is_empty() {
        let problem = Content::new(Some(Ref::from_schema_name("Problem")));
        response.content.insert(PROBLEM.into(), problem);
    }
    if response.description.is_empty() {
        let title =
            Code::ALL.iter().find(|code| code.status().to_string() == status).map(|code| code.title());
        response.description = title.unwrap_or("Done.").to_owned();
    }
}

fn uuid() -> Object {
    let mut schema = Object::with_type(Type::String);
    schema.format = Some(SchemaFormat::KnownFormat(KnownFormat::Uuid));
    schema
}

fn header(name: &str, description: &str) -> Parameter {
    let mut parameter = Parameter::new(name);
    parameter.parameter_in = ParameterIn::Header;
    parameter.required = Required::False;
    parameter.description = Some(description.to_owned());
    parameter.schema = Some(Object::with_type(Type::String).into());
    parameter
}
