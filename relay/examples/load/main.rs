//! A bounded load on a TURN server, this crate's or another, and what it cost: `load key=value …`.
//!
//! | key | meaning |
//! |---|---|
//! | `server` | its address |
//! | `pid` | its process, whose processor time and memory are read |
//! | `secret` | its shared secret |
//! | `transport` | `udp` or `tcp`, between client and server |
//! | `mode` | `peer`: each client speaks with a UDP peer, which answers; `pair`: clients speak with each other |
//! | `allocations` | how many |
//! | `rate` | packets a second that clients send, all together |
//! | `burst` | packets that a client sends at a time |
//! | `size` | bytes of a payload |
//! | `seconds` | how long is measured, after half a second that is not |
//!
//! Packets leave in ticks of a millisecond, evenly over the clients. The result is one line of `key=value`.

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
