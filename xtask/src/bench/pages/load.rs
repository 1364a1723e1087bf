//! The load: `wrk` with eight connections, each of which asks for the next page when it has the last one.

use std::path::Path;

use super::itinerary::Page;
use super::printed_by;
use crate::process::{Failure, Outcome, command};

/// What `wrk` reports.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Load {
    /// All answers.
    pub(super) requests: u32,
    pub(super) per_second: f64,
    /// Percentiles of the time from a request to the end of its answer, in milliseconds.
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
}

/// Asks for a page as often as the server answers, for some seconds. What `wrk` prints goes to `file`.
pub(super) fn load(port: u16, page: &Page, seconds: u16, file: &Path) -> Outcome<Load> {
    let mut wrk = command("wrk", ["-t1", "-c8", "--latency", "--timeout=30s"]);
    wrk.arg(format!("-d{seconds}s")).args(["-H", &format!("Host: localhost:{port}"), "-H", "Accept: text/html"]);
    if let Some(cookie) = &page.visitor.cookie {
        wrk.args(["-H", &format!("Cookie: {cookie}")]);
    }
    let printed = printed_by(wrk.arg(format!("http://127.0.0.1:{port}{}", page.path)), file)?;
    if printed.contains("Non-2xx or 3xx responses") || printed.contains("Socket errors") {
        return Err(Failure::because(format!("some requests for {} failed:\n{printed}", page.path)));
    }
    parse(&printed).ok_or_else(|| Failure::because(format!("wrk printed:\n{printed}")))
}

fn parse(printed: &str) -> Option<Load> {
    let after = |key: &str| printed.lines().find_map(|line| line.trim().strip_prefix(key)).map(str::trim);
    let requests = printed.lines().find_map(|line| line.trim().split_once(" requests in ")).map(|(count, _)| count)?;
    let load = Load {
        requests: requests.parse().ok()?,
        per_second: after("Requests/sec:")?.parse().ok()?,
        p50_ms: milliseconds(after("50%")?)?,
        p99_ms: milliseconds(after("99%")?)?,
    };
    (load.requests > 0).then_some(load)
}

/// A time as `wrk` writes it: `870.00us`, `5.25ms`, `1.02s` or `1.10m`.
fn milliseconds(text: &str) -> Option<f64> {
    let unit = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let factor = match &text[unit..] {
        "us" => 0.001,
        "ms" => 1.0,
        "s" => 1000.0,
        "m" => 60_000.0,
        _ => return None,
    };
    Some(text[..unit].parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "\
Running 2s test @ http://127.0.0.1:8999/words.md
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    20.53ms   29.69ms 205.14ms   89.83%
    Req/Sec   467.05    243.02   797.00     47.37%
  Latency Distribution
     50%    8.82ms
     75%   22.37ms
     90%   50.39ms
     99%  165.64ms
  900 requests in 2.04s, 2.22MB read
Requests/sec:    441.24
Transfer/sec:      1.09MB
";

    #[test]
    fn the_report_of_wrk_is_read() {
        let load = Load { requests: 900, per_second: 441.24, p50_ms: 8.82, p99_ms: 165.64 };
        assert_eq!(parse(PRINTED), Some(load));
        assert_eq!(parse(&PRINTED.replace("900 requests", "0 requests")), None);
        assert_eq!(parse("unable to connect to 127.0.0.1:3000 Connection refused"), None);
    }

    #[test]
    fn times_are_read_in_each_unit() {
        let near = |text: &str, ms: f64| (milliseconds(text).unwrap() - ms).abs() < 1e-9;
        assert!(near("870.00us", 0.87) && near("5.25ms", 5.25) && near("1.02s", 1020.0) && near("1.10m", 66_000.0));
        assert_eq!(milliseconds("5.25"), None);
        assert_eq!(milliseconds("5.25h"), None);
    }
}
