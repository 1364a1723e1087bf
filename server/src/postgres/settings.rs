//! The settings of the embedded cluster.

use super::place::Place;
use crate::config::keys::Database;
use std::fmt::Write;

/// The file that the cluster's own configuration includes.
pub(super) const FILE: &str = "bedside.conf";

/// The port number in the socket's name. No other cluster shares its folder, so the usual number is used.
pub(super) const PORT: u16 = 5432;

/// Connections besides the pool: the listener, the job queue, migrations, a backup, an operator with psql.
const SPARE_CONNECTIONS: u32 = 20;

/// The contents of [`FILE`]. The log never contains a statement or a row, because they contain patients' data.
pub(super) fn text(place: &Place, database: &Database) -> String {
    let mut text = String::from(
        "# Written by Bedside at each start. Changes here are lost; put yours into postgresql.conf, below the include.\n",
    );
    let connections = database.max_connections + SPARE_CONNECTIONS;
    let lines = [
        ("unix_socket_directories", quoted(&place.socket.display().to_string())),
        ("unix_socket_permissions", "0700".to_owned()),
        ("listen_addresses", quoted(if database.embedded_port.is_some() { "127.0.0.1" } else { "" })),
        ("port", database.embedded_port.unwrap_or(PORT).to_string()),
        ("max_connections", connections.to_string()),
        ("password_encryption", quoted("scram-sha-256")),
        ("timezone", quoted("UTC")),
        ("log_timezone", quoted("UTC")),
        ("logging_collector", "on".to_owned()),
        ("log_directory", quoted(&place.logs.display().to_string())),
        ("log_filename", quoted("postgres-%a.log")),
        ("log_rotation_age", quoted("1d")),
        ("log_rotation_size", "0".to_owned()),
        ("log_truncate_on_rotation", "on".to_owned()),
        ("log_statement", quoted("none")),
        ("log_min_error_statement", quoted("panic")),
        ("log_error_verbosity", quoted("terse")),
        ("log_parameter_max_length", "0".to_owned()),
        ("log_parameter_max_length_on_error", "0".to_owned()),
    ];
    for (name, value) in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name} = {value}");
    }
    text
}

fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
