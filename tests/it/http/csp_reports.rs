//! What browsers report of a page that broke the content security policy.

use reqwest::RequestBuilder;
use serde_json::json;

use crate::support::requests::{answer, http, status};
use crate::support::{World, in_production, metrics, serve};

/// What nothing but a report holds.
const SAMPLE: &str = "what stood in the page";

fn report(world: &World, kind: &str, body: String) -> RequestBuilder {
    http().post(format!("{}/csp-reports", world.base())).header("content-type", kind).body(body)
}

/// How many reports of a directive were counted.
fn counted(metrics: &str, directive: &str) -> u64 {
    let name = format!(r#"ajet_csp_reports_total{{directive="{directive}"}} "#);
    metrics.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn a_report_is_counted_by_its_directive_and_by_nothing_else() {
    let world = World::new().await;
    let before = metrics(&world).await;
    let old = json!({"csp-report": {
        "document-uri": "https://chat.example/c/ferris", "blocked-uri": "https://evil.example/", "script-sample": SAMPLE,
        "effective-directive": "script-src-elem", "violated-directive": "script-src-elem"}});
    let new = json!([
        {"type": "csp-violation", "url": "https://chat.example/c/ferris", "body": {"effectiveDirective": "font-src", "sample": SAMPLE}},
        {"type": "csp-violation", "url": "https://chat.example/c/ferris", "body": {"effectiveDirective": SAMPLE}}]);
    assert_eq!(status(report(&world, "application/csp-report", old.to_string())).await, 204);
    assert_eq!(status(report(&world, "application/reports+json", new.to_string())).await, 204);
    let after = metrics(&world).await;
    // Other tests of the process may count as well.
    for directive in ["script-src-elem", "font-src", "other"] {
        assert!(counted(&after, directive) > counted(&before, directive), "{directive}: {after}");
    }
    for private in [SAMPLE, "chat.example", "evil.example"] {
        assert!(!after.contains(private), "{private}");
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_no_report_or_too_large_is_refused() {
    let world = World::new().await;
    for kind in ["application/csp-report", "application/reports+json"] {
        for junk in ["", "junk", "{}", "[1]", r#"{"csp-report":[]}"#, "null"] {
            assert_eq!(status(report(&world, kind, junk.into())).await, 400, "{kind}: {junk}");
        }
        let large = "x".repeat(64 * 1024 + 1);
        assert_eq!(status(report(&world, kind, large)).await, 413, "{kind}");
    }
    for kind in ["application/json", "text/plain", "application/x-www-form-urlencoded"] {
        assert_eq!(status(report(&world, kind, "{}".into())).await, 415, "{kind}");
    }
    world.end().await;
}

/// Who reports shows no credential: it counts for the address, as every other change does that comes without one.
#[tokio::test]
async fn reports_are_limited_by_address() {
    const MOST: usize = 30;
    let world = World::with(|config| config.limits.writes_per_minute = 30).await;
    let mut taken = 0;
    // Some more than a minute allows, since what is allowed comes back meanwhile.
    for _ in 0..4 * MOST {
        let answered = status(report(&world, "application/reports+json", "[]".into())).await;
        if answered == 429 {
            break;
        }
        assert_eq!(answered, 204);
        taken += 1;
    }
    assert!((MOST..4 * MOST).contains(&taken), "{taken}");
    world.end().await;
}

/// The policy says where reports go: to every browser by `report-uri`, and over TLS also by what is to follow it.
#[tokio::test]
async fn browsers_are_told_where_reports_go() {
    let world = World::new().await;
    let prod = serve(&in_production(&world.config)).await;
    for (base, is_tls) in [(world.base(), false), (format!("http://{}", prod.addr()), true)] {
        let page = answer(http().get(format!("{base}/sign-in"))).await;
        let header = |name: &str| page.headers().get(name).map(|value| value.to_str().expect("text"));
        let policy = header("content-security-policy").expect("a policy");
        let has = |part: &str| policy.split("; ").any(|one| one == part);
        assert!(has("report-uri /csp-reports"), "{policy}");
        assert_eq!(has("report-to csp"), is_tls, "{policy}");
        assert_eq!(header("reporting-endpoints"), is_tls.then_some(r#"csp="/csp-reports""#));
    }
    world.end().await;
    prod.stop().await;
}
