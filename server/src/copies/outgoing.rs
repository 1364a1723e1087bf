//! Messages on their way out: they are collected while the last ones are sent, so that many at once cost as much as one.

use super::Error;
use serde_json::Value;
use std::time::Duration;
use tokio::{sync::mpsc, time::sleep};

/// How many messages may wait. More come only if the way out is blocked, and then they are worth nothing any more.
const QUEUE: usize = 4_096;

/// Takes messages and has them sent by a task of its own, which ends when this value and its clones are gone.
#[derive(Debug, Clone)]
pub(super) struct Outgoing(mpsc::Sender<Value>);

impl Outgoing {
    /// Sends by `send`, and pauses after each time.
    pub(super) fn new<F>(pause: Duration, send: impl Fn(Vec<Value>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let (sender, mut receiver) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut messages = Vec::new();
            while receiver.recv_many(&mut messages, QUEUE).await > 0 {
                if let Err(error) = send(std::mem::take(&mut messages)).await {
                    tracing::warn!(%error, "the other copies were not told something");
                }
                sleep(pause).await;
            }
        });
        Self(sender)
    }

    pub(super) fn send(&self, message: Value) {
        if self.0.try_send(message).is_err() {
            tracing::warn!("the other copies were not told something: too much waits already");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn what_is_said_while_something_is_sent_leaves_together_and_in_order() {
        let (sender, mut sent) = mpsc::unbounded_channel();
        let gate = Arc::new(Notify::new());
        let outgoing = Outgoing::new(Duration::ZERO, {
            let gate = gate.clone();
            move |messages| {
                sender.send(messages).unwrap();
                let gate = gate.clone();
                async move {
                    gate.notified().await;
                    Ok(())
                }
            }
        });
        outgoing.send(Value::from(0));
        assert_eq!(sent.recv().await.unwrap(), [Value::from(0)]);
        (1..100).for_each(|number| outgoing.send(Value::from(number)));
        gate.notify_one();
        assert_eq!(sent.recv().await.unwrap(), (1..100).map(Value::from).collect::<Vec<_>>());
    }
}
