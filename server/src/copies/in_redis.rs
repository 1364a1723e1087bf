//! Copies that share a Redis: messages by PUBLISH, presence in sorted sets by the time at which it runs out, buckets as numbers.
//!
//! All times are those of Redis, so the clocks of the copies do not matter. Its data may be lost at any time: presence is written again with the next beat,
//! and buckets begin full. Each operation on several values is one script, so no two copies can come between them.

use super::{Beat, Copies, CopyId, Error, Heard, Incoming, outgoing::Outgoing};
use crate::{
    config::{Secret, keys},
    edge::limits::{InProcess, Key, Sizes, Store},
};
use async_trait::async_trait;
use domain::copies::presence::LEASE;
use futures::StreamExt;
use model::ids::EncounterId;
use redis::{
    Client, Script, ToRedisArgs, Value as RedisValue,
    aio::{ConnectionManager, ConnectionManagerConfig, PubSubSink, PubSubStream},
};
use serde_json::Value;
use std::{
    fmt,
    num::NonZeroU32,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

/// How long Redis may take. A request waits for it, so this is short.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often a connection that only listens asks whether Redis is still there.
const PING_EVERY: Duration = Duration::from_secs(5);
/// How long an empty bucket takes to fill.
const FILLING: Duration = Duration::from_mins(1);

/// Arguments: the copies and the present patients; this copy, how long its words last in milliseconds, the visits that patients follow at it.
/// Result: the copies, and the members of the visits that have run out.
static BEAT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
         redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
         for i = 3, #ARGV do redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[i]) end
         local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)
         redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
         return { redis.call('ZRANGE', KEYS[1], 0, -1), lapsed }",
    )
});

/// Arguments: the present patients; a member, and for how long it lasts in milliseconds.
static ENTER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         return redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2], ARGV[1])",
    )
});

/// Arguments: the present patients; the beginning of the members of a visit. Result: whether there is one.
static IS_PRESENT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')) do
           if string.sub(member, 1, string.len(ARGV[1])) == ARGV[1] then return 1 end
         end
         return 0",
    )
});

/// Arguments: the copies and the present patients; this copy, the end of its members. They run out now.
static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('ZREM', KEYS[1], ARGV[1])
         for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
           if string.sub(member, -string.len(ARGV[2])) == ARGV[2] then redis.call('ZADD', KEYS[2], 0, member) end
         end
         return 1",
    )
});

/// Arguments: the bucket; in how many microseconds what is taken fills up again, and how many an empty bucket takes. The value is the time at which the
/// bucket is full. Result: how many microseconds to wait; 0 when it was taken.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000000 + time[2]
         local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
         if full_at < now then full_at = now end
         local after = full_at + ARGV[1]
         local wait = after - now - ARGV[2]
         if wait > 0 then return wait end
         redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
         return 0",
    )
});

/// The ways to the other copies through Redis. Cheap to clone.
#[derive(Clone)]
pub struct InRedis {
    client: Client,
    connection: ConnectionManager,
    me: CopyId,
    names: Arc<Names>,
    outgoing: Outgoing,
}

/// The names of what is in Redis. The braces put all of them on one node of a Redis cluster.
#[derive(Debug)]
struct Names {
    prefix: String,
    channel: String,
    copies: String,
    present: String,
}

impl InRedis {
    /// A new copy; it connects when it first needs to.
    ///
    /// # Errors
    /// [`Error::Redis`] when the URL cannot be used.
    pub fn new(url: &Secret<String>, prefix: &str, me: CopyId) -> Result<Self, Error> {
        // For `rediss:`. Another part of the process may have set it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::open(url.expose().as_str())?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connection = client.get_connection_manager_lazy(config)?;
        let names = Arc::new(Names {
            channel: format!("{{{prefix}}}:messages"),
            copies: format!("{{{prefix}}}:copies"),
            present: format!("{{{prefix}}}:present"),
            prefix: format!("{{{prefix}}}"),
        });
        let outgoing = Outgoing::new(Duration::ZERO, {
            let (connection, names) = (connection.clone(), names.clone());
            move |messages| publish(connection.clone(), names.clone(), me, messages)
        });
        Ok(Self { client, connection, me, names, outgoing })
    }

    /// Asks whether Redis answers.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn ping(&self) -> Result<(), Error> {
        let mut connection = self.connection.clone();
        in_time(redis::cmd("PING").query_async::<()>(&mut connection)).await
    }

    async fn run<T: redis::FromRedisValue>(&self, script: &Script, keys: &[&str], args: &[impl ToRedisArgs]) -> Result<T, Error> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(*key);
        }
        for arg in args {
            call.arg(arg);
        }
        let mut connection = self.connection.clone();
        in_time(call.invoke_async(&mut connection)).await
    }

    /// The member of a visit that a patient follows at this copy.
    fn member(&self, visit: EncounterId) -> String {
        format!("{}/{}", visit.uuid(), self.me)
    }
}

fn lease_ms() -> String {
    LEASE.as_millis().to_string()
}

async fn in_time<T>(answer: impl Future<Output = redis::RedisResult<T>>) -> Result<T, Error> {
    match timeout(2 * PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Error::RedisLost),
    }
}

async fn publish(mut connection: ConnectionManager, names: Arc<Names>, me: CopyId, messages: Vec<Value>) -> Result<(), Error> {
    let mut pipe = redis::pipe();
    for message in messages {
        pipe.cmd("PUBLISH").arg(&names.channel).arg(format!("{me}:{message}")).ignore();
    }
    in_time(pipe.query_async::<()>(&mut connection)).await
}

impl fmt::Debug for InRedis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InRedis").field("names", &self.names).finish_non_exhaustive()
    }
}

#[async_trait]
impl Copies for InRedis {
    fn tell(&self, message: Value) {
        self.outgoing.send(message);
    }

    async fn listen(&self) -> Result<Box<dyn Incoming>, Error> {
        let subscribed = async {
            let mut pubsub = self.client.get_async_pubsub().await?;
            pubsub.subscribe(&self.names.channel).await?;
            Ok::<_, redis::RedisError>(pubsub.split())
        };
        let (sink, stream) = in_time(subscribed).await?;
        let mut ping = interval(PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Box::new(FromRedis { me: self.me, sink, stream, ping }))
    }

    async fn beat(&self, visits: &[EncounterId]) -> Result<Beat, Error> {
        let mut args = vec![self.me.to_string(), lease_ms()];
        args.extend(visits.iter().map(|visit| self.member(*visit)));
        let (copies, lapsed): (Vec<String>, Vec<String>) =
            self.run(&BEAT, &[self.names.copies.as_str(), self.names.present.as_str()], &args).await?;
        let others = copies.iter().filter_map(|copy| copy.parse::<CopyId>().ok()).filter(|copy| *copy != self.me);
        let lapsed = lapsed.iter().filter_map(|member| member.split_once('/')?.0.parse::<uuid::Uuid>().ok());
        Ok(Beat { others: others.collect(), lapsed: lapsed.map(EncounterId::from).collect() })
    }

    async fn enter(&self, visit: EncounterId) -> Result<(), Error> {
        self.run::<RedisValue>(&ENTER, &[self.names.present.as_str()], &[self.member(visit), lease_ms()]).await.map(drop)
    }

    async fn leave(&self, visit: EncounterId) -> Result<(), Error> {
        let mut connection = self.connection.clone();
        let mut command = redis::cmd("ZREM");
        command.arg(&self.names.present).arg(self.member(visit));
        in_time(command.query_async::<RedisValue>(&mut connection)).await.map(drop)
    }

    async fn is_present(&self, visit: EncounterId) -> Result<bool, Error> {
        self.run(&IS_PRESENT, &[self.names.present.as_str()], &[format!("{}/", visit.uuid())]).await
    }

    async fn end(&self) -> Result<(), Error> {
        let args = [self.me.to_string(), format!("/{}", self.me)];
        self.run::<RedisValue>(&END, &[self.names.copies.as_str(), self.names.present.as_str()], &args).await.map(drop)
    }
}

struct FromRedis {
    me: CopyId,
    sink: PubSubSink,
    stream: PubSubStream,
    ping: Interval,
}

#[async_trait]
impl Incoming for FromRedis {
    async fn next(&mut self) -> Result<Heard, Error> {
        loop {
            tokio::select! {
                message = self.stream.next() => {
                    // The stream ends with the connection.
                    let Some(message) = message else { return Err(Error::RedisLost) };
                    if let Some(heard) = read(message.get_payload_bytes()).filter(|(from, _)| *from != self.me) {
                        return Ok(Heard::Message(heard.0, heard.1));
                    }
                }
                // Without this, a Redis whose machine is gone would be silent and not missed.
                _ = self.ping.tick() => in_time(self.sink.ping::<RedisValue>()).await.map(drop)?,
            }
        }
    }
}

fn read(payload: &[u8]) -> Option<(CopyId, Value)> {
    let (from, message) = std::str::from_utf8(payload).ok()?.split_once(':')?;
    Some((from.parse().ok()?, serde_json::from_str(message).ok()?))
}

/// Buckets in Redis, exact for all copies together. While Redis does not answer, each copy counts for itself.
#[derive(Debug)]
pub struct RedisBuckets {
    redis: InRedis,
    sizes: Sizes,
    alone: InProcess,
}

impl RedisBuckets {
    /// The buckets of the configuration.
    #[must_use]
    pub fn new(redis: InRedis, keys: &keys::Limits, alone: InProcess) -> Self {
        Self { redis, sizes: Sizes::of(keys), alone }
    }

    async fn take_shared(&self, key: Key, cost: NonZeroU32) -> Result<Result<(), Duration>, Error> {
        let size = self.sizes.of_key(key);
        let filling = u64::try_from(FILLING.as_micros()).unwrap_or(u64::MAX);
        let micros = filling * u64::from(cost.min(size).get()) / u64::from(size.get());
        let name = format!("{}:bucket:{key}", self.redis.names.prefix);
        let wait: u64 = self.redis.run(&TAKE, &[name.as_str()], &[micros, filling]).await?;
        Ok(if wait == 0 { Ok(()) } else { Err(Duration::from_micros(wait)) })
    }
}

#[async_trait]
impl Store for RedisBuckets {
    async fn take(&self, key: Key, cost: NonZeroU32) -> Result<(), Duration> {
        match self.take_shared(key, cost).await {
            Ok(outcome) => outcome,
            Err(error) => {
                metrics::counter!("bedside_limits_alone_total").increment(1);
                tracing::debug!(%error, "a request is counted in this process only");
                self.alone.take(key, cost).await
            }
        }
    }
}
