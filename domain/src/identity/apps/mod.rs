//! Apps that use the API in a person's name: OAuth 2 with authorization codes and PKCE (RFC 6749, RFC 7636, RFC 9700; ADR 40).
//!
//! Invariants
//! - Nobody is sent to an address that is not registered for the app, letter by letter.
//! - What an app gets is a limited session (`identity::limited`) of the person who allowed it: it ends with all that ends sessions.
//! - A code works once and for a minute, only with the verifier that belongs to its challenge. A second use ends what the first one has made.
//! - A refresh token is replaced at each use, and one that comes back ends the session, as for every program (`identity::api_tokens`).

mod authorize;
mod connected;
mod exchange;
mod register;
mod store;

pub use authorize::{AppAnswer, Asked, AuthorizationRequest, answer_authorization, read_authorization};
pub use connected::{connected_apps, disconnect_app};
pub use exchange::{AppTokens, Client, ExchangeCode, exchange_code, refresh_app_tokens, revoke_app_token};
pub use register::{RegisterApp, RegisteredApp, end_app, list_apps, register_app};
pub(super) use store::{for_mail, sweep_codes};
