//! What work costs: its time, and the CPU time of this process meanwhile.

use std::fs;
use std::time::{Duration, Instant};

/// Wall time, and the CPU time of all threads in seconds.
#[derive(Clone, Copy)]
pub struct Cost {
    pub wall: Duration,
    pub cpu: f64,
}

impl Cost {
    /// Does work once.
    pub fn of(work: impl FnOnce()) -> Self {
        let (started, before) = (Instant::now(), cpu_time());
        work();
        Self { wall: started.elapsed(), cpu: cpu_time() - before }
    }
}

/// Returns the median of each.
pub fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|one, other| one.cpu.total_cmp(&other.cpu));
    let cpu = costs[costs.len() / 2].cpu;
    costs.sort_by_key(|cost| cost.wall);
    Cost { wall: costs[costs.len() / 2].wall, cpu }
}

/// Returns the CPU time of this process in seconds: the 14th and 15th field of proc_pid_stat(5), in hundredths.
fn cpu_time() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let behind_name = stat.rsplit(')').next().unwrap();
    let ticks = behind_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}
