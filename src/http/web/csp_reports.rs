//! What browsers report of a page that broke the content security policy. Any client can send such a report, signed in or not, and invent it:
//! it counts as the name of its directive, of a list that is fixed here, and nothing else of it is kept. The rest would tell which page
//! somebody had open, and a piece of what stands there.

use std::collections::BTreeMap;

use ajet_protocol::Code;
use axum::extract::Request;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::http::error::ApiError;
use crate::http::extract::body;
use crate::http::media;

/// Bytes of a body: some dozens of reports, which a browser sends together.
const REPORT_BYTES: usize = 64 * 1024;

/// The directives that are counted by their names (CSP 3, Trusted Types).
const DIRECTIVES: [&str; 21] = [
    "base-uri",
    "child-src",
    "connect-src",
    "default-src",
    "font-src",
    "form-action",
    "frame-ancestors",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "require-trusted-types-for",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "trusted-types",
    "worker-src",
];
/// What any other name counts as.
const OTHER: &str = "other";

/// Counts what is reported.
pub async fn take(request: Request) -> Result<StatusCode, ApiError> {
    let broken: fn(&[u8]) -> Option<Vec<String>> = match media::essence(request.headers()).as_str() {
        "application/csp-report" => of_one,
        "application/reports+json" => of_several,
        _ => {
            let text = "Send reports as application/csp-report or application/reports+json.";
            return Err(ApiError::new(Code::UnsupportedMediaType, text));
        }
    };
    let body = body::bytes_within(request, REPORT_BYTES).await?;
    let broken = broken(&body).ok_or_else(|| {
        ApiError::new(Code::Malformed, "The body is no report of a content security policy.")
    })?;
    for (directive, reports) in counted(&broken) {
        metrics::counter!("ajet_csp_reports_total", "directive" => directive).increment(reports);
        tracing::info!(directive, reports, "a page broke the content security policy");
    }
    Ok(StatusCode::NO_CONTENT)
}

/// How many reports there are of each directive.
fn counted(broken: &[String]) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for directive in broken {
        let known = DIRECTIVES.into_iter().find(|name| name == directive);
        *counts.entry(known.unwrap_or(OTHER)).or_default() += 1;
    }
    counts
}

/// What `report-uri` asks for: one report, in an object.
#[derive(Deserialize)]
struct Wrapped {
    #[serde(rename = "csp-report")]
    report: Report,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    effective_directive: Option<String>,
    /// In old browsers the whole directive, and the only one of the two.
    violated_directive: Option<String>,
}

fn of_one(body: &[u8]) -> Option<Vec<String>> {
    let Report { effective_directive, violated_directive } =
        serde_json::from_slice::<Wrapped>(body).ok()?.report;
    let directive = effective_directive.filter(|name| !name.is_empty()).or(violated_directive)?;
    Some(vec![directive.split_whitespace().next()?.to_owned()])
}

/// What `report-to` asks for: a list, in which reports of other kinds may stand as well.
#[derive(Deserialize)]
struct Listed {
    #[serde(rename = "type")]
    kind: String,
    body: Option<Violation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Violation {
    effective_directive: Option<String>,
}

fn of_several(body: &[u8]) -> Option<Vec<String>> {
    let all: Vec<Listed> = serde_json::from_slice(body).ok()?;
    let violations = all.into_iter().filter(|one| one.kind == "csp-violation");
    violations.map(|one| one.body?.effective_directive).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_as_its_directive() {
        for (body, directive) in [
            (
                r#"{"csp-report":{"effective-directive":"script-src-elem","violated-directive":"x"}}"#,
                "script-src-elem",
            ),
            (
                r#"{"csp-report":{"effective-directive":"","violated-directive":"img-src 'self' data:"}}"#,
                "img-src",
            ),
            (
                r#"{"csp-report":{"violated-directive":"font-src","blocked-uri":"https://evil.example"}}"#,
                "font-src",
            ),
        ] {
            assert_eq!(of_one(body.as_bytes()), Some(vec![directive.to_owned()]), "{body}");
        }
        for junk in [
            "",
            "{}",
            "[]",
            r#"{"csp-report":{}}"#,
            r#"{"csp-report":{"violated-directive":" "}}"#,
            r#"{"csp-report":{"effective-directive":1}}"#,
        ] {
            assert_eq!(of_one(junk.as_bytes()), None, "{junk}");
        }
    }

    #[test]
    fn of_a_list_what_is_about_the_policy_is_counted() {
        let list = r#"[{"type":"csp-violation","age":1,"body":{"effectiveDirective":"img-src","sample":"x"}},
                       {"type":"deprecation","body":{"id":"x"}}, {"type":"crash","body":null},
                       {"type":"csp-violation","body":{"effectiveDirective":"worker-src"}}]"#;
        assert_eq!(of_several(list.as_bytes()), Some(vec!["img-src".to_owned(), "worker-src".to_owned()]));
        assert_eq!(of_several(b"[]"), Some(Vec::new()));
        for junk in
            ["", "{}", "[1]", r#"[{"type":"csp-violation"}]"#, r#"[{"type":"csp-violation","body":{}}]"#]
        {
            assert_eq!(of_several(junk.as_bytes()), None, "{junk}");
        }
    }

    /// Nothing that a client invents becomes a name of a series.
    #[test]
    fn invented_directives_are_one() {
        let all = ["img-src", "evil", "IMG-SRC", "img-src", "other"].map(str::to_owned);
        assert_eq!(Vec::from_iter(counted(&all)), [("img-src", 2), (OTHER, 3)]);
    }
}
