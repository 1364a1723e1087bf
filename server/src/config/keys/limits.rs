//! The keys of the limits.

use crate::config::section::section;

section! {
    /// Limits per person and per address. A request over a limit is refused, and the answer says when to try again.
    Limits at "limits" {
        /// Failed sign-ins to one account from one address within the window.
        sign_in_per_account: u32 = 10, in 1..=1000;
        /// Failed sign-ins to one account from all addresses together within the window.
        sign_in_per_account_in_all: u32 = 50, in 1..=10_000;
        /// Failed sign-ins from one address within the window. All people in a clinic may share one address.
        sign_in_per_address: u32 = 50, in 1..=100_000;
        /// The length of the window for failed sign-ins.
        window_secs: u32 = 900, in 1..=86_400;
        /// Mails per hour to one e-mail address that users can request without signing in: confirmations and password resets.
        mails_per_account_per_hour: u32 = 10, in 1..=1000;
        /// Mails per hour that users can request from one IP address without signing in. All people in a clinic may share one address.
        mails_per_address_per_hour: u32 = 200, in 1..=100_000;
        /// Requests per minute from one address, signed in or not. A request that needs more work counts as several: a change as 2, a search as 5, a
        /// password or a document as 10, an export as 20. Scripts, styles and fonts do not count. All people in a clinic may share one address.
        requests_per_address_per_minute: u32 = 6000, in 1..=1_000_000;
        /// Requests per minute of one account, from all its browsers and programs together, counted in the same way.
        requests_per_account_per_minute: u32 = 1200, in 1..=1_000_000;
        /// How many requests the server handles at the same time.
        requests_at_once: u32 = 256, in 1..=100_000;
        /// How many more requests wait for that. Further ones are refused at once.
        requests_waiting: u32 = 512, in 0..=100_000;
        /// How long a request waits, in seconds, before it is refused.
        request_wait_secs: u32 = 5, in 1..=60;
        /// How many passwords wait to be hashed. The server hashes as many at the same time as it has processors; further ones are refused at once.
        passwords_waiting: u32 = 256, in 0..=100_000;
        /// The maximum size of a request body, in bytes.
        max_body_bytes: u64 = 1_048_576, in 1024..=1_073_741_824;
        /// How long the head of a request may take to arrive, and a TLS handshake, in seconds. An HTTP/1 connection that is kept alive is closed when
        /// its next request takes longer than this.
        head_secs: u32 = 30, in 1..=600;
        /// How long the body of a request may take to arrive, in seconds.
        body_secs: u32 = 30, in 1..=3600;
        /// After how many seconds without a byte in either direction a connection is closed. Pages with live updates are sent something more often than this.
        idle_secs: u32 = 75, in 1..=3600;
        /// How many connections clients may have open at the same time. The server needs as many open files, and raises its limit for them if the system
        /// allows it.
        max_connections: u32 = 4096, in 1..=1_000_000;
        /// How many of them may come from one address; the addresses in `trusted_proxies` are exempt. A browser opens up to seven, and all people in a
        /// clinic may share one address.
        max_connections_per_address: u32 = 512, in 1..=1_000_000;
        /// How many pages with live updates one person may have open at the same time.
        max_sockets_per_user: u32 = 10, in 1..=1000;
    }
}
