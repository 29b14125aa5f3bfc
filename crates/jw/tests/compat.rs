//! Slurm scripts and SkyPilot task files against a real server and a real agent, as the page for users shows it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use common::{Grid, JW, repository};

/// The blocks of a language, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    page.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

/// A line typed in a shell, in a folder, and what is seen: messages first.
fn typed(grid: &Grid, folder: &Path, line: &str) -> (String, Output) {
    let jw = format!("jw() {{ '{JW}' \"$@\"; }}\n{line}");
    let output = Command::new("bash")
        .args(["-c", &jw])
        .current_dir(folder)
        .env("JW_SERVER", format!("http://{}", grid.address))
        .env("JW_STATE", grid.path("state"))
        .env_remove("JW_TOKEN")
        .env_remove("JW_TOKEN_FILE")
        .env_remove("JW_PROJECT")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text =
        [&output.stderr, &output.stdout].map(|text| String::from_utf8_lossy(text).into_owned());
    (text.concat(), output)
}

/// Tasks write when they run: their lines come in any order.
fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn the_page_shows_what_happens() {
    let page = std::fs::read_to_string(repository().join("docs/compat.md")).unwrap();
    let grid = Grid::new();
    grid.write("sweep.sh", &blocks(&page, "bash")[0]);
    grid.write("hello-sky.yaml", &blocks(&page, "yaml")[0]);
    let _up = grid.server();
    let _agents = [grid.agent("east"), grid.agent("west")];
    let mut shown = 0;
    for block in blocks(&page, "console") {
        for part in block.split("$ ").skip(1) {
            let (line, expected) = part.split_once('\n').unwrap();
            let (seen, _) = typed(&grid, grid.folder.path(), line);
            assert_eq!(sorted(&seen), sorted(expected), "{line}\n{seen}");
            shown += 1;
        }
    }
    assert_eq!(shown, 7);
}

#[test]
fn a_batch_script_is_waited_for_and_ends_as_its_job_does() {
    let grid = Grid::new();
    let _up = grid.server();
    let _agent = grid.agent("east");
    let sbatch = |line: &str| typed(&grid, grid.folder.path(), line);
    let wrapped = "--mem=128M --wrap";
    let (_, ended) =
        sbatch(&format!("jw sbatch -W -Q --parsable -J fails {wrapped} 'echo out; exit 3'"));
    assert_eq!(ended.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "default.fails\nout\n");
    // From standard input; the name is taken, the new one is told.
    let (_, again) =
        sbatch("printf '#!/bin/sh\\ntrue\\n' | jw sbatch --mem=128M --parsable -J fails -W");
    let name = String::from_utf8_lossy(&again.stdout).trim().to_owned();
    assert!(again.status.success() && name.starts_with("default.fails-"), "{name}");
    let (plan, planned) = sbatch(&format!("jw sbatch --test-only -N2 {wrapped} true"));
    assert!(planned.status.success() && plan.contains("place:     east / east-cpu"), "{plan}");
    assert_eq!(grid.states().len(), 2, "a plan submits nothing");
    for (line, code, said) in [
        ("jw sbatch --arry=1 x.sh", 7, "did you mean --array?"),
        ("jw sbatch --mem=1G none.sh", 2, "cannot read none.sh"),
        ("jw sbatch -A nobody --wrap true", 7, "there is no project `nobody`"),
        ("jw sbatch --gres=gpu:h100:1 --wrap true", 7, "no flavor has the GPU `h100`"),
        ("jw sbatch --help", 0, "--array"),
    ] {
        let (seen, output) = sbatch(line);
        assert_eq!(output.status.code(), Some(code), "{line}: {seen}");
        assert!(seen.contains(said), "{line}: {seen}");
    }
}

#[test]
fn a_script_that_is_cancelled_hears_its_signal() {
    let grid = Grid::new();
    let script = "#!/bin/bash\n#SBATCH --signal=B:USR1@30 --mem=128M --job-name=saves\n\
                  trap 'echo saved; exit 0' USR1\necho up\nwhile :; do sleep 0.05; done\n";
    grid.write("saves.sh", script);
    let _up = grid.server();
    let _agent = grid.agent("east");
    let line = "jw sbatch saves.sh && jw logs -f saves | while read -r line; do echo \"$line\"; \
                [ \"$line\" != up ] || jw cancel -q saves >&2; done";
    let (seen, output) = typed(&grid, grid.folder.path(), line);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out, "Submitted batch job default.saves\nup\nsaved\n", "{seen}");
}
