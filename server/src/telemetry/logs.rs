//! Logs to standard error: text for people, JSON for programs.

use super::Error;
use crate::config::keys::{Log, LogFormat};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

pub(super) fn init(log: &Log) -> Result<(), Error> {
    let registry = tracing_subscriber::registry().with(EnvFilter::try_new(&log.filter)?);
    match log.format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal())).try_init()?,
        LogFormat::Json => registry.with(json_layer(stderr)).try_init()?,
    }
    Ok(())
}

/// One JSON object per line: the event's fields at the top level, the fields of its spans in `spans`.
fn json_layer<S, W>(writer: W) -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> fmt::MakeWriter<'a> + Send + Sync + 'static,
{
    fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true).with_writer(writer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_json_line_can_be_read_alone() {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::registry().with(json_layer(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("request", request.id = "r1").entered();
            tracing::warn!(appointment.id = 7, "late");
        });
        let bytes = written.0.lock().unwrap().clone();
        let line: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!((&line["level"], &line["message"], &line["appointment.id"]), (&"WARN".into(), &"late".into(), &7.into()));
        assert_eq!(line["spans"][0]["request.id"], "r1");
    }
}
