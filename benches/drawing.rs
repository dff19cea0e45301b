//! The work for each key without the store: cleaning, tokenizing and wrapping text, updating the state, and drawing a
//! screen of 200×50.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use microblog::demo::{self, SMALL};
use microblog::store::Store;
use microblog::text::{clean, tokens, wrap};
use microblog::tui::keys::Action;
use microblog::tui::state::Message;
use microblog::tui::update::update;
use microblog::tui::{App, Options};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn text(bench: &mut Criterion) {
    let texts = [
        ("a post", "The night train to Vienna was late, @susan. Bread and #sqlite: https://example.com/a"),
        ("a post in Japanese", "今日は早起きして、パンを焼きました。猫がずっと見ていました。#パン 👨‍👩‍👧"),
    ];
    for (name, text) in texts {
        bench.bench_function(&format!("clean {name}"), |b| b.iter(|| black_box(clean(text).len())));
        bench.bench_function(&format!("tokens of {name}"), |b| b.iter(|| black_box(tokens(text).len())));
        bench.bench_function(&format!("wrap {name}"), |b| b.iter(|| black_box(wrap(text, 76).len())));
    }
}

fn screen(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = Store::open(&folder.path().join("m.db")).unwrap();
    demo::fill(&mut store, SMALL, demo::END, &mut |_| {}).unwrap();
    let mut session = App::new(store, Options::default(), (200, 50));
    session.settle();
    let mut terminal = Terminal::new(TestBackend::new(200, 50)).unwrap();
    bench.bench_function("draw a screen", |b| b.iter(|| _ = terminal.draw(|frame| session.draw(frame)).unwrap()));
    let mut down = false;
    bench.bench_function("update: move", |b| {
        b.iter(|| {
            down = !down;
            let action = if down { Action::Down } else { Action::Up };
            black_box(update(&mut session.state, Message::Act(action)))
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(200));
    targets = text, screen
}
criterion_main!(benches);
