//! How lines are written, and what is kept out of them.

use std::fmt;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{FieldFn, FormatEvent, FormatFields, Writer, debug_fn};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// What stands in place of a secret.
pub const REDACTED: &str = "[REDACTED]";
/// Parts of field names that hold secrets or a person's words and traces.
const SENSITIVE: [&str; 11] = [
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "email",
    "body",
    "filename",
    "remote_addr",
    "ip_addr",
    "user_agent",
];

/// Whether a field must not be shown.
pub fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SENSITIVE.iter().any(|part| name.contains(part))
}

/// Writes one field.
type WriteField = fn(&mut Writer<'_>, &Field, &dyn fmt::Debug) -> fmt::Result;

/// Fields as text for people.
pub fn text_fields() -> FieldFn<WriteField> {
    debug_fn(write_field as WriteField)
}

fn write_field(writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => write!(writer, "{value:?} "),
        name if is_sensitive(name) => write!(writer, "{name}={REDACTED} "),
        name => write!(writer, "{name}={value:?} "),
    }
}

/// One JSON object a line: timestamp, level, logger, msg, and all fields of the event and the spans around it.
pub struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        line.insert("timestamp".into(), json!(crate::clock::now()));
        line.insert("level".into(), json!(event.metadata().level().as_str()));
        line.insert("logger".into(), json!(event.metadata().target()));
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let fields = extensions.get::<FormattedFields<N>>().map_or("", |fields| fields.fields.as_str());
            if let Ok(Value::Object(fields)) = serde_json::from_str(fields) {
                fields.into_iter().for_each(|(name, value)| insert(&mut line, &name, value));
            }
        }
        event.record(&mut Fields(&mut line));
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Names as the log's readers know them, with a dash.
fn insert(line: &mut Map<String, Value>, name: &str, value: Value) {
    let name = match name {
        "message" => "msg",
        "trace_id" => "trace-id",
        "user_id" => "user-id",
        other => other,
    };
    let value = if is_sensitive(name) { json!(REDACTED) } else { value };
    line.insert(name.to_owned(), value);
}

struct Fields<'a>(&'a mut Map<String, Value>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        insert(self.0, field.name(), json!(format!("{value:?}")));
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        insert(self.0, field.name(), json!(value));
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        insert(self.0, field.name(), json!(value));
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        insert(self.0, field.name(), json!(value));
    }
    fn record_f64(&mut self, field: &Field, value: f64) {
        insert(self.0, field.name(), json!(value));
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        insert(self.0, field.name(), json!(value));
    }
}
