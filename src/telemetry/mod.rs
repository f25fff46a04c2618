//! Logs and metrics. What may be seen in them is decided here: fields that could hold a secret or a person's words are
//! replaced, whichever module writes them.

mod format;
#[cfg(test)]
mod tests;

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Log, Profile};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line, for machines.
    Json,
    /// Coloured text, for people.
    Text,
}

impl Format {
    /// The configured format: JSON in prod, text elsewhere, unless told otherwise.
    #[must_use]
    pub fn of(log: &Log, profile: Profile) -> Self {
        match (log.format.as_str(), profile) {
            ("json", _) | ("", Profile::Prod) => Self::Json,
            _ => Self::Text,
        }
    }
}

/// A subscriber that writes log lines (LOG-1 to LOG-6).
///
/// # Errors
/// When `log.level` is no filter.
pub fn subscriber<W>(
    level: &str,
    format: Format,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, String>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // ractor's spans name no entity and cost one per actor. What the queue of jobs logs, payloads among it, src/jobs has said already. The
    // client of the object store logs addresses, which hold names of files.
    let filter = EnvFilter::try_new(format!("ractor=warn,graphile_worker=off,reqx=off,{level}"))
        .map_err(|error| format!("log.level: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    Ok(match format {
        Format::Json => Box::new(builder.json().event_format(format::Json).finish()),
        Format::Text => Box::new(builder.fmt_fields(format::text_fields()).finish()),
    })
}

/// Starts logging for the process, and makes panics say where they happened and not what was said.
///
/// # Errors
/// When `log.level` is no filter, or logging was started before.
pub fn start_logging(log: &Log, profile: Profile) -> Result<(), String> {
    let subscriber = subscriber(&log.level, Format::of(log, profile), std::io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "panic");
    }));
    Ok(())
}

/// Seconds.
const LATENCIES: [f64; 14] =
    [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const SIZES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Starts metrics for the process; a second call gives the same.
#[must_use]
pub fn start_metrics() -> PrometheusHandle {
    static HANDLE: std::sync::OnceLock<PrometheusHandle> = std::sync::OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &LATENCIES);
            let counts = ["_streams", "_commands"];
            let builder = counts.iter().fold(builder, |builder, suffix| {
                builder.and_then(|one| one.set_buckets_for_metric(Matcher::Suffix((*suffix).into()), &SIZES))
            });
            // Both lists are constants and not empty, the one thing that can be wrong with them.
            let recorder = builder.unwrap_or_default().build_recorder();
            let handle = recorder.handle();
            let _ = metrics::set_global_recorder(recorder);
            handle
        })
        .clone()
}

/// Between two rounds of [`keep_metrics`].
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Puts what was measured into its buckets, for ever: histograms keep every measurement until then, scraped or not.
pub async fn keep_metrics(handle: PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP_EVERY);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}
