//! What runs brought: medians, a table for people, and JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What is measured, in the order of the table.
pub(super) const MEASURES: [&str; 5] = ["us_per_packet", "lost_percent", "p50_us", "p99_us", "kib_per_allocation"];

/// The two that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Server {
    Coturn,
    Ours,
}

impl Server {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Coturn => "coturn",
            Self::Ours => "bedside",
        }
    }
}

/// One kind of load.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Load {
    pub(super) mode: &'static str,
    pub(super) transport: &'static str,
    pub(super) burst: u32,
    pub(super) allocations: u32,
}

impl Load {
    /// How many times less processor time than coturn is asked of us.
    fn bar(&self) -> f64 {
        if self.mode == "pair" { 2.0 } else { 1.25 }
    }
}

/// The readings of each measure, by load and server.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<(Load, Server), BTreeMap<&'static str, Vec<f64>>>);

impl Figures {
    /// Takes the line of `key=value` that one run printed; `None` when it is not of that form.
    pub(super) fn add(&mut self, load: &Load, server: Server, line: &str) -> Option<()> {
        let mut given: BTreeMap<&str, f64> = line
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(key, text)| Some((key, text.parse().ok()?)))
            .collect::<Option<_>>()?;
        let per_allocation = given.get("memory_kib")? / f64::from(load.allocations);
        given.insert("kib_per_allocation", per_allocation);
        let readings = self.0.entry((load.clone(), server)).or_default();
        for measure in MEASURES {
            readings.entry(measure).or_default().push(*given.get(measure)?);
        }
        Some(())
    }

    fn median(&self, load: &Load, server: Server, measure: &str) -> f64 {
        let readings = self.0.get(&(load.clone(), server)).and_then(|readings| readings.get(measure));
        median(readings.map_or(&[], Vec::as_slice))
    }

    fn loads(&self) -> Vec<&Load> {
        let mut loads: Vec<_> = self.0.keys().map(|(load, _)| load).collect();
        loads.dedup();
        loads
    }

    /// For people: medians side by side, and whether the bars are reached.
    pub(super) fn table(&self) -> String {
        let mut text = String::from(
            "mode  over  burst    N | µs/packet coturn  ours  ratio   bar | lost % coturn  ours | p50 µs coturn  ours | p99 µs coturn  ours | KiB/alloc coturn  ours\n",
        );
        for load in self.loads() {
            let pair = |measure| (self.median(load, Server::Coturn, measure), self.median(load, Server::Ours, measure));
            let ((theirs, ours), lost, p50) = (pair("us_per_packet"), pair("lost_percent"), pair("p50_us"));
            let (p99, memory) = (pair("p99_us"), pair("kib_per_allocation"));
            let ratio = theirs / ours;
            let mark = if ratio >= load.bar() { ' ' } else { '!' };
            let Load { mode, transport, burst, allocations } = load;
            let _ = writeln!(
                text,
                "{mode:<5} {transport:<5} {burst:>5} {allocations:>4} | {theirs:>16.2} {ours:>5.2} {ratio:>6.2} {bar:>4.2}{mark} | {:>13.3} {:>5.3} | {:>13.0} {:>5.0} | {:>13.0} {:>5.0} | {:>16.1} {:>5.1}",
                lost.0,
                lost.1,
                p50.0,
                p50.1,
                p99.0,
                p99.1,
                memory.0,
                memory.1,
                bar = load.bar(),
            );
        }
        text
    }

    /// For programs: every reading.
    pub(super) fn json(&self) -> String {
        let mut rows = Vec::new();
        for ((load, server), readings) in &self.0 {
            let Load { mode, transport, burst, allocations } = load;
            let measures: Vec<_> = readings
                .iter()
                .map(|(measure, values)| {
                    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                    format!("\"{measure}\": [{}]", values.join(", "))
                })
                .collect();
            rows.push(format!(
                "  {{\"server\": \"{}\", \"mode\": \"{mode}\", \"transport\": \"{transport}\", \"burst\": {burst}, \"allocations\": {allocations}, {}}}",
                server.name(),
                measures.join(", "),
            ));
        }
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn median(readings: &[f64]) -> f64 {
    let mut sorted = readings.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => sorted[count / 2],
        count => f64::midpoint(sorted[count / 2 - 1], sorted[count / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(mode: &'static str) -> Load {
        Load { mode, transport: "udp", burst: 1, allocations: 10 }
    }

    fn line(us: f64) -> String {
        format!("sent=9 us_per_packet={us} lost_percent=0 p50_us=1 p99_us=2 memory_kib=40")
    }

    #[test]
    fn the_median_is_that_of_the_sorted_readings() {
        assert!((median(&[9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_bar_that_is_missed_is_marked() {
        let mut figures = Figures::default();
        for (mode, theirs, ours) in [("peer", 10.0, 8.0), ("pair", 10.0, 5.1)] {
            figures.add(&load(mode), Server::Coturn, &line(theirs)).unwrap();
            figures.add(&load(mode), Server::Ours, &line(ours)).unwrap();
        }
        let table = figures.table();
        let rows: Vec<_> = table.lines().skip(1).collect();
        assert!(rows[0].starts_with("pair") && rows[0].contains('!'), "{table}");
        assert!(rows[1].starts_with("peer") && !rows[1].contains('!') && rows[1].contains("4.0"), "{table}");
        assert!(figures.json().contains("\"us_per_packet\": [5.1]"));
    }

    #[test]
    fn a_line_without_its_figures_is_refused() {
        assert!(Figures::default().add(&load("peer"), Server::Ours, "sent=9").is_none());
        assert!(Figures::default().add(&load("peer"), Server::Ours, "us_per_packet=x").is_none());
    }
}
