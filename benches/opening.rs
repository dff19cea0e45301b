//! Opens an up-to-date database and reads its first page, at several sizes.
//!
//! `MICROBLOG_BENCH_POSTS` adds a size to 1,000 and a million posts.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

#[path = "shared/sample.rs"]
mod sample;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use microblog::model::{PageStart, Timeline};
use microblog::store::{Store, Viewer};
use sample::sample_database;

const PAGE: usize = 50;

fn opening(bench: &mut Criterion) {
    let extra = std::env::var("MICROBLOG_BENCH_POSTS").ok().and_then(|number| number.parse().ok());
    for posts in [Some(1_000), Some(1_000_000), extra].into_iter().flatten() {
        let path = sample_database(posts);
        bench.bench_function(&format!("open and read the first page of {posts}"), |b| {
            b.iter(|| {
                let (store, _) = Store::open(&path).unwrap();
                black_box(
                    store.timeline_page(&Timeline::All, Viewer::default(), PageStart::Newest, PAGE).unwrap().len(),
                )
            });
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(200));
    targets = opening
}
criterion_main!(benches);
