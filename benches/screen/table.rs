//! The table of figures: a row for each measurement, a column for each size.

use std::time::Duration;

/// The rows by name, in the order in which they were first added.
pub struct Table {
    sizes: Vec<usize>,
    rows: Vec<(String, Vec<(usize, String)>)>,
}

impl Table {
    pub fn new() -> Self {
        Self { sizes: vec![], rows: vec![] }
    }

    /// Adds a figure, with that of the baseline or of another program if there is one.
    pub fn row(&mut self, name: &str, posts: usize, figure: &str, compared: &str) {
        let cell = if compared.is_empty() { figure.to_owned() } else { format!("{figure} ({compared})") };
        eprintln!("{posts}: {name}: {cell}");
        if !self.sizes.contains(&posts) {
            self.sizes.push(posts);
        }
        match self.rows.iter_mut().find(|(known, _)| known == name) {
            Some((_, cells)) => cells.push((posts, cell)),
            None => self.rows.push((name.to_owned(), vec![(posts, cell)])),
        }
    }

    /// Prints the table as Markdown.
    pub fn print(&self) {
        let sizes: Vec<String> = self.sizes.iter().map(usize::to_string).collect();
        println!("\n| median / 99th (baseline or sqlite3) | {} |", sizes.join(" | "));
        println!("|---|{}", "---|".repeat(sizes.len()));
        for (name, cells) in &self.rows {
            let found = |size| cells.iter().find(|(of, _)| of == size).map_or("", |(_, cell)| cell.as_str());
            let cells: Vec<&str> = self.sizes.iter().map(found).collect();
            println!("| {name} | {} |", cells.join(" | "));
        }
    }
}

/// Returns the median and the 99th percentile in milliseconds.
pub fn millis(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: f64| times.get(((times.len() as f64 - 1.0) * share).round() as usize);
    match (at(0.5), at(0.99)) {
        (Some(one), _) if times.len() == 1 => format!("{:.1} ms", one.as_secs_f64() * 1e3),
        (Some(median), Some(most)) => format!("{:.1} / {:.1} ms", median.as_secs_f64() * 1e3, most.as_secs_f64() * 1e3),
        _ => "none".to_owned(),
    }
}
