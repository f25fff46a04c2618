//! LOG-T2 to LOG-T5; LOG-T1 is beside the layer that writes the line (`http::trace`).

use std::io::Write;
use std::sync::Arc;

use parking_lot::Mutex;
use tracing_subscriber::fmt::MakeWriter;

use super::{Format, subscriber};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logged(level: &str, format: Format, write: impl FnOnce()) -> String {
    let captured = Captured::default();
    let subscriber = subscriber(level, format, captured.clone()).expect("a good level");
    tracing::subscriber::with_default(subscriber, write);
    let bytes = captured.0.lock().clone();
    String::from_utf8(bytes).expect("text")
}

fn one_request() {
    let span = tracing::info_span!("request", trace_id = "t-1", user_id = "u-1");
    span.in_scope(|| {
        tracing::info!(
            status = 201,
            password = "hunter2",
            api_token = "swordfish",
            body = "private words",
            "done"
        )
    });
}

#[test]
fn log_t2_trace_id_of_the_request_in_every_line() {
    let line: serde_json::Value =
        serde_json::from_str(&logged("info", Format::Json, one_request)).expect("JSON");
    assert_eq!((line["trace-id"].as_str(), line["user-id"].as_str()), (Some("t-1"), Some("u-1")));
}

#[test]
fn log_t3_sensitive_fields_are_redacted() {
    for format in [Format::Json, Format::Text] {
        let text = logged("info", format, one_request);
        assert_eq!(text.matches("[REDACTED]").count(), 3, "{text}");
        for secret in ["hunter2", "swordfish", "private words"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn log_t4_json_for_machines() {
    let line: serde_json::Value =
        serde_json::from_str(&logged("info", Format::Json, one_request)).expect("JSON");
    for field in ["timestamp", "level", "logger", "msg"] {
        assert!(line[field].is_string(), "{field} in {line}");
    }
    assert_eq!(line["status"], 201);
}

#[test]
fn log_t5_coloured_text_for_people() {
    let text = logged("info", Format::Text, one_request);
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_err());
    assert!(text.contains("\u{1b}[") && text.contains("done"), "{text:?}");
}

#[test]
fn log_5_levels_by_module() {
    let write = || {
        tracing::debug!(target: "ajet_chatd::store", "kept");
        tracing::debug!(target: "ajet_chatd::http", "dropped");
    };
    let text = logged("info,ajet_chatd::store=debug", Format::Text, write);
    assert!(text.contains("kept") && !text.contains("dropped"), "{text}");
    assert!(subscriber("no such=level=at all", Format::Text, std::io::sink).is_err());
}
