//! Prints tables, aligned for a terminal or in Markdown.

pub(crate) struct Table {
    title: &'static str,
    heading: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &'static str, heading: &[&str]) -> Self {
        let heading = heading.iter().map(|text| (*text).to_owned()).collect();
        Self { title, heading, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    pub(crate) fn print(&self, is_markdown: bool) {
        if is_markdown {
            println!("{}:\n", self.title);
            print_row(&self.heading);
            let lines = self.heading.iter().enumerate();
            print_row(
                &lines
                    .map(|(column, _)| if column == 0 { "---" } else { "--:" }.to_owned())
                    .collect::<Vec<_>>(),
            );
            self.rows.iter().for_each(|row| print_row(row));
        } else {
            println!("{}", self.title);
            self.print_aligned(&self.heading);
            self.rows.iter().for_each(|row| self.print_aligned(row));
        }
        println!();
    }

    fn print_aligned(&self, row: &[String]) {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, text)| {
                let width = self.width(column);
                if column == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
            })
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }

    fn width(&self, column: usize) -> usize {
        let rows = std::iter::once(&self.heading).chain(&self.rows);
        rows.filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(0)
    }
}

fn print_row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}
