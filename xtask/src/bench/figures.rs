//! The results of the runs: medians, a table for people, and JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The program that generates the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Generator {
    /// Our own (`relay/examples/load`), which measures for each packet when it was sent and when it arrived.
    Ours,
    /// coturn's `turnutils_uclient`, which reports means in whole milliseconds.
    Uclient,
}

impl Generator {
    /// The measures with the headings of their columns, in the order of the table.
    fn measures(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Ours => &[
                ("us_per_packet", "µs/packet"),
                ("lost_percent", "lost %"),
                ("p50_us", "p50 µs"),
                ("p99_us", "p99 µs"),
                ("kib_per_allocation", "KiB/alloc"),
            ],
            Self::Uclient => &[("us_per_packet", "µs/packet"), ("lost_percent", "lost %"), ("mean_us", "mean µs")],
        }
    }

    /// The heading of the table.
    fn title(self) -> &'static str {
        match self {
            Self::Ours => "our own load",
            Self::Uclient => "turnutils_uclient",
        }
    }
}

/// The two servers that are compared.
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

/// What the two processors do when they are idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// They halt, as on any machine. This is used to measure CPU time.
    Halt,
    /// They run a program of the idle scheduling class. This is used to measure latencies: the hypervisor needs longer to wake a halted virtual
    /// processor than a packet takes, and a faster server halts more often. The cost is a change of address space whenever the server continues.
    Run,
}

/// The latency measures, and the names under which the JSON has those measured with [`Pause::Halt`].
const LATENCIES: [(&str, &str); 2] = [("p50_us", "p50_us_halting"), ("p99_us", "p99_us_halting")];

/// One kind of load.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Load {
    pub(super) by: Generator,
    pub(super) mode: &'static str,
    pub(super) transport: &'static str,
    pub(super) burst: u32,
    pub(super) allocations: u32,
}

impl Load {
    /// How many times less CPU time than coturn our relay must use.
    fn bar(&self) -> f64 {
        if self.mode == "pair" { 2.0 } else { 1.25 }
    }

    /// Whether our relay meets its target: CPU time by its bar, half the memory, and no worse in the rest. A latency up to a tenth higher counts as
    /// no worse, because medians of the same server differ by that much.
    fn holds(&self, measure: &str, theirs: f64, ours: f64) -> bool {
        match measure {
            "us_per_packet" => theirs / ours >= self.bar(),
            "kib_per_allocation" => ours <= theirs / 2.0,
            "lost_percent" => ours <= theirs,
            _ => ours <= 1.1 * theirs,
        }
    }
}

/// The values of each measure, by load and server.
#[derive(Debug, Default)]
pub(super) struct Figures(BTreeMap<(Load, Server), BTreeMap<&'static str, Vec<f64>>>);

impl Figures {
    /// Adds the line of `key=value` pairs that one run printed; `None` when it has another form.
    pub(super) fn add(&mut self, load: &Load, server: Server, pause: Pause, line: &str) -> Option<()> {
        let mut given: BTreeMap<&str, f64> = line
            .split_whitespace()
            .filter_map(|word| word.split_once('='))
            .map(|(key, text)| Some((key, text.parse().ok()?)))
            .collect::<Option<_>>()?;
        if let Some(memory) = given.get("memory_kib").copied() {
            given.insert("kib_per_allocation", memory / f64::from(load.allocations));
        }
        let readings = self.0.entry((load.clone(), server)).or_default();
        for (measure, _) in load.by.measures() {
            let latency = LATENCIES.iter().find(|(name, _)| name == measure);
            let name = match (pause, latency) {
                (Pause::Halt, None) | (Pause::Run, Some(_)) => measure,
                (Pause::Halt, Some((_, halting))) => halting,
                (Pause::Run, None) => continue,
            };
            readings.entry(name).or_default().push(*given.get(measure)?);
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

    /// The table for people, in Markdown: medians next to each other, with a mark where a target is missed.
    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        let mut by = None;
        for load in self.loads() {
            if by.replace(load.by) != Some(load.by) {
                text.push_str(&headings(load.by));
            }
            let (theirs, ours) =
                (self.median(load, Server::Coturn, "us_per_packet"), self.median(load, Server::Ours, "us_per_packet"));
            let ratio = theirs / ours;
            let Load { mode, transport, burst, allocations, .. } = load;
            let _ = write!(text, "| {mode} | {transport} | {burst} | {allocations} | {ratio:.2} | {:.2} |", load.bar());
            for (measure, _) in load.by.measures() {
                let places = if matches!(*measure, "p50_us" | "p99_us" | "mean_us") { 0 } else { 2 };
                let [theirs, ours] = [Server::Coturn, Server::Ours].map(|server| self.median(load, server, measure));
                let mark = if load.holds(measure, theirs, ours) { "" } else { " !" };
                let _ = write!(text, " {theirs:.places$} | {ours:.places$}{mark} |");
            }
            text.push('\n');
        }
        text
    }

    /// The JSON for programs: every value.
    pub(super) fn json(&self) -> String {
        let mut rows = Vec::new();
        for ((load, server), readings) in &self.0 {
            let Load { by, mode, transport, burst, allocations } = load;
            let measures: Vec<_> = readings
                .iter()
                .map(|(measure, values)| {
                    let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                    format!("\"{measure}\": [{}]", values.join(", "))
                })
                .collect();
            rows.push(format!(
                "  {{\"server\": \"{}\", \"load\": \"{}\", \"mode\": \"{mode}\", \"transport\": \"{transport}\", \"burst\": {burst}, \"allocations\": {allocations}, {}}}",
                server.name(),
                by.title(),
                measures.join(", "),
            ));
        }
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn headings(by: Generator) -> String {
    let mut head = String::from("| mode | over | burst | N | ratio | bar |");
    for (_, title) in by.measures() {
        let _ = write!(head, " {title} coturn | ours |");
    }
    let line = "|---".repeat(head.matches('|').count() - 1);
    format!("\nMedians with {}:\n\n{head}\n{line}|\n", by.title())
}

/// The median of the readings; NaN without readings.
pub(super) fn median(readings: &[f64]) -> f64 {
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
        Load { by: Generator::Ours, mode, transport: "udp", burst: 1, allocations: 10 }
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
            for pause in [Pause::Halt, Pause::Run] {
                figures.add(&load(mode), Server::Coturn, pause, &line(theirs)).unwrap();
                figures.add(&load(mode), Server::Ours, pause, &line(ours)).unwrap();
            }
        }
        let table = figures.table();
        let row = |mode: &str| table.lines().find(|line| line.starts_with(&format!("| {mode} |"))).unwrap();
        assert!(row("pair").contains("| 1.96 | 2.00 | 10.00 | 5.10 ! |"), "{table}");
        assert!(row("peer").contains("| 1.25 | 1.25 | 10.00 | 8.00 |"), "{table}");
        // Memory may be at most half of coturn's, so equal memory gets a mark; equal latency does not.
        assert!(row("peer").ends_with("| 4.00 | 4.00 ! |") && row("peer").matches('!').count() == 1, "{table}");
        let bars: Vec<_> = table.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
        assert!(bars.len() == 4 && bars.iter().all(|count| *count == bars[0]), "the columns fit:\n{table}");
        assert!(figures.json().contains("\"us_per_packet\": [5.1]"));
    }

    #[test]
    fn each_pause_tells_what_it_can_tell() {
        let mut figures = Figures::default();
        figures.add(&load("peer"), Server::Ours, Pause::Halt, &line(4.0)).unwrap();
        figures.add(&load("peer"), Server::Ours, Pause::Run, &line(6.0).replace("p50_us=1", "p50_us=7")).unwrap();
        let json = figures.json();
        assert!(json.contains("\"us_per_packet\": [4]"), "{json}");
        assert!(json.contains("\"p50_us\": [7]") && json.contains("\"p50_us_halting\": [1]"), "{json}");
    }

    #[test]
    fn a_line_without_its_figures_is_refused() {
        assert!(Figures::default().add(&load("peer"), Server::Ours, Pause::Halt, "sent=9").is_none());
        assert!(Figures::default().add(&load("peer"), Server::Ours, Pause::Halt, "us_per_packet=x").is_none());
    }
}
