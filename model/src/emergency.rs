//! The number that reaches an ambulance.

/// The zones of countries with the number 112, which answers in all of them: the European Union, its neighbours that have joined, and India.
const ONE_ONE_TWO: &[&str] = &[
    "Africa/Ceuta",
    "Arctic/Longyearbyen",
    "Asia/Calcutta",
    "Asia/Kolkata",
    "Asia/Nicosia",
    "Atlantic/Azores",
    "Atlantic/Canary",
    "Atlantic/Madeira",
    "Atlantic/Reykjavik",
    "Europe/Amsterdam",
    "Europe/Andorra",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Bratislava",
    "Europe/Brussels",
    "Europe/Bucharest",
    "Europe/Budapest",
    "Europe/Busingen",
    "Europe/Chisinau",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kiev",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/Ljubljana",
    "Europe/Luxembourg",
    "Europe/Madrid",
    "Europe/Malta",
    "Europe/Mariehamn",
    "Europe/Monaco",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Riga",
    "Europe/Rome",
    "Europe/San_Marino",
    "Europe/Sofia",
    "Europe/Stockholm",
    "Europe/Tallinn",
    "Europe/Vaduz",
    "Europe/Vatican",
    "Europe/Vienna",
    "Europe/Vilnius",
    "Europe/Warsaw",
    "Europe/Zagreb",
    "Europe/Zurich",
];

/// The zones of the United Kingdom and its islands.
const NINE_NINE_NINE: &[&str] = &["Europe/Belfast", "Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"];

/// The zones of the United States and Canada, apart from those in [`NINE_ONE_ONE_GROUPS`].
const NINE_ONE_ONE: &[&str] = &[
    "America/Adak",
    "America/Anchorage",
    "America/Boise",
    "America/Cambridge_Bay",
    "America/Chicago",
    "America/Dawson",
    "America/Dawson_Creek",
    "America/Denver",
    "America/Detroit",
    "America/Edmonton",
    "America/Fort_Nelson",
    "America/Glace_Bay",
    "America/Goose_Bay",
    "America/Halifax",
    "America/Inuvik",
    "America/Iqaluit",
    "America/Juneau",
    "America/Los_Angeles",
    "America/Menominee",
    "America/Metlakatla",
    "America/Moncton",
    "America/New_York",
    "America/Nome",
    "America/Phoenix",
    "America/Rankin_Inlet",
    "America/Regina",
    "America/Resolute",
    "America/Sitka",
    "America/St_Johns",
    "America/Swift_Current",
    "America/Toronto",
    "America/Vancouver",
    "America/Whitehorse",
    "America/Winnipeg",
    "America/Yakutat",
    "Pacific/Honolulu",
];

const NINE_ONE_ONE_GROUPS: &[&str] = &["America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "Canada/", "US/"];

/// The emergency number of the country of a time zone (its IANA name). None where we do not know it for certain: a wrong number is worse than none.
#[must_use]
pub fn emergency_number(zone: &str) -> Option<&'static str> {
    if ONE_ONE_TWO.contains(&zone) {
        Some("112")
    } else if NINE_NINE_NINE.contains(&zone) {
        Some("999")
    } else if NINE_ONE_ONE.contains(&zone) || NINE_ONE_ONE_GROUPS.iter().any(|group| zone.starts_with(group)) {
        Some("911")
    } else if zone.starts_with("Australia/") {
        Some("000")
    } else if matches!(zone, "Pacific/Auckland" | "Pacific/Chatham") {
        Some("111")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_of_a_country_gives_its_number() {
        for (zone, number) in [
            ("Europe/Berlin", Some("112")),
            ("Asia/Kolkata", Some("112")),
            ("Europe/London", Some("999")),
            ("America/New_York", Some("911")),
            ("America/Indiana/Indianapolis", Some("911")),
            ("Australia/Sydney", Some("000")),
            ("Pacific/Auckland", Some("111")),
            ("Asia/Tokyo", None),
            ("America/Mexico_City", None),
            ("UTC", None),
            ("", None),
        ] {
            assert_eq!(emergency_number(zone), number, "{zone}");
        }
    }

    #[test]
    fn every_zone_of_the_lists_exists() {
        for zone in [ONE_ONE_TWO, NINE_NINE_NINE, NINE_ONE_ONE].concat() {
            assert!(jiff::tz::db().get(zone).is_ok(), "{zone}");
        }
    }
}
