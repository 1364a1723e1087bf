//! Puts a limited load on a TURN server (this relay or another one) and measures what it costs: `load key=value …`.
//!
//! | key | meaning |
//! |---|---|
//! | `server` | address of the server |
//! | `pid` | process id of the server, whose CPU time and memory are measured |
//! | `secret` | shared secret of the server |
//! | `transport` | `udp` or `tcp`, between client and server |
//! | `mode` | `peer`: each client talks to a UDP peer, which answers; `pair`: clients talk to each other |
//! | `allocations` | number of allocations |
//! | `rate` | packets per second from all clients together |
//! | `burst` | packets that a client sends at a time |
//! | `size` | payload size in bytes |
//! | `seconds` | length of the measurement, after half a second of warm-up that is not counted |
//!
//! Packets are sent in ticks of a millisecond, evenly over the clients. The result is one line of `key=value` pairs.

mod client;
mod process;
mod traffic;

use std::collections::HashMap;

use traffic::Plan;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut given = HashMap::new();
    for argument in std::env::args().skip(1) {
        let (key, value) = argument.split_once('=').ok_or("arguments are key=value")?;
        given.insert(key.to_owned(), value.to_owned());
    }
    let of = |key: &str| given.get(key).cloned().ok_or(format!("{key}= is missing"));
    let plan = Plan {
        server: of("server")?.parse()?,
        pid: of("pid")?.parse()?,
        secret: of("secret")?,
        stream: of("transport")? == "tcp",
        pairs: of("mode")? == "pair",
        allocations: of("allocations")?.parse()?,
        rate: of("rate")?.parse()?,
        burst: of("burst")?.parse()?,
        size: of("size")?.parse()?,
        seconds: of("seconds")?.parse()?,
    };
    let result = traffic::run(&plan)?;
    #[expect(clippy::print_stdout, reason = "the result is what this program is for")]
    {
        println!("{result}");
    }
    Ok(())
}
