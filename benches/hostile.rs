//! Prepares posts with hostile text for drawing and counts their lines.

#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use microblog::text::{rich_text, wrap};

/// The greatest width at which text is drawn, in columns.
const COLUMNS: usize = 80;

fn drawing(bench: &mut Criterion) {
    let texts = [
        ("a plain post of 140 letters", "a plain post of a few words or so, ".repeat(4)),
        ("a megabyte without a space", "x".repeat(1 << 20)),
        ("a megabyte of Chinese without a space", "世".repeat((1 << 20) / 3)),
        ("a megabyte of words", "word ".repeat((1 << 20) / 5)),
        ("100,000 marks on one letter", format!("a{}", "\u{301}".repeat(100_000))),
        ("letters with six marks each", "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}".repeat(50_000)),
        ("100,000 people joined", format!("👩{}", "\u{200d}👩".repeat(100_000))),
        ("a megabyte of escape sequences", "\u{1b}[2J".repeat((1 << 20) / 4)),
        ("300,000 tags", "#a ".repeat(300_000)),
    ];
    for (name, text) in &texts {
        bench.bench_function(name, |b| {
            b.iter(|| {
                let rich = rich_text(black_box(text));
                black_box(wrap(&rich.text, COLUMNS).len())
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(200));
    targets = drawing
}
criterion_main!(benches);
