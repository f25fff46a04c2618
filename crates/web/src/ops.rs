//! The operators' live page.

use ajet_protocol::ops::{BusyEntity, ClusterReport, NodeReport, NodeState};
use maud::{Markup, html};

use crate::components::{Button, Field, Kind, Tone, banner};
use crate::layout::{page, plain};
use crate::viewer::Viewer;

/// The page that asks for the operators' token.
#[must_use]
pub fn sign_in(problem: Option<&str>) -> Markup {
    let token = Field::text("token", "The operators' token (ops.token)").kind("password").required();
    plain(
        &Viewer::default(),
        "Operations",
        &html! {
            h1 { "Operations" }
            @if let Some(problem) = problem { (banner(Tone::Bad, &html! { p { (problem) } })) }
            form.form method="post" action="/ops" {
                (token.autocomplete("current-password").focused().show())
                (Button::new(Kind::Primary, "Show").wide().submit())
            }
        },
    )
}

/// The page; its middle renews itself every second.
#[must_use]
pub fn show(report: &ClusterReport, chaos: bool) -> Markup {
    page(
        "Operations",
        &html! {
            body { main.wide {
                h1 { "Operations" }
                div #cluster hx-get="/ops/live" hx-trigger="every 1s" hx-swap="innerHTML" { (live(report, chaos)) }
            } }
        },
    )
}

/// What changes from second to second.
#[must_use]
pub fn live(report: &ClusterReport, chaos: bool) -> Markup {
    html! {
        table.ops {
            thead { tr {
                th { "node" } th { "state" } th { "pid" } th { "address" } th { "NATS" }
                th.number { "entities" } th.number { "sessions" } th.number { "waiting" }
                th.number { "commands/s" } th.number { "ms each" } th.number { "crashes" }
                @if chaos { th { "chaos" } }
            } }
            tbody { @for node in &report.nodes { (row(node, chaos)) } }
        }
        @if let Some(parked @ 1..) = report.parked {
            p.problem {
                (parked) " events are parked: NATS did not take them. "
                code { "ajet-chat cluster parked" } " lists them, and "
                code { "ajet-chat cluster replay-parked STREAM SEQ" } " publishes one again."
            }
        }
        @if let Some(parked @ 1..) = report.parked_messages {
            p.problem {
                (parked) " messages are parked: people could not be notified of them. "
                code { "ajet-chat cluster parked" } " lists them, and "
                code { "ajet-chat cluster replay-parked-message MESSAGE" } " has it tried again."
            }
        }
        @if let Some(dead @ 1..) = report.dead_jobs {
            p.problem {
                (dead) " jobs are dead: they could not be done. "
                code { "ajet-chatd jobs list" } " lists them, and "
                code { "ajet-chatd jobs retry ID" } " has one tried again."
            }
        }
        div.ops-columns {
            @for node in &report.nodes {
                @if let Some(load) = &node.load { section {
                    h2 { (node.name) }
                    ul.ops-entities { @for entity in &load.busiest { (entity_row(entity, chaos)) } }
                } }
            }
            section {
                h2 { "What happened" }
                ol.ops-news { @for one in &report.notices {
                    li { time datetime=(one.at) { (clock(&one.at.to_string())) } " " (one.node) ": " (one.text) }
                } }
            }
        }
    }
}

fn row(node: &NodeReport, chaos: bool) -> Markup {
    let (state, class) = match node.state {
        NodeState::Up => ("up", "ok"),
        NodeState::Suspected => ("silent", "bad"),
        NodeState::Draining => ("draining", "warn"),
    };
    let load = node.load.clone().unwrap_or_default();
    html! {
        tr {
            td { (node.name) } td { span.state.(class) { (state) } } td { (node.pid) } td { (node.addr) }
            td { @if load.nats { "yes" } @else { "no" } }
            td.number { (load.entities) } td.number { (load.sessions) } td.number { (load.mailbox_depth) }
            td.number { (format!("{:.0}", load.commands_per_s)) } td.number { (format!("{:.1}", load.answer_ms)) }
            td.number { (load.crashes) }
            @if chaos { td {
                button hx-post=(format!("/ops/nodes/{}/drain", node.id)) hx-swap="none" { "drain" }
            } }
        }
    }
}

fn entity_row(entity: &BusyEntity, chaos: bool) -> Markup {
    let path = format!("/ops/entities/{}/{}", entity.kind, entity.id);
    let id = entity.id.to_string();
    html! {
        li {
            span { (entity.kind) " …" (&id[id.len() - 8..]) }
            small { (entity.mailbox_depth) " waiting, " (format!("{:.0}", entity.uptime_s)) " s, " (entity.restarts) " restarts" }
            @if chaos { span {
                button hx-delete=(format!("{path}?mode=stop")) hx-swap="none" { "kill" }
                button hx-delete=(format!("{path}?mode=panic")) hx-swap="none" { "panic" }
            } }
        }
    }
}

/// The time of day of a moment.
fn clock(moment: &str) -> &str {
    moment.split('T').nth(1).and_then(|time| time.get(..8)).unwrap_or(moment)
}
